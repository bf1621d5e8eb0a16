using System.Buffers;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Vortex.Workflows.Comfy;

/// <summary>Reports what a node needs and lacks: its type, its model files, its input files.</summary>
internal static partial class NodeFacts
{
    private const string EmbeddingMark = "embedding:";

    private static readonly SearchValues<char> s_afterEmbedding = SearchValues.Create(" ,:()\n\r\t");

    private static readonly string[] s_modelEndings =
        [".safetensors", ".sft", ".ckpt", ".pt", ".pth", ".gguf", ".onnx", ".bin", ".pkl", ".task"];

    /// <summary>Reports a type that is unknown, not executable or deprecated.</summary>
    public static void ReportType(NodeDraft node, string? pack, ReportBuilder report)
    {
        string type = ReportBuilder.Short(node.TypeName);
        if (node.Type is null)
        {
            string from = string.IsNullOrEmpty(pack) ? "" : $" The file says it comes from '{ReportBuilder.Short(pack)}'.";
            report.Error(
                ImportCodes.UnknownType,
                $"The node type '{type}' is unknown.{from} Install a pack that brings it, or replace the node.",
                node.Place);
            return;
        }

        if (!node.Type.IsExecutable)
        {
            report.Warn(ImportCodes.NotExecutable, $"The node type '{type}' is known by its ports, but nothing here can execute it.", node.Place);
        }

        if (node.Type.IsDeprecated)
        {
            report.Warn(ImportCodes.DeprecatedType, $"The node type '{type}' is deprecated; newer workflows use another.", node.Place);
        }
    }

    /// <summary>Reports the model and input files a node's own constants name.</summary>
    public static void ReportFiles(NodeDraft node, ReportBuilder report)
    {
        foreach ((string input, JsonElement value) in node.Constants)
        {
            if (value.ValueKind != JsonValueKind.String || node.Linked.Contains(input) || value.GetString() is not { Length: > 0 } text)
            {
                continue;
            }

            NodeInput? known = node.Type?.FindInput(input);
            if (known?.Type == PortType.ModelRef)
            {
                if (text != "None" && !known.Choices.Contains(text, StringComparer.Ordinal))
                {
                    report.NeedModel(new NeededModel(text, known.ModelFolder, node.Place));
                }
            }
            else if (known?.Type == PortType.File)
            {
                report.NeedFile(new NeededFile(text, node.Place));
            }
            else if (node.Type is null)
            {
                ReportModelName(text, node.Place, report);
            }

            ReportEmbeddings(text, node.Place, report);
            if (input == "filename_prefix" && ReferencePattern().IsMatch(text))
            {
                report.Warn(
                    ImportCodes.TextReference,
                    $"'{ReportBuilder.Short(text)}' refers to a widget of another node, which only ComfyUI's editor fills in. Write the text itself.",
                    node.Place,
                    input);
            }
        }
    }

    /// <summary>Reports a value of an unknown type that looks like the name of a model file.</summary>
    public static void ReportModelName(string text, NodeId place, ReportBuilder report)
    {
        if (text.Length < 260 && !text.Contains('\n', StringComparison.Ordinal)
            && s_modelEndings.Any(ending => text.EndsWith(ending, StringComparison.OrdinalIgnoreCase)))
        {
            report.NeedModel(new NeededModel(text, null, place));
        }
    }

    /// <summary>Reports what <c>properties.models</c> says about where models are published.</summary>
    public static void ReportPublished(JsonElement models, NodeDraft node, ReportBuilder report)
    {
        if (models.ValueKind != JsonValueKind.Array)
        {
            return;
        }

        foreach (JsonElement model in models.EnumerateArray())
        {
            if (model.Text("name") is not { Length: > 0 } name)
            {
                continue;
            }

            string? hash = model.Text("hash") is { Length: > 0 } hex ? $"{model.Text("hash_type") ?? "SHA256"}:{hex}" : null;
            (string used, string? folder) = Named(node, name) ?? (name, model.Text("directory"));
            report.NeedModel(new NeededModel(used, folder, node.Place) { Url = model.Text("url"), Hash = hash });
        }
    }

    /// <summary><c>%Node title.widget%</c>, as in prefixes of file names.</summary>
    [GeneratedRegex("%[^%.]+\\.[^%.]+%", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex ReferencePattern();

    /// <summary>The value of the node that means the published file: workflows may keep it in a folder of their own.</summary>
    private static (string Name, string? Folder)? Named(NodeDraft node, string name)
    {
        foreach ((string input, JsonElement value) in node.Constants)
        {
            if (node.Type?.FindInput(input) is { ModelFolder: { } folder } && value.ValueKind == JsonValueKind.String
                && value.GetString() is { } text
                && (text == name || text.EndsWith("/" + name, StringComparison.Ordinal) || text.EndsWith("\\" + name, StringComparison.Ordinal)))
            {
                return (text, folder);
            }
        }

        return null;
    }

    private static void ReportEmbeddings(string text, NodeId place, ReportBuilder report)
    {
        for (int at = text.IndexOf(EmbeddingMark, StringComparison.Ordinal); at >= 0; at = text.IndexOf(EmbeddingMark, at, StringComparison.Ordinal))
        {
            at += EmbeddingMark.Length;
            int end = text.AsSpan(at).IndexOfAny(s_afterEmbedding);
            string name = end < 0 ? text[at..] : text.Substring(at, end);
            if (name.Length is > 0 and < 260)
            {
                report.NeedModel(new NeededModel(name, "embeddings", place));
            }
        }
    }
}
