using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;

namespace Vortex.Workflows;

/// <summary>Reads the members of a document: what each object of VTXW 1.x may and must have.</summary>
internal static class VtxwParser
{
    private static readonly string[] TimeFormats = ["yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK"];

    /// <summary>Reads the document the cursor stands on. What had problems is left out.</summary>
    public static WorkflowDocument Document(ref JsonCursor cursor, string version)
    {
        WorkflowDocument document = new() { Version = version };
        if (!cursor.BeginObject())
        {
            return document;
        }

        long start = cursor.Offset;
        bool hasNodes = false;
        while (cursor.NextMember(out string name))
        {
            switch (name)
            {
                case "vtxw_version":
                    _ = cursor.Text();
                    break;
                case "$schema":
                    _ = cursor.Text();
                    break;
                case "meta":
                    document = document with { Meta = Meta(ref cursor) };
                    break;
                case "inputs":
                    document = document with { Inputs = Inputs(ref cursor) };
                    break;
                case "nodes":
                    hasNodes = true;
                    document = document with { Nodes = VtxwGraphParser.Nodes(ref cursor) };
                    break;
                case "edges":
                    document = document with { Edges = VtxwGraphParser.Edges(ref cursor) };
                    break;
                case "subgraphs":
                    document = document with { Subgraphs = Subgraphs(ref cursor) };
                    break;
                case "ui":
                    document = document with { Ui = VtxwUiParser.Ui(ref cursor) };
                    break;
                case "compatibility":
                    document = document with { Compatibility = Compatibility(ref cursor) };
                    break;
                default:
                    cursor.Unknown(name);
                    break;
            }

            cursor.EndMember();
        }

        if (!hasNodes)
        {
            cursor.Missing("nodes", "The document", start);
        }

        return document;
    }

    private static WorkflowMeta Meta(ref JsonCursor cursor)
    {
        WorkflowMeta meta = new("Untitled");
        if (!cursor.BeginObject())
        {
            return meta;
        }

        long start = cursor.Offset;
        bool hasName = false;
        while (cursor.NextMember(out string name))
        {
            switch (name)
            {
                case "name":
                    hasName = true;
                    meta = meta with { Name = cursor.Text() ?? meta.Name };
                    break;
                case "description":
                    meta = meta with { Description = cursor.Text() };
                    break;
                case "author":
                    meta = meta with { Author = cursor.Text() };
                    break;
                case "tags":
                    meta = meta with { Tags = Texts(ref cursor) };
                    break;
                case "created_at":
                    meta = meta with { CreatedAt = Time(ref cursor) };
                    break;
                case "updated_at":
                    meta = meta with { UpdatedAt = Time(ref cursor) };
                    break;
                default:
                    cursor.Unknown(name);
                    break;
            }

            cursor.EndMember();
        }

        if (!hasName)
        {
            cursor.Missing("name", "'meta'", start);
        }

        return meta;
    }

    private static ImmutableArray<string> Texts(ref JsonCursor cursor)
    {
        ImmutableArray<string>.Builder texts = ImmutableArray.CreateBuilder<string>();
        if (cursor.BeginArray())
        {
            while (cursor.NextItem())
            {
                if (cursor.Text() is { } text)
                {
                    texts.Add(text);
                }
            }
        }

        return texts.ToImmutable();
    }

    /// <summary>Reads an ISO 8601 time. One without an offset is UTC: the same file means the same everywhere.</summary>
    private static DateTimeOffset? Time(ref JsonCursor cursor)
    {
        if (cursor.Text() is not { } text)
        {
            return null;
        }

        if (DateTimeOffset.TryParseExact(text, TimeFormats, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset time))
        {
            return time;
        }

        cursor.BadValue("This must be a time such as 2026-03-31T09:30:00Z.");
        return null;
    }

    private static ImmutableArray<WorkflowInput> Inputs(ref JsonCursor cursor)
    {
        ImmutableArray<WorkflowInput>.Builder inputs = ImmutableArray.CreateBuilder<WorkflowInput>();
        if (cursor.BeginArray())
        {
            while (cursor.NextItem())
            {
                if (Input(ref cursor) is { } input)
                {
                    inputs.Add(input);
                }
            }
        }

        return inputs.ToImmutable();
    }

