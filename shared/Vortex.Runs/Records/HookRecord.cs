using System.Collections.Immutable;
using System.Text.Json;

namespace Vortex.Runs;

/// <summary>An address that others deliver to, and the workflow each delivery runs.</summary>
public sealed record HookRecord
{
    /// <summary>Gets the id, which is also the address.</summary>
    public required HookId Id { get; init; }

    /// <summary>Gets what people call it.</summary>
    public required string Name { get; init; }

    /// <summary>Gets the stored workflow.</summary>
    public required WorkflowId WorkflowId { get; init; }

    /// <summary>Gets the version of the workflow; null for the newest at each delivery.</summary>
    public int? WorkflowVersion { get; init; }

    /// <summary>Gets how a delivery proves where it comes from.</summary>
    public required HookScheme Scheme { get; init; }

    /// <summary>Gets the secret as it is kept: hashed or sealed, never as it is.</summary>
    public required string Secret { get; init; }

    /// <summary>Gets the secret before the last rotation; null when there is none to be taken any more.</summary>
    public EarlierSecret? Earlier { get; init; }

    /// <summary>Gets where in the payload the value of each workflow input is: names to JSON pointers (RFC 6901).</summary>
    public ImmutableSortedDictionary<string, string> Inputs { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>Gets values by workflow input, for inputs whose pointer finds nothing or that have none.</summary>
    public ImmutableSortedDictionary<string, JsonElement> Defaults { get; init; } = ImmutableSortedDictionary<string, JsonElement>.Empty;

    /// <summary>Gets where in the payload the delivery's id is, as a JSON pointer; null when a header tells.</summary>
    public string? DeliveryPointer { get; init; }

    /// <summary>Gets how its runs run.</summary>
    public RunOptions Options { get; init; } = new();

    /// <summary>Gets when it was made.</summary>
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>Gets when its secret was made.</summary>
    public DateTimeOffset RotatedAt { get; init; }

    /// <summary>Gets the number of this state of the record, from 1.</summary>
    public int Revision { get; init; } = 1;
}

/// <summary>How a delivery proves where it comes from.</summary>
public enum HookScheme
{
    /// <summary>It carries the secret itself.</summary>
    Token,

    /// <summary>It carries an HMAC-SHA256 of its id, its time and its body, made with the secret, as Standard Webhooks lays down.</summary>
    Signature,
}

/// <summary>A secret that a rotation replaced and that is taken for a while beside the new one.</summary>
/// <param name="Secret">As it is kept.</param>
/// <param name="Until">When it ends.</param>
public sealed record EarlierSecret(string Secret, DateTimeOffset Until);
