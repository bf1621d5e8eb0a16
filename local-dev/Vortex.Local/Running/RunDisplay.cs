using System.Globalization;
using System.Text.Json;
using Vortex.Runs;
using Vortex.Workflows;

namespace Vortex.Local.Running;

/// <summary>Shows a person or a program how a run goes.</summary>
internal abstract class RunDisplay
{
    /// <summary>Shows one event.</summary>
    public abstract void Show(RunEvent one);

    /// <summary>Tells where a file went.</summary>
    public virtual void Saved(string path)
    {
    }

    /// <summary>Says something that is not an event, such as a warning of the import.</summary>
    public virtual void Note(string text) => Console.Error.WriteLine(text);

    /// <summary>Leaves the terminal as a person expects it.</summary>
    public virtual void End()
    {
    }

    /// <summary>Chooses: JSON lines on request, a live line on a terminal, otherwise one line per event.</summary>
    public static RunDisplay Choose(bool json, IReadOnlyDictionary<NodeId, string> nodeTypes) =>
        json ? new JsonDisplay()
        : !Console.IsOutputRedirected && Environment.GetEnvironmentVariable("TERM") is not (null or "dumb") ? new LiveDisplay(nodeTypes)
        : new LineDisplay(nodeTypes);

    private protected static string Named(RunEvent one, IReadOnlyDictionary<NodeId, string> nodeTypes) =>
        one.NodeId is { } node ? nodeTypes.TryGetValue(node, out string? type) ? $"{node} {type}" : node.Value : "";

    private protected static string? Text(RunEvent one, string name) =>
        one.Payload.ValueKind == JsonValueKind.Object && one.Payload.TryGetProperty(name, out JsonElement value)
            ? value.ValueKind == JsonValueKind.String ? value.GetString() : value.GetRawText()
            : null;

    /// <summary>Returns what a node says it left out.</summary>
    private protected static IEnumerable<string> Warnings(RunEvent one) =>
        one.Type is RunEventTypes.NodeCompleted or RunEventTypes.NodeCached && one.Payload.ValueKind == JsonValueKind.Object
            && one.Payload.TryGetProperty("shown", out JsonElement shown) && shown.ValueKind == JsonValueKind.Object
            && shown.TryGetProperty("warnings", out JsonElement warnings) && warnings.ValueKind == JsonValueKind.Array
            ? warnings.EnumerateArray().Where(warning => warning.ValueKind == JsonValueKind.String).Select(warning => warning.GetString()!)
            : [];
}

/// <summary>One JSON line per event, the envelope the API sends too.</summary>
internal sealed class JsonDisplay : RunDisplay
{
    public override void Show(RunEvent one) => Console.Out.WriteLine(JsonSerializer.Serialize(one, RunsJson.Options));
}

/// <summary>One line of text per event, for logs and pipes.</summary>
internal sealed class LineDisplay(IReadOnlyDictionary<NodeId, string> nodeTypes) : RunDisplay
{
    public override void Show(RunEvent one)
    {
        string time = one.Timestamp.ToLocalTime().ToString("HH:mm:ss.fff", CultureInfo.InvariantCulture);
        Console.Out.WriteLine($"{time}  {one.Type,-16} {Named(one, nodeTypes)}{Detail(one)}".TrimEnd());
        foreach (string warning in Warnings(one))
        {
            Console.Out.WriteLine($"{time}  {"warning",-16} {Named(one, nodeTypes)}: {warning}");
        }
    }

    public override void Saved(string path) => Console.Out.WriteLine($"saved {path}");

    internal static string Detail(RunEvent one) => one.Type switch
    {
        RunEventTypes.NodeCompleted => Text(one, "duration_ms") is { } ms ? $"  ({ms} ms)" : "",
        RunEventTypes.NodeProgress => $"  {Text(one, "value")}/{Text(one, "max")}",
        RunEventTypes.NodeFailed => $"  {Text(one, "message")}",
        RunEventTypes.ArtifactCreated => $"  {Text(one, "name")}",
        _ => "",
    };
}

/// <summary>A line that changes while the run goes on; failures stay.</summary>
internal sealed class LiveDisplay(IReadOnlyDictionary<NodeId, string> nodeTypes) : RunDisplay
{
    private const int BarWidth = 24;
    private int _all;
    private int _done;

    public override void Show(RunEvent one)
    {
        switch (one.Type)
        {
            case RunEventTypes.RunStarted:
                _all = int.TryParse(Text(one, "nodes"), CultureInfo.InvariantCulture, out int nodes) ? nodes : nodeTypes.Count;
                Draw("");
                break;
            case RunEventTypes.NodeCached or RunEventTypes.NodeCompleted:
                _done++;
                foreach (string warning in Warnings(one))
                {
                    Keep($"warning {Named(one, nodeTypes)}: {warning}");
                }

                Draw(Named(one, nodeTypes));
                break;
            case RunEventTypes.NodeStarted:
                Draw(Named(one, nodeTypes));
                break;
            case RunEventTypes.NodeProgress:
                Draw($"{Named(one, nodeTypes)} {Text(one, "value")}/{Text(one, "max")}");
                break;
            case RunEventTypes.NodeFailed:
                Keep($"failed  {Named(one, nodeTypes)}: {Text(one, "message")}");
                break;
            default:
                break;
        }
    }

    public override void Saved(string path) => Keep($"saved   {path}");

    public override void Note(string text) => Keep(text);

    public override void End() => Console.Out.Write("\r\x1b[K");

    private void Draw(string what)
    {
        int filled = _all == 0 ? 0 : Math.Min(BarWidth, BarWidth * _done / _all);
        string line = $"{new string('█', filled)}{new string('░', BarWidth - filled)} {_done}/{_all}  {what}";
        int width = Math.Max(20, SafeWidth() - 1);
        Console.Out.Write("\r\x1b[K" + (line.Length > width ? line[..width] : line));
    }

    private void Keep(string text)
    {
        End();
        Console.Out.WriteLine(text);
    }

    private static int SafeWidth()
    {
        try
        {
            return Console.WindowWidth;
        }
        catch (IOException)
        {
            return 80;
        }
    }
}
