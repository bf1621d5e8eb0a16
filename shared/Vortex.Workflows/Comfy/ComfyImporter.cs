using System.Text;
using System.Text.Json;
using Vortex.Workflows.Comfy;

namespace Vortex.Workflows;

/// <summary>Reads ComfyUI's workflow files, whichever of their formats they are in.</summary>
/// <remarks>
/// Understood are the API format, the editor's format in versions 0.1 to 1.0, and wrappers that hold one of them: what is posted to
/// <c>/prompt</c>, entries of the history, and metadata that came as text within JSON. Where a wrapper holds both, the editor's is read.
/// Nothing is looked up outside the file: the report names what is needed, not what is there.
/// </remarks>
public static class ComfyImporter
{
    private const int MaxWrappers = 8;

    /// <summary>Imports a file. Never throws for any bytes; what cannot be read yields an empty document and a report that says why.</summary>
    /// <param name="json">The file.</param>
    /// <param name="catalog">The known node types; they give names to widget values and tell unknown types apart.</param>
    /// <param name="limits">Bounds on the file; null for <see cref="WorkflowLimits.Default"/>.</param>
    public static ComfyImport Import(ReadOnlyMemory<byte> json, NodeCatalog catalog, WorkflowLimits? limits = null)
    {
        limits ??= WorkflowLimits.Default;
        ReportBuilder report = new();
        return Finish(Read(json, catalog, limits, report, MaxWrappers), report);
    }

    internal static ComfyImport Finish(WorkflowDocument document, ReportBuilder report)
    {
        CompatibilityReport built = report.Build();
        return new ComfyImport(document with { Compatibility = built.ToCompatibility() }, built);
    }

    private static WorkflowDocument Read(
        ReadOnlyMemory<byte> json, NodeCatalog catalog, WorkflowLimits limits, ReportBuilder report, int wrappers)
    {
        using JsonDocument? file = JsonText.Parse(json, limits, out ReportItem? problem);
        if (file is null)
        {
            report.Add(problem!);
            return new WorkflowDocument();
        }

        return Find(file.RootElement, wrappers) switch
        {
            { ValueKind: JsonValueKind.String } text when wrappers > 0 =>
                Read(Encoding.UTF8.GetBytes(text.GetString()!), catalog, limits, report, wrappers - 1),
            { } ui when UiImport.Recognizes(ui) => UiImport.Read(ui, catalog, limits, report),
            { } api when ApiImport.Recognizes(api) => ApiImport.Read(api, catalog, limits, report),
            _ => Unknown(report),
        };
    }

    private static WorkflowDocument Unknown(ReportBuilder report)
    {
        report.Error(
            ImportCodes.NotAWorkflow,
            "The JSON is no ComfyUI workflow: it has neither a list of nodes nor members with a class_type.");
        return new WorkflowDocument();
    }

    /// <summary>Unwraps what holds a workflow; null when nothing does. A text result is JSON once more.</summary>
    internal static JsonElement? Find(JsonElement root, int wrappers)
    {
        if (UiImport.Recognizes(root) || ApiImport.Recognizes(root) || wrappers <= 0)
        {
            return root;
        }

        if (root.ValueKind == JsonValueKind.Array)
        {
            // An entry of the queue or the history: number, id, prompt, extra data, outputs to run.
            return root.GetArrayLength() >= 3
                ? Known(root.GetArrayLength() > 3 ? FromExtra(root[3], wrappers) : null) ?? Known(Find(root[2], wrappers - 1))
                : null;
        }

        if (root.ValueKind != JsonValueKind.Object)
        {
            return null;
        }

        return FromMember(root, "workflow", wrappers)
            ?? FromExtra(root.Member("extra_data") ?? default, wrappers)
            ?? FromMember(root, "prompt", wrappers)
            ?? FromMember(root, "output", wrappers)
            ?? FromOnlyMember(root, wrappers);
    }

    private static JsonElement? FromExtra(JsonElement extra, int wrappers) =>
        extra.Object("extra_pnginfo") is { } info ? FromMember(info, "workflow", wrappers) : null;

    private static JsonElement? FromMember(JsonElement holder, string name, int wrappers) =>
        holder.Member(name) is { } held ? Known(held.ValueKind == JsonValueKind.String ? held : Find(held, wrappers - 1)) : null;

    /// <summary>The answer to a question for one history entry: an object with the prompt's id as its only member.</summary>
    private static JsonElement? FromOnlyMember(JsonElement holder, int wrappers)
    {
        using JsonElement.ObjectEnumerator members = holder.EnumerateObject();
        JsonElement? only = members.MoveNext() ? members.Current.Value : null;
        return only is { ValueKind: JsonValueKind.Object } held && !members.MoveNext() ? Known(Find(held, wrappers - 1)) : null;
    }

    private static JsonElement? Known(JsonElement? found) => found switch
    {
        { ValueKind: JsonValueKind.String } text => text.GetString()!.TrimStart().StartsWith('{') ? found : null,
        { } value when UiImport.Recognizes(value) || ApiImport.Recognizes(value) => found,
        _ => null,
    };
}
