using System.Text.Json;
using Vortex.Testing;

namespace Vortex.Workflows.Tests.Comfy;

/// <summary>
/// Pictures carry the editor's graph and, beside it, what ComfyUI's own editor made of it for the server. What we make of the graph must be
/// the same: the same nodes, links and values.
/// </summary>
[Trait("kind", "golden")]
public sealed class RecordedPromptTests
{
    /// <summary>The differences there are reasons for, by file, node and input.</summary>
    private static readonly Dictionary<(string File, string Node, string Input), string> s_justified = new()
    {
        [("christian-byrne__workflow.glb", "67", "image")] = "an empty text the preview of a newer editor leaves behind; the type has no such input",
        [("pydn__comfyui_to_python_banner.png", "6", "speak_and_recognation")] = "added to every text widget by an extension; the type has no such input",
        [("pydn__comfyui_to_python_banner.png", "7", "speak_and_recognation")] = "the same",
        [("valyriantech__face_character_sheet_openpose.png", "2", "preprocessor")] = "a type of a pack that is not known; the file keeps its values without names",
        [("valyriantech__face_character_sheet_openpose.png", "2", "resolution")] = "the same",
        [("wyrde__model-compare-hrf-pixel_00283.png", "110", "filename_prefix")] = "the editor filled in %SavePrefix.file_path% when it queued the run; reported",
        [("wyrde__model-compare-hrf-pixel_00283.png", "153", "filename_prefix")] = "the same",
        [("wyrde__model-compare-hrf-pixel_00283.png", "199", "dictionary_name")] = "a type of a pack that is not known; the file keeps its values without names",
        [("wyrde__model-compare-hrf-pixel_00283.png", "199", "file_path")] = "the same",
        [("wyrde__model-compare-hrf-pixel_00283.png", "239", "text")] = "the same",
        [("wyrde__model-compare-hrf-pixel_00283.png", "240", "text")] = "the same",
    };

    [Fact]
    public void Graph_in_a_picture_becomes_the_prompt_recorded_beside_it()
    {
        string folder = Path.Combine(ReferenceData.Workflows(), "images");
        List<string> differences = [];
        HashSet<(string File, string Node, string Input)> unused = [.. s_justified.Keys];
        int compared = 0;
        foreach (string path in Directory.GetFiles(folder).Order(StringComparer.Ordinal))
        {
            if (EmbeddedWorkflow.Find(File.ReadAllBytes(path)) is not { Workflow: { } workflow, Prompt: { } prompt })
            {
                continue;
            }

            compared++;
            ComfyImport import = ComfyImporter.Import(workflow, Imported.Catalog);
            using JsonDocument recorded = JsonDocument.Parse(prompt);
            string file = Path.GetFileName(path);
            foreach ((string node, string input, string difference) in Compare(recorded.RootElement, import.Api()))
            {
                if (s_justified.ContainsKey((file, node, input)))
                {
                    unused.Remove((file, node, input));
                }
                else
                {
                    differences.Add($"{file}: {node}.{input}: {difference}");
                }
            }
        }

        Assert.Empty(differences);
        Assert.Empty(unused);
        Assert.True(compared >= 12, $"{compared} pictures hold both");
    }

    [Fact]
    public void Export_of_an_imported_prompt_is_that_prompt()
    {
        string folder = Path.Combine(ReferenceData.Workflows(), "api");
        List<string> differences = [];
        string[] files = Directory.GetFiles(folder, "*.json");
        foreach (string path in files)
        {
            byte[] json = File.ReadAllBytes(path);
            using JsonDocument before = JsonDocument.Parse(json);
            JsonElement after = ComfyImporter.Import(json, Imported.Catalog).Api();
            differences.AddRange(Compare(before.RootElement, after, ignoreUploads: false)
                .Select(difference => $"{Path.GetFileName(path)}: {difference}"));
        }

        Assert.NotEmpty(files);
        Assert.Empty(differences);
    }

    [Fact]
    public void Import_of_an_export_is_exported_as_before()
    {
        foreach (string path in Directory.GetFiles(ReferenceData.Workflows(), "*.json", SearchOption.AllDirectories).Where(IsWorkflow))
        {
            ComfyImport first = ComfyImporter.Import(File.ReadAllBytes(path), Imported.Catalog);
            ComfyExport export = ComfyExporter.ToApi(first.Document, Imported.Catalog);
            JsonElement second = ComfyImporter.Import(export.Json, Imported.Catalog).Api();
            Assert.Empty(Compare(first.Api(), second, ignoreUploads: false));
        }
    }

    private static bool IsWorkflow(string path) => Path.GetFileName(Path.GetDirectoryName(path)) is "ui" or "api";

    private static IEnumerable<(string Node, string Input, string Difference)> Compare(JsonElement expected, JsonElement actual, bool ignoreUploads = true)
    {
        foreach (string id in expected.EnumerateObject().Select(node => node.Name).Union(actual.EnumerateObject().Select(node => node.Name)))
        {
            if (!expected.TryGetProperty(id, out JsonElement left) || !actual.TryGetProperty(id, out JsonElement right))
            {
                yield return (id, "", left.ValueKind == JsonValueKind.Undefined ? "must not be there" : "is missing");
                continue;
            }

            if (left.GetProperty("class_type").GetString() != right.GetProperty("class_type").GetString())
            {
                yield return (id, "", "has another class");
            }

            JsonElement from = left.GetProperty("inputs");
            JsonElement to = right.GetProperty("inputs");
            foreach (string input in from.EnumerateObject().Select(member => member.Name).Union(to.EnumerateObject().Select(member => member.Name)))
            {
                // The mark of the upload button: the graph keeps it as a value without meaning, the prompt repeats it.
                if (ignoreUploads && (input is "upload" or "choose file to upload"))
                {
                    continue;
                }

                JsonElement before = from.TryGetProperty(input, out JsonElement found) ? found : default;
                JsonElement after = to.TryGetProperty(input, out found) ? found : default;
                if (before.ValueKind != after.ValueKind || (before.ValueKind != JsonValueKind.Undefined && !JsonElement.DeepEquals(before, after)))
                {
                    yield return (id, input, $"{before} became {after}");
                }
            }
        }
    }
}
