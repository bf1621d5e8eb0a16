using System.Collections.Immutable;
using Vortex.Workflows;

namespace Vortex.Api;

/// <summary>What became of a ComfyUI workflow on its way into a document: what is missing, replaced or left out.</summary>
/// <param name="Format">Which format was read; absent when none was recognised.</param>
/// <param name="Items">Everything there is to say, in the order of the file.</param>
/// <param name="Models">Every model file the workflow names, once per folder and name.</param>
/// <param name="Files">Every input file the workflow names, once per name.</param>
internal sealed record ReportView(
    string? Format,
    ImmutableArray<ReportItemView> Items,
    ImmutableArray<NeededModelView> Models,
    ImmutableArray<NeededFileView> Files)
{
    public static ReportView? Of(CompatibilityReport? report) => report is null ? null : new ReportView(
        report.Format,
        [.. report.Items.Select(item => new ReportItemView(item.Code, item.Severity, item.Message, item.Node?.Value, item.Port, item.Position))],
        [.. report.Models.Select(model => new NeededModelView(model.Name, model.Folder, model.Node.Value, model.Url, model.Hash))],
        [.. report.Files.Select(file => new NeededFileView(file.Name, file.Node.Value))]);
}

/// <summary>One thing a report says.</summary>
internal sealed record ReportItemView(string Code, ReportSeverity Severity, string Message, string? Node, string? Port, TextPosition? Position);

/// <summary>A model file a workflow names.</summary>
internal sealed record NeededModelView(string Name, string? Folder, string Node, string? Url, string? Hash);

/// <summary>An input file a workflow names.</summary>
internal sealed record NeededFileView(string Name, string Node);