    private static WorkflowInput? Input(ref JsonCursor cursor)
    {
        if (!cursor.BeginObject())
        {
            return null;
        }

        long start = cursor.Offset;
        string? inputName = null;
        string? type = null;
        string? description = null;
        ImmutableArray<PortRef>.Builder? targets = null;
        JsonElement? value = null;
        Presence present = default;
        while (cursor.NextMember(out string name))
        {
            switch (name)
            {
                case "name":
                    present.First = true;
                    inputName = cursor.Name();
                    break;
                case "type":
                    present.Second = true;
                    type = cursor.Name();
                    break;
                case "description":
                    description = cursor.Text();
                    break;
                case "default":
                    value = cursor.Value();
                    break;
                case "targets":
                    present.Third = true;
                    targets = VtxwGraphParser.Ports(ref cursor);
                    break;
                default:
                    cursor.Unknown(name);
                    break;
            }

            cursor.EndMember();
        }

        Require(ref cursor, present.First, "name", "The workflow input", start);
        Require(ref cursor, present.Second, "type", "The workflow input", start);
        Require(ref cursor, present.Third, "targets", "The workflow input", start);
        return inputName is null || type is null || targets is null
            ? null
            : new WorkflowInput(inputName, new PortType(type), targets.ToImmutable()) { Default = value, Description = description };
    }

    private static ImmutableSortedDictionary<string, WorkflowSubgraph> Subgraphs(ref JsonCursor cursor)
    {
        ImmutableSortedDictionary<string, WorkflowSubgraph>.Builder subgraphs =
            ImmutableSortedDictionary.CreateBuilder<string, WorkflowSubgraph>(StringComparer.Ordinal);
        if (!cursor.BeginObject())
        {
            return subgraphs.ToImmutable();
        }

        while (cursor.NextMember(out string id))
        {
            if (VtxwGraphParser.Subgraph(ref cursor) is { } subgraph)
            {
                subgraphs[id] = subgraph;
            }

            cursor.EndMember();
        }

        return subgraphs.ToImmutable();
    }

    private static WorkflowCompatibility? Compatibility(ref JsonCursor cursor)
    {
        if (!cursor.BeginObject())
        {
            return null;
        }

        WorkflowCompatibility compatibility = new(null, [], []);
        while (cursor.NextMember(out string name))
        {
            switch (name)
            {
                case "imported_from":
                    compatibility = compatibility with { ImportedFrom = cursor.Text() };
                    break;
                case "warnings":
                    compatibility = compatibility with { Warnings = Items(ref cursor) };
                    break;
                case "substitutions":
                    compatibility = compatibility with { Substitutions = Items(ref cursor) };
                    break;
                default:
                    cursor.Unknown(name);
                    break;
            }

            cursor.EndMember();
        }

        return compatibility;
    }

    private static ImmutableArray<CompatibilityItem> Items(ref JsonCursor cursor)
    {
        ImmutableArray<CompatibilityItem>.Builder items = ImmutableArray.CreateBuilder<CompatibilityItem>();
        if (cursor.BeginArray())
        {
            while (cursor.NextItem())
            {
                if (Item(ref cursor) is { } item)
                {
                    items.Add(item);
                }
            }
        }

        return items.ToImmutable();
    }

    private static CompatibilityItem? Item(ref JsonCursor cursor)
    {
        if (!cursor.BeginObject())
        {
            return null;
        }

        long start = cursor.Offset;
        string? code = null;
        string? message = null;
        string? node = null;
        Presence present = default;
        while (cursor.NextMember(out string name))
        {
            switch (name)
            {
                case "code":
                    present.First = true;
                    code = cursor.Name();
                    break;
                case "message":
                    present.Second = true;
                    message = cursor.Text();
                    break;
                case "node":
                    node = cursor.Name();
                    break;
                default:
                    cursor.Unknown(name);
                    break;
            }

            cursor.EndMember();
        }

        Require(ref cursor, present.First, "code", "The entry", start);
        Require(ref cursor, present.Second, "message", "The entry", start);
        return code is null || message is null ? null : new CompatibilityItem(code, message, node is null ? null : new NodeId(node));
    }

    internal static void Require(ref JsonCursor cursor, bool present, string member, string owner, long start)
    {
        if (!present)
        {
            cursor.Missing(member, owner, start);
        }
    }

    /// <summary>Which required members an object had, in the order they are asked for.</summary>
    internal struct Presence
    {
        public bool First;
        public bool Second;
        public bool Third;
    }
}
