using System.Collections.Immutable;
using System.Text.Json;
using Vortex.Workflows;

namespace Vortex.Runs;

/// <summary>The value of an output as it crosses batches and runs: a list, nearly always of one entry.</summary>
/// <remarks>ComfyUI's list outputs have several entries; a node after them runs once per entry.</remarks>
public sealed record PortValue(PortType Type, ImmutableArray<ValueItem> Items);

/// <summary>One entry: small JSON in place, everything else by digest.</summary>
public sealed record ValueItem
{
    /// <summary>Gets the value itself; null when it lies in the artifact store.</summary>
    public JsonElement? Inline { get; init; }

    /// <summary>Gets the content's digest; null when the value is inline.</summary>
    public Digest? Content { get; init; }

    /// <summary>Gets how the content is encoded, such as <c>application/vnd.vortex.image</c>.</summary>
    public string? MediaType { get; init; }

    /// <summary>Gets the content's length in bytes.</summary>
    public long Size { get; init; }
}

/// <summary>What a node produced.</summary>
public sealed record NodeOutputs
{
    /// <summary>Gets the values by slot. Slots that never leave their batch may be absent (null).</summary>
    public ImmutableArray<PortValue?> Slots { get; init; } = [];

    /// <summary>Gets the files it made for people.</summary>
    public ImmutableArray<ArtifactRef> Artifacts { get; init; } = [];

    /// <summary>Gets what it shows beside files, such as text; an object or null.</summary>
    public JsonElement? Shown { get; init; }

    /// <summary>Gets the digests of the input files it all came from, directly or through other nodes; ordered, each once.</summary>
    /// <remarks>Kept with the result, so that the lineage of an artifact is whole when nodes before it came from the cache.</remarks>
    public ImmutableArray<Digest> MadeFrom { get; init; } = [];

    /// <summary>Lists the contents that must be in the artifact store for this to be of use; one may come more than once.</summary>
    public IEnumerable<Digest> Contents()
    {
        foreach (PortValue? slot in Slots)
        {
            foreach (ValueItem item in slot?.Items ?? [])
            {
                if (item.Content is { } content)
                {
                    yield return content;
                }
            }
        }

        foreach (ArtifactRef artifact in Artifacts)
        {
            yield return artifact.Digest;
        }
    }
}

/// <summary>A file that a node made for people.</summary>
/// <param name="Name">File name with extension, relative, slashes between folders.</param>
/// <param name="Digest">The content.</param>
/// <param name="MediaType">Such as <c>image/png</c>.</param>
/// <param name="Size">Bytes.</param>
/// <param name="Kind">Whether it is kept or only shown.</param>
public sealed record ArtifactRef(string Name, Digest Digest, string MediaType, long Size, ArtifactKind Kind)
{
    /// <summary>Gets the width in pixels, where that makes sense.</summary>
    public int? Width { get; init; }

    /// <summary>Gets the height in pixels, where that makes sense.</summary>
    public int? Height { get; init; }
}

/// <summary>What an artifact is for.</summary>
public enum ArtifactKind
{
    /// <summary>A result to keep.</summary>
    Output,

    /// <summary>Something to look at while working.</summary>
    Preview,

    /// <summary>Something a person brought.</summary>
    Input,
}
