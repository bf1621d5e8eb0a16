namespace Vortex.Runs;

/// <summary>The isolation domain: a tenant and one of its workspaces. Every stored key begins with it.</summary>
/// <remarks>A store method that could cross workspaces does not compile, because each asks for one of these.</remarks>
/// <param name="Tenant">The customer; letters, digits and dashes.</param>
/// <param name="Workspace">The domain inside the tenant; letters, digits and dashes.</param>
public sealed record WorkspaceId(string Tenant, string Workspace)
{
    /// <summary>Gets the one workspace of a machine that serves one person.</summary>
    public static WorkspaceId Local { get; } = new("local", "default");

    /// <summary>Gets the domain of what belongs to the deployment itself and to no customer, such as the list of runners. No caller is ever given it.</summary>
    public static WorkspaceId Deployment { get; } = new("-deployment", "-");

    /// <summary>Refuses ids that could lead a path or a key out of the workspace. Ids are letters, digits and dashes by contract; this is the last wall.</summary>
    /// <exception cref="ArgumentException">One of the two is empty, longer than 128 characters, or has other characters than letters, digits, dashes and underscores.</exception>
    public void EnsureWellFormed()
    {
        foreach (string id in (ReadOnlySpan<string>)[Tenant, Workspace])
        {
            if (!IsId(id))
            {
                throw new ArgumentException($"'{id}' is no tenant or workspace id: letters, digits and dashes only, at most 128.");
            }
        }
    }

    /// <summary>Says whether a text may be the id of a tenant or a workspace: 1 to 128 letters, digits, dashes and underscores.</summary>
    public static bool IsId(string text) => text.Length is > 0 and <= 128 && text.All(character => char.IsAsciiLetterOrDigit(character) || character is '-' or '_');

    /// <inheritdoc />
    public override string ToString() => $"{Tenant}/{Workspace}";
}
