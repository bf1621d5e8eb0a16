using System.Text.Json;
using System.Text.Json.Nodes;
using Vortex.Diffusion.Management;
using Vortex.Diffusion.Text;
using Vortex.Nodes;
using Vortex.Runs;
using Vortex.Workflows;

namespace Vortex.Runner;

/// <summary>What a node may touch while this runner executes it, over all its calls.</summary>
internal sealed class RunnerNodeContext : NodeContext
{
    private const int MaxWarnings = 50;

    private readonly NodeFiles _files;
    private readonly NodeProgress _progress;
    private readonly int _maxShownLength;
    private readonly IEmbeddingSource? _embeddings;
    private readonly Dictionary<string, List<JsonElement>> _shown = new(StringComparer.Ordinal);
    private readonly HashSet<string> _shownInCall = new(StringComparer.Ordinal);
    private readonly List<string> _warnings = [];

    public RunnerNodeContext(
        NodeId node, IReadOnlyDictionary<string, string> metadata, DateTimeOffset now, NodeFiles files, NodeProgress progress, RunnerOptions options, ModelManager models,
        IEmbeddingSource? embeddings, CancellationToken cancellationToken)
    {
        (Node, Metadata, Now, Models, CancellationToken) = (node, metadata, now, models, cancellationToken);
        (_files, _progress, _maxShownLength, _embeddings, PreviewMethod) = (files, progress, options.MaxShownLength, embeddings, options.Previews);
    }

    public override NodeId Node { get; }

    public override DateTimeOffset Now { get; }

    public override ModelManager Models { get; }

    public override IEmbeddingSource Embeddings => _embeddings ?? Models.Embeddings;

    public override PreviewMethod PreviewMethod { get; }

    public override CancellationToken CancellationToken { get; }

    public override IReadOnlyDictionary<string, string> Metadata { get; }

    public override void Report(long value, long max) => _progress.Report(value, max);

    public override void Report(long value, long max, Func<PreviewPicture?> preview) => _progress.Report(value, max, preview);

    public override void Emit(EmittedFile file) => _files.Add(file);

    public override Task EmitAsync(StreamedFile file) => _files.AddAsync(file, (value, max) => _progress.Report(value, max));

    public override void Show(string name, JsonElement value)
    {
        JsonElement kept = Cut(value);
        if (!_shown.TryGetValue(name, out List<JsonElement>? values))
        {
            _shown.Add(name, values = []);
        }

        if (_shownInCall.Add(name))
        {
            values.Add(kept);
        }
        else
        {
            values[^1] = kept;
        }
    }

    public override void Warn(string sentence)
    {
        if (_warnings.Count < MaxWarnings && !_warnings.Contains(sentence))
        {
            _warnings.Add(sentence);
        }
    }

    /// <summary>Begins the next call of the node.</summary>
    public void BeginCall() => _shownInCall.Clear();

    /// <summary>Returns what was shown: values by name, arrays where the node was called several times; null when nothing was.</summary>
    public JsonElement? Shown(int calls)
    {
        if (_shown.Count == 0 && _warnings.Count == 0)
        {
            return null;
        }

        JsonObject shown = [];
        foreach ((string name, List<JsonElement> values) in _shown)
        {
            shown[name] = calls == 1 ? JsonNode.Parse(values[0].GetRawText()) : new JsonArray([.. values.Select(value => JsonNode.Parse(value.GetRawText()))]);
        }

        if (_warnings.Count > 0)
        {
            shown["warnings"] = new JsonArray([.. _warnings.Select(sentence => JsonValue.Create(sentence))]);
        }

        return Cut(RunsJson.Element(shown));
    }

    // Events carry what is shown, so it has a limit; the whole value is an output of the node all the same.
    private JsonElement Cut(JsonElement value)
    {
        if (value.ValueKind == JsonValueKind.String && value.GetString() is { } text)
        {
            return text.Length <= _maxShownLength ? value.Clone() : RunsJson.Element(string.Concat(text.AsSpan(0, _maxShownLength - 1), "…"));
        }

        return value.GetRawText().Length <= 4 * _maxShownLength ? value.Clone() : RunsJson.Element("…");
    }
}
