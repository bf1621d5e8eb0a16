using System.Collections.Immutable;
using Vortex.Workflows;

namespace Vortex.Api;

/// <summary>Reads, writes and converts workflow documents.</summary>
internal interface IWorkflowDesk
{
    /// <summary>Reads VTXW, either ComfyUI format, or a picture that holds one of them.</summary>
    OpenedWorkflow Open(ReadOnlyMemory<byte> bytes, string? fileName);

    /// <summary>Writes VTXW.</summary>
    byte[] Write(WorkflowDocument document);

    /// <summary>Returns the identity of a document, however it was laid out.</summary>
    string Hash(WorkflowDocument document);

    /// <summary>Writes ComfyUI's API format; null with the reasons when that cannot hold the document.</summary>
    (byte[]? Json, ImmutableArray<ProblemView> Problems) Export(WorkflowDocument document);
}

/// <summary>A workflow as it was read.</summary>
/// <param name="Document">The document; null when a problem is an error.</param>
/// <param name="Problems">What is wrong and where.</param>
/// <param name="Report">What an import did; null for VTXW.</param>
internal sealed record OpenedWorkflow(WorkflowDocument? Document, ImmutableArray<ProblemView> Problems, ReportView? Report);

/// <summary>What became of a ComfyUI workflow on its way into a document: what is missing, replaced or left out.</summary>
/// <param name="Format">Which format was read.</param>
/// <param name="Items">Everything there is to say, in the order of the file.</param>
/// <param name="Models">Every model file the workflow names.</param>
/// <param name="Files">Every input file the workflow names.</param>
internal sealed record ReportView(
    string? Format,
    ImmutableArray<ReportItemView> Items,
    ImmutableArray<NeededModelView> Models,
    ImmutableArray<NeededFileView> Files);

/// <summary>One thing a report says.</summary>
internal sealed record ReportItemView(string Code, string Severity, string Message, string? Node, string? Port, TextPosition? Position);

/// <summary>A model file a workflow names.</summary>
internal sealed record NeededModelView(string Name, string? Folder, string Node, string? Url, string? Hash);

/// <summary>An input file a workflow names.</summary>
internal sealed record NeededFileView(string Name, string Node);
