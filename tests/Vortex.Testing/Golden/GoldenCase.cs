using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.IO.Enumeration;
using System.Text.Json;

namespace Vortex.Testing.Golden;

/// <summary>One folder of reference numbers: <c>case.json</c> and the safetensors files beside it.</summary>
public sealed class GoldenCase
{
    private readonly ConcurrentDictionary<string, Safetensors> _files = new(StringComparer.Ordinal);

    private GoldenCase(string folder)
    {
        Folder = folder;
        using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder, "case.json")));
        Json = document.RootElement.Clone();
    }

    /// <summary>Gets the folder's name, which is the name of the case.</summary>
    public string Name => Path.GetFileName(Folder);

    /// <summary>Gets the full path of the folder.</summary>
    public string Folder { get; }

    /// <summary>Gets all of <c>case.json</c>.</summary>
    public JsonElement Json { get; }

    /// <summary>Gets the runs, in the order of the file; empty where the case has none. Both layouts are read: a list and an object by name.</summary>
    public ImmutableArray<GoldenRun> Runs
    {
        get
        {
            if (!Json.TryGetProperty("runs", out JsonElement runs))
            {
                return [];
            }

            return runs.ValueKind == JsonValueKind.Array
                ? [.. runs.EnumerateArray().Select((run, i) => new GoldenRun(this, IndexOf(run, i), run))]
                : [.. runs.EnumerateObject().Select(run => new GoldenRun(this, run.Name, run.Value))];
        }
    }

    /// <summary>Returns a tensor file of the case by its name without the ending: <c>inputs</c>, <c>outputs</c>, <c>model</c>.</summary>
    public Safetensors Tensors(string file) =>
        _files.GetOrAdd(file, name => Safetensors.Read(Path.Combine(Folder, name + ".safetensors")));

    /// <summary>Returns every case whose folder name matches (<c>*</c> and <c>?</c>), by name; skips the test without a golden folder.</summary>
    public static ImmutableArray<GoldenCase> Find(string pattern) => In(ReferenceData.Golden(), pattern);

    /// <summary>Like <see cref="Find"/>, but empty where there is no golden folder: for lists of tests.</summary>
    public static ImmutableArray<GoldenCase> FindOrNone(string pattern) =>
        ReferenceData.Find("VORTEX_GOLDEN", "golden") is { } root ? In(root, pattern) : [];

    private static ImmutableArray<GoldenCase> In(string root, string pattern) =>
    [
        .. Directory.EnumerateDirectories(root)
            .Where(folder => FileSystemName.MatchesSimpleExpression(pattern, Path.GetFileName(folder))
                && File.Exists(Path.Combine(folder, "case.json")))
            .Order(StringComparer.Ordinal)
            .Select(folder => new GoldenCase(folder)),
    ];

    private static string IndexOf(JsonElement run, int position) =>
        run.TryGetProperty("index", out JsonElement index) ? index.ToString() : position.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
