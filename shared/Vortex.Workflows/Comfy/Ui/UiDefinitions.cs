using System.Text.Json;

namespace Vortex.Workflows.Comfy;

/// <summary>Finds the subgraph and group node definitions of an editor file and reads their inside.</summary>
internal static class UiDefinitions
{
    private const string DefaultInputKey = "-10";
    private const string DefaultOutputKey = "-20";

    /// <summary>Returns every definition by the type name its instances carry. Their graphs are not read yet.</summary>
    public static Dictionary<string, UiDefinition> Find(JsonElement root, ReportBuilder report, WorkflowLimits limits)
    {
        Dictionary<string, UiDefinition> found = new(StringComparer.Ordinal);
        Queue<JsonElement> holders = new([root]);
        while (holders.TryDequeue(out JsonElement holder))
        {
            foreach (JsonElement raw in holder.Object("definitions")?.Items("subgraphs") ?? default)
            {
                holders.Enqueue(raw);
                if (raw.Text("id") is not { Length: > 0 } id || found.Count >= limits.MaxNodes)
                {
                    report.Warn(ImportCodes.MalformedPart, "A subgraph definition has no id and was left out.");
                    continue;
                }

                UiDefinition definition = new() { Id = id, Name = raw.Text("name") ?? "Subgraph", Raw = raw };
                if (!found.TryAdd(id, definition))
                {
                    report.Warn(ImportCodes.DuplicateName, $"The subgraph '{ReportBuilder.Short(id)}' is defined twice; the first definition counts.");
                }
            }
        }

        FindGroupNodes(root, found);
        return found;
    }

    private static void FindGroupNodes(JsonElement root, Dictionary<string, UiDefinition> found)
    {
        if (root.Object("extra")?.Object("groupNodes") is not { } groups)
        {
            return;
        }

        foreach (JsonProperty group in groups.EnumerateObject())
        {
            if (group.Value.ValueKind != JsonValueKind.Object)
            {
                continue;
            }

            UiDefinition definition = new()
            {
                Id = "group-" + group.Name,
                Name = group.Name,
                Raw = group.Value,
                IsGroupNode = true,
            };

            // Two spellings of one thing; the older one clashed with paths of categories.
            found.TryAdd("workflow>" + group.Name, definition);
            found.TryAdd("workflow/" + group.Name, definition);
        }
    }

    /// <summary>Reads the inside of a definition and its ports.</summary>
    public static void Read(UiDefinition definition, UiGraphReader reader)
    {
        if (definition.IsGroupNode)
        {
            definition.Graph = reader.Read(definition.Raw, DefaultInputKey, DefaultOutputKey, positionIsKey: true);
            GroupNodePorts.Read(definition);
            return;
        }

        string inputKey = definition.Raw.Object("inputNode")?.Member("id")?.Key() ?? DefaultInputKey;
        string outputKey = definition.Raw.Object("outputNode")?.Member("id")?.Key() ?? DefaultOutputKey;
        definition.Graph = reader.Read(definition.Raw, inputKey, outputKey);
        ReadPorts(definition, "inputs", definition.AddInput, definition.InputNames, _ => null);
        Dictionary<int, string> bySlot = [];
        foreach ((string key, UiLink link) in definition.Graph.Links)
        {
            if (string.Equals(link.Target, outputKey, StringComparison.Ordinal))
            {
                bySlot[link.TargetSlot] = key;
            }
        }

        int slot = 0;
        ReadPorts(definition, "outputs", definition.Outputs.Add, new UniqueNames(), raw => LinkOfOutput(raw, definition.Graph, bySlot, slot++));
    }

    private static void ReadPorts(
        UiDefinition definition, string side, Action<UiPort> add, UniqueNames names, Func<JsonElement, string?> link)
    {
        foreach (JsonElement raw in definition.Raw.Items(side))
        {
            string name = raw.Text("name") is { Length: > 0 } given ? given : "port";
            string type = raw.Text("type") ?? "*";
            HashSet<string> links = [.. raw.Items("linkIds").Select(id => id.Key()).OfType<string>()];
            add(new UiPort(names.Take(name), name, type, link(raw)) { Links = links });
        }
    }

    private static string? LinkOfOutput(JsonElement raw, UiGraph graph, Dictionary<int, string> bySlot, int slot)
    {
        // The port's own list is what the editor follows; links that merely claim the slot may be leftovers.
        foreach (JsonElement id in raw.Items("linkIds"))
        {
            if (id.Key() is { } key && graph.Links.ContainsKey(key))
            {
                return key;
            }
        }

        return bySlot.GetValueOrDefault(slot);
    }
}
