using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using Vortex.Runs;

namespace Vortex.Api;

/// <summary>What took part in making an artifact.</summary>
internal sealed record LineageAnswer
{
    public required ArtifactView Artifact { get; init; }

    public required RunStatus RunStatus { get; init; }

    /// <summary>Gets the stored workflow; null when the definition came with the request.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public required string? WorkflowId { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public required int? WorkflowVersion { get; init; }

    public string? WorkflowName { get; init; }

    /// <summary>Gets the nodes, the artifact's own first, then by how many wires they are away.</summary>
    public required ImmutableArray<LineageNodeView> Nodes { get; init; }

    public required ImmutableArray<LineageLinkView> Links { get; init; }

    /// <summary>Gets whether there were more nodes, farther away.</summary>
    public required bool Truncated { get; init; }

    public string RequestId { get; init; } = "";

    public static LineageAnswer Of(ArtifactRecord artifact, RunRecord run, RunLineage lineage) => new()
    {
        Artifact = ArtifactView.Of(artifact),
        RunStatus = run.Status,
        WorkflowId = run.WorkflowId?.Value,
        WorkflowVersion = run.WorkflowVersion,
        WorkflowName = run.WorkflowName,
        Nodes = [.. lineage.Nodes.Select(LineageNodeView.Of)],
        Links = [.. lineage.Links.Select(link => new LineageLinkView(link.From.Value, link.Slot, link.To.Value, link.Input))],
        Truncated = lineage.Truncated,
    };
}

/// <summary>A node that took part.</summary>
/// <param name="NodeId">Unique in the run; nodes from subgraphs are named <c>instance:node</c>.</param>
/// <param name="Type">The node type.</param>
/// <param name="Values">The constants it was given; long texts are cut, large lists left out.</param>
/// <param name="Files">The files and models it read.</param>
internal sealed record LineageNodeView(string NodeId, string Type, ImmutableSortedDictionary<string, JsonElement> Values, ImmutableArray<LineageFileView> Files)
{
    public static LineageNodeView Of(LineageNode node) => new(
        node.Id.Value,
        node.Type,
        node.Values,
        [.. node.Files.Select(file => new LineageFileView(file.File.Name, file.File.Digest.Value, file.File.Size) { Input = file.Input, ModelFolder = file.File.ModelFolder })]);
}

/// <summary>A file or model that a node read.</summary>
/// <param name="Name">What the workflow called it.</param>
/// <param name="Digest">The SHA-256 of its content.</param>
/// <param name="Size">Bytes.</param>
internal sealed record LineageFileView(string Name, string Digest, long Size)
{
    /// <summary>Gets the input that named it; absent for what a prompt brought along, such as a textual inversion.</summary>
    public string? Input { get; init; }

    /// <summary>Gets the model folder; absent for a file that is no model.</summary>
    public string? ModelFolder { get; init; }
}

/// <summary>A wire between two nodes.</summary>
/// <param name="From">The earlier node.</param>
/// <param name="Slot">The position of its output, from 0.</param>
/// <param name="To">The later node.</param>
/// <param name="Input">The later node's input.</param>
internal sealed record LineageLinkView(string From, int Slot, string To, string Input);
