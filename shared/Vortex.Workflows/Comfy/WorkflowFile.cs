using System.Collections.Immutable;
using System.Text.Json;
using Vortex.Workflows.Comfy;

namespace Vortex.Workflows;

/// <summary>Opens a file that holds a workflow, whatever it is: VTXW, either of ComfyUI's formats, or a picture with one of them inside.</summary>
public static class WorkflowFile
{
    /// <summary>The code for a file in which no workflow was found.</summary>
    public const string NoWorkflow = "import.no_workflow";

    /// <summary>Opens a file. Never throws for any bytes.</summary>
    /// <param name="bytes">The whole file.</param>
    /// <param name="fileName">Its name, which a workflow without a name takes; null for none. Does not decide what the file is.</param>
    /// <param name="catalog">The known node types, for the import.</param>
    /// <param name="limits">Bounds on the workflow; null for <see cref="WorkflowLimits.Default"/>. Pictures may be larger than a workflow.</param>
    public static OpenedWorkflow Open(
        ReadOnlyMemory<byte> bytes, string? fileName, NodeCatalog catalog, WorkflowLimits? limits = null)
    {
        limits ??= WorkflowLimits.Default;
        OpenedWorkflow opened = EmbeddedWorkflow.ContainerName(bytes.Span) is { } container
            ? OpenMedia(bytes, container, catalog, limits)
            : OpenText(bytes, catalog, limits);
        return opened.Document is { } document && opened.Source != WorkflowSource.Vtxw
            ? opened with { Document = Named(document, fileName) }
            : opened;
    }

    private static OpenedWorkflow OpenMedia(ReadOnlyMemory<byte> bytes, string container, NodeCatalog catalog, WorkflowLimits limits)
    {
        EmbeddedWorkflowResult? found = EmbeddedWorkflow.Find(bytes);
        OpenedWorkflow? last = null;
        foreach (ReadOnlyMemory<byte> text in found?.Texts() ?? [])
        {
            // What cannot be read leaves the next.
            last = InPicture(OpenText(text, catalog, limits));
            if (last.Document is not null)
            {
                return last;
            }
        }

        if (last is not null)
        {
            return last;
        }

        if (found?.Parameters is not null)
        {
            ReportBuilder report = new() { Format = "parameters" };
            string message = "The picture holds generation parameters as plain text, as other programs write them, but no workflow to run.";
            report.Error(ImportCodes.ParametersOnly, message);
            return new OpenedWorkflow(WorkflowSource.Unknown, null, report.Build(), [new WorkflowProblem(ImportCodes.ParametersOnly, message)]);
        }

        return Nothing($"The file is a picture or other media ({container}), but holds no workflow. Use the original file: many programs and web sites remove what it said.");
    }

    private static OpenedWorkflow InPicture(OpenedWorkflow opened) => opened with { IsEmbedded = true };

    private static OpenedWorkflow OpenText(ReadOnlyMemory<byte> bytes, NodeCatalog catalog, WorkflowLimits limits)
    {
        if (IsVtxw(bytes, limits))
        {
            WorkflowReading reading = VtxwReader.Read(bytes, limits);
            return new OpenedWorkflow(WorkflowSource.Vtxw, reading.Document, null, reading.Problems);
        }

        ComfyImport import = ComfyImporter.Import(bytes, catalog, limits);
        if (import.Report.Format is not null)
        {
            WorkflowSource source = import.Report.Format.StartsWith("comfyui-api", StringComparison.Ordinal) ? WorkflowSource.ComfyApi : WorkflowSource.ComfyUi;
            ImmutableArray<WorkflowProblem> limit = Problems(import.Report, ImportCodes.TooLarge);
            return new OpenedWorkflow(source, limit.IsEmpty ? import.Document : null, import.Report, limit);
        }

        ReportItem reason = import.Report.Items.First(item => item.Severity == ReportSeverity.Error);
        string message = reason.Code switch
        {
            ImportCodes.NotJson => "The file is no workflow: it is neither JSON nor a picture that holds one.",
            ImportCodes.NotAWorkflow => "The file is JSON, but no workflow: it is neither VTXW nor one of ComfyUI's formats.",
            _ => reason.Message,
        };
        string code = reason.Code is ImportCodes.NotAWorkflow ? NoWorkflow : reason.Code;
        return new OpenedWorkflow(WorkflowSource.Unknown, null, import.Report, [new WorkflowProblem(code, message) { Position = reason.Position }]);
    }

    private static ImmutableArray<WorkflowProblem> Problems(CompatibilityReport report, string code) =>
        [.. report.Of(code).Where(item => item.Severity == ReportSeverity.Error).Select(item => new WorkflowProblem(item.Code, item.Message) { Position = item.Position })];

    private static OpenedWorkflow Nothing(string message) =>
        new(WorkflowSource.Unknown, null, null, [new WorkflowProblem(NoWorkflow, message)]);

    /// <summary>Whether the text is an object with the version member VTXW has; broken text after it still counts, for its problems to be told.</summary>
    private static bool IsVtxw(ReadOnlyMemory<byte> bytes, WorkflowLimits limits)
    {
        if (bytes.Length > limits.MaxBytes)
        {
            return false;
        }

        ReadOnlySpan<byte> text = bytes.Span.StartsWith((ReadOnlySpan<byte>)[0xEF, 0xBB, 0xBF]) ? bytes.Span[3..] : bytes.Span;
        Utf8JsonReader reader = new(text, new JsonReaderOptions { MaxDepth = Math.Max(limits.MaxDepth, 1) + 1 });
        try
        {
            while (reader.Read())
            {
                if (reader.TokenType == JsonTokenType.PropertyName && reader.CurrentDepth == 1 && reader.ValueTextEquals("vtxw_version"u8))
                {
                    return true;
                }
            }
        }
        catch (JsonException)
        {
            // Not JSON up to the member; the import says where.
        }
        catch (InvalidOperationException)
        {
            // A name that is no text.
        }

        return false;
    }

    private const string Untitled = "Untitled";

    private static WorkflowDocument Named(WorkflowDocument document, string? fileName)
    {
        string? name = fileName is null ? null : Path.GetFileNameWithoutExtension(fileName.Replace('\\', '/'));
        return string.IsNullOrWhiteSpace(name) || document.Meta.Name != Untitled
            ? document
            : document with { Meta = document.Meta with { Name = name } };
    }
}

/// <summary>What a file turned out to be.</summary>
public enum WorkflowSource
{
    /// <summary>None of the known formats.</summary>
    Unknown,

    /// <summary>VTXW.</summary>
    Vtxw,

    /// <summary>ComfyUI's API format.</summary>
    ComfyApi,

    /// <summary>The format of ComfyUI's editor.</summary>
    ComfyUi,
}

/// <summary>A file that was opened.</summary>
/// <param name="Source">What it turned out to be.</param>
/// <param name="Document">The workflow; null exactly when a problem is an error.</param>
/// <param name="Report">What the import changed and misses; null for VTXW and for media without a workflow.</param>
/// <param name="Problems">What is wrong with the file itself.</param>
public sealed record OpenedWorkflow(
    WorkflowSource Source, WorkflowDocument? Document, CompatibilityReport? Report, ImmutableArray<WorkflowProblem> Problems)
{
    /// <summary>Gets whether the workflow was inside a picture or other media.</summary>
    public bool IsEmbedded { get; init; }
}
