using System.Text.Json.Serialization;
using Vortex.Workflows;

namespace Vortex.Runs;

/// <summary>A hook: <c>hook_</c>, tenant, workspace and a ULID, separated by dots.</summary>
/// <remarks>
/// Whoever delivers to a hook has no account; the id says in which workspace to look, so that no query has to cross workspaces. It is
/// an address and proves nothing: the hook's secret does.
/// </remarks>
[JsonConverter(typeof(StringIdConverter<HookId>))]
public readonly record struct HookId(string Value) : IStringId<HookId>
{
    private const string Prefix = "hook_";
    private const int LongestPart = 128;

    /// <summary>Gets the workspace the id names; null when this is no hook's id.</summary>
    public WorkspaceId? Workspace => Parts() is [var tenant, var workspace, _] ? new WorkspaceId(tenant, workspace) : null;

    /// <summary>Gets the part that tells hooks of one workspace apart; empty when this is no hook's id.</summary>
    public string Name => Parts() is [_, _, var name] ? name : "";

    /// <inheritdoc />
    public static HookId Of(string value) => new(value);

    /// <inheritdoc />
    public override string ToString() => Value;

    internal static HookId Of(WorkspaceId workspace, string name)
    {
        workspace.EnsureWellFormed();
        return new HookId($"{Prefix}{workspace.Tenant}.{workspace.Workspace}.{name}");
    }

    private string[]? Parts() =>
        Value is not null && Value.StartsWith(Prefix, StringComparison.Ordinal) && Value.Length <= Prefix.Length + (3 * (LongestPart + 1))
        && Value[Prefix.Length..].Split('.') is { Length: 3 } parts
        && parts.All(part => part.Length is > 0 and <= LongestPart && part.All(one => char.IsAsciiLetterOrDigit(one) || one is '-' or '_'))
            ? parts
            : null;
}
