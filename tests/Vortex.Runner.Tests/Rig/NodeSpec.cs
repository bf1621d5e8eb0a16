using System.Collections.Immutable;
using System.Text.Json;

namespace Vortex.Runner.Tests;

/// <summary>A planned node, written down quickly. Its key is its id unless a test says otherwise.</summary>
public sealed record NodeSpec(string Id, string Type)
{
    private ImmutableSortedDictionary<string, JsonElement> Constants { get; init; } = ImmutableSortedDictionary<string, JsonElement>.Empty;

    private ImmutableSortedDictionary<string, NodeLink> Links { get; init; } = ImmutableSortedDictionary<string, NodeLink>.Empty;

    private ImmutableSortedDictionary<string, FileRef> Files { get; init; } = ImmutableSortedDictionary<string, FileRef>.Empty;

    private bool IsOutput { get; init; }

    private bool IsKept { get; init; }

    private bool MayCache { get; init; }

    private bool IsFresh { get; init; }

    /// <summary>Gets the batch it belongs to.</summary>
    public int Batch { get; private init; }

    public NodeSpec With(string input, object value) => this with { Constants = Constants.SetItem(input, JsonSerializer.SerializeToElement(value)) };

    public NodeSpec From(string input, string node, int slot = 0) => this with { Links = Links.SetItem(input, new NodeLink(new NodeId(node), slot)) };

    public NodeSpec File(string input, FileRef file) => this with { Files = Files.SetItem(input, file) };

    /// <summary>Somebody asked for it.</summary>
    public NodeSpec Output() => this with { IsOutput = true, IsKept = true };

    /// <summary>Its outputs are stored.</summary>
    public NodeSpec Kept() => this with { IsKept = true };

    /// <summary>A later run may take its result.</summary>
    public NodeSpec Cacheable() => this with { MayCache = true };

    /// <summary>It is computed anew, whatever earlier runs made.</summary>
    public NodeSpec Fresh() => this with { IsFresh = true };

    public NodeSpec In(int batch) => this with { Batch = batch };

    public PlannedNode Plan() => new()
    {
        Id = new NodeId(Id),
        Type = Type,
        Key = Some.Key(Id),
        Constants = Constants,
        Links = Links,
        Files = Files,
        IsOutput = IsOutput,
        Keep = IsKept,
        MayCache = MayCache,
        IsFresh = IsFresh,
    };
}
