using System.Text.Json;
using Vortex.Runs;

namespace Vortex.Azure;

/// <summary>Reads what is new in runs from the documents that changed in the database, whoever wrote them: the function app, a runner.</summary>
public static class RunEventFeed
{
    /// <summary>Notes every run with new events among changed documents; others are passed over.</summary>
    /// <returns>How many documents held events.</returns>
    public static int Note(RunEventPublisher publisher, IEnumerable<JsonElement> changed)
    {
        int noted = 0;
        foreach (JsonElement document in changed)
        {
            if (Text(document, "kind") == EventsDocument.TheKind && document.TryGetProperty("first", out JsonElement first))
            {
                publisher.Note(new WorkspaceId(Text(document, "tenant"), Text(document, "workspace")), new RunId(Text(document, "scope")), first.GetInt64() - 1);
                noted++;
            }
        }

        return noted;
    }

    private static string Text(JsonElement document, string name) =>
        document.ValueKind == JsonValueKind.Object && document.TryGetProperty(name, out JsonElement value) ? value.GetString() ?? "" : "";
}
