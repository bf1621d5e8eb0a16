using System.Collections.Immutable;
using Microsoft.Extensions.Options;
using Vortex.Runs;
using Vortex.Workflows;

namespace Vortex.Api;

/// <summary>Reads, writes and converts documents within the limits of this host.</summary>
internal sealed class WorkflowDesk(Func<WorkspaceId, NodeCatalog> catalogOf, IOptions<VortexApiOptions> options)
{
    private readonly WorkflowLimits _limits = new() { MaxBytes = options.Value.MaxBodyBytes, MaxDepth = options.Value.MaxJsonDepth };

    /// <summary>Reads VTXW, either ComfyUI format, or a picture that holds one of them.</summary>
    public OpenedFile Open(WorkspaceId workspace, ReadOnlyMemory<byte> bytes, string? fileName)
    {
        OpenedWorkflow opened = WorkflowFile.Open(bytes, fileName, catalogOf(workspace), _limits);
        return new OpenedFile(opened.Document, [.. opened.Problems.Select(ProblemView.Of)], ReportView.Of(opened.Report))
        {
            IsComfyUi = opened is { Source: WorkflowSource.ComfyUi, IsEmbedded: false },
        };
    }

    /// <summary>Writes VTXW.</summary>
    public static byte[] Write(WorkflowDocument document) => VtxwWriter.Write(document);

    /// <summary>Returns the identity of a document, however it was laid out.</summary>
    public static string Hash(WorkflowDocument document) => WorkflowCanonical.Hash(document);

    /// <summary>Lists what changed from one document to another, with the names of this workspace's node types.</summary>
    public ImmutableArray<ChangeView> Changes(WorkspaceId workspace, WorkflowDocument before, WorkflowDocument after) =>
        new DiffNames(before, after, catalogOf(workspace)).Changes();

    /// <summary>Writes ComfyUI's API format, or its editor's; null with the reasons when the format cannot hold the document.</summary>
    public (byte[]? Json, ImmutableArray<ProblemView> Problems) Export(WorkspaceId workspace, WorkflowDocument document, bool forEditor)
    {
        NodeCatalog catalog = catalogOf(workspace);
        ComfyExport export = forEditor ? ComfyExporter.ToUi(document, catalog, _limits) : ComfyExporter.ToApi(document, catalog, _limits);
        ImmutableArray<ProblemView> problems = [.. export.Problems.Select(ProblemView.Of)];
        return (problems.Any(problem => problem.Severity == ProblemSeverity.Error) ? null : export.Json, problems);
    }
}

/// <summary>A workflow as it was read.</summary>
/// <param name="Document">The document; null when a problem is an error.</param>
/// <param name="Problems">What is wrong and where.</param>
/// <param name="Report">What an import did; null for VTXW.</param>
internal sealed record OpenedFile(WorkflowDocument? Document, ImmutableArray<ProblemView> Problems, ReportView? Report)
{
    /// <summary>Gets whether the bytes are ComfyUI's UI format itself, which pictures carry so that ComfyUI can open them.</summary>
    public bool IsComfyUi { get; init; }
}
