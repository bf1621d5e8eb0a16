using System.Text.Json;
using System.Text.Json.Nodes;

namespace Vortex.Workflows;

/// <summary>Reads VTXW.</summary>
/// <remarks>
/// Two passes over the bytes. The first checks them as JSON (syntax, UTF-8, repeated members) and counts (size, nesting, nodes, edges, text) without
/// building anything; the second builds the document and finds every member that is missing, unknown or of the wrong type. What the graph means
/// is for <see cref="WorkflowValidator"/> to judge.
/// </remarks>
public static class VtxwReader
{
    private static readonly byte[] ByteOrderMark = [0xEF, 0xBB, 0xBF];

    /// <summary>Reads a document.</summary>
    /// <param name="utf8">The text, with or without a byte order mark. Any bytes at all are answered, never with an exception.</param>
    /// <param name="limits">The limits; <see cref="WorkflowLimits.Default"/> when null.</param>
    /// <returns>The document, or why there is none. Versions 1.x newer than this reader are read with a warning, 0.9 is migrated.</returns>
    public static WorkflowReading Read(ReadOnlyMemory<byte> utf8, WorkflowLimits? limits = null)
    {
        limits ??= WorkflowLimits.Default;
        ReadOnlySpan<byte> text = utf8.Span;
        PlacedProblems problems = new(limits.MaxProblems);
        if (text.Length > limits.MaxBytes)
        {
            problems.Error(
                WorkflowProblemCodes.TooLarge,
                $"The file has {text.Length} bytes; at most {limits.MaxBytes} are read.",
                0,
                "");
            return new WorkflowReading(null, problems.Place(text));
        }

        text = text.StartsWith(ByteOrderMark) ? text[ByteOrderMark.Length..] : text;
        if (!JsonScan.Run(text, limits, problems))
        {
            return new WorkflowReading(null, problems.Place(text));
        }

        string? version = ReadVersion(text, limits, problems, out long place);
        return version is null ? new WorkflowReading(null, problems.Place(text)) : Read(text, version, place, limits, problems);
    }

    private static WorkflowReading Read(ReadOnlySpan<byte> text, string version, long place, WorkflowLimits limits, PlacedProblems problems)
    {
        WorkflowVersion? known = WorkflowVersion.Parse(version);
        if (known is { } old && WorkflowMigrations.CanMigrate(old))
        {
            return problems.HasErrors ? new WorkflowReading(null, problems.Place(text)) : ReadMigrated(text, old, place, limits, problems);
        }

        if (known is not { Major: 1 } current)
        {
            string message = $"Version '{Quote.Short(version)}' cannot be read; this build knows {WorkflowVersion.Current} and 0.9.";
            problems.Error(WorkflowProblemCodes.UnsupportedVersion, message, place, "/vtxw_version");
            return new WorkflowReading(null, problems.Place(text));
        }

        if (current.Minor > WorkflowVersion.Current.Minor)
        {
            string message = $"The document has version {current}, newer than {WorkflowVersion.Current}: what only that version knows is ignored.";
            problems.Warning(WorkflowProblemCodes.NewerVersion, message, place, "/vtxw_version");
        }

        WorkflowDocument document = Build(text, current.ToString(), limits, problems);
        return new WorkflowReading(problems.HasErrors ? null : document, problems.Place(text));
    }

    private static WorkflowDocument Build(ReadOnlySpan<byte> text, string version, WorkflowLimits limits, PlacedProblems problems)
    {
        JsonCursor cursor = new(text, limits, problems);
        cursor.Start();
        return VtxwParser.Document(ref cursor, version);
    }

    /// <summary>Reads what the migrations make of the text, and shows its problems in the text itself.</summary>
    private static WorkflowReading ReadMigrated(ReadOnlySpan<byte> text, WorkflowVersion version, long place, WorkflowLimits limits, PlacedProblems problems)
    {
        // The scan found no duplicate member and no nesting beyond the limit: the tree can be built.
        int depth = JsonScan.ReaderDepth(limits);
        JsonObject root = JsonNode.Parse(text, documentOptions: new JsonDocumentOptions { MaxDepth = depth })!.AsObject();
        WorkflowVersion migrated = WorkflowMigrations.Migrate(root, version);
        // A migration may wrap what it moves in one object more.
        JsonSerializerOptions options = new() { MaxDepth = depth + 8 };
        byte[] bytes = System.Text.Encoding.UTF8.GetBytes(root.ToJsonString(options));
        PlacedProblems found = new(limits.MaxProblems);
        WorkflowDocument document = Build(bytes, migrated.ToString(), limits with { MaxDepth = depth + 8 }, found);

        string message = $"The document has version {version} and was brought up to {migrated}. Save it to keep that.";
        problems.Warning(WorkflowProblemCodes.Migrated, message, place, "/vtxw_version");
        foreach (WorkflowProblem problem in found.Place(bytes))
        {
            string pointer = problem.Position?.Pointer ?? "";
            problems.Add(problem, PointerPlaces.Find(text, pointer, depth), pointer);
        }

        return new WorkflowReading(problems.HasErrors ? null : document, problems.Place(text));
    }

    /// <summary>Finds the version, so that it is known before the members that depend on it.</summary>
    private static string? ReadVersion(ReadOnlySpan<byte> text, WorkflowLimits limits, PlacedProblems problems, out long place)
    {
        Utf8JsonReader reader = new(text, new JsonReaderOptions { MaxDepth = JsonScan.ReaderDepth(limits) });
        reader.Read();
        place = reader.TokenStartIndex;
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            problems.Error(WorkflowProblemCodes.WrongJsonType, "A workflow must be an object.", place, "");
            return null;
        }

        string? version = null;
        bool comfy = false;
        bool seen = false;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            bool isVersion = reader.ValueTextEquals("vtxw_version"u8);
            comfy |= reader.ValueTextEquals("last_node_id"u8) || reader.ValueTextEquals("links"u8);
            reader.Read();
            if (isVersion)
            {
                seen = true;
                place = reader.TokenStartIndex;
                version = reader.TokenType == JsonTokenType.String ? reader.GetString() : null;
            }

            reader.Skip();
        }

        if (!seen)
        {
            string hint = comfy ? " It looks like a ComfyUI workflow: import it." : " Add \"vtxw_version\": \"1.0\" if it is one.";
            problems.Error(WorkflowProblemCodes.MissingMember, "The document has no 'vtxw_version', so it is not known to be VTXW." + hint, place, "");
        }
        else if (version is null)
        {
            problems.Error(WorkflowProblemCodes.WrongJsonType, "The version must be a text such as \"1.0\".", place, "/vtxw_version");
        }

        return version;
    }
}
