using Vortex.Nodes;

namespace Vortex.Runner;

/// <summary>ComfyUI's lists: a node after one runs once per entry, and shorter lists repeat their last entry.</summary>
internal static class NodeCalls
{
    /// <summary>Returns how often a node is called: as often as its longest list has entries; not at all when some list has none.</summary>
    public static int Count(NodeMethod method, IReadOnlyDictionary<string, IReadOnlyList<object?>> inputs)
    {
        if (method.Type.TakesLists || inputs.Count == 0)
        {
            return 1;
        }

        return inputs.Values.Any(items => items.Count == 0) ? 0 : inputs.Values.Max(items => items.Count);
    }

    /// <summary>Returns the inputs of one call; whole lists for a type that takes them.</summary>
    public static Dictionary<string, object?> Inputs(NodeMethod method, IReadOnlyDictionary<string, IReadOnlyList<object?>> inputs, int call)
    {
        Dictionary<string, object?> values = new(inputs.Count, StringComparer.Ordinal);
        foreach ((string name, IReadOnlyList<object?> items) in inputs)
        {
            values.Add(name, method.Type.TakesLists ? items : items[Math.Min(call, items.Count - 1)]);
        }

        return values;
    }

    /// <summary>Makes room for the outputs of a node.</summary>
    public static List<object?>[] NewSlots(NodeMethod method)
    {
        List<object?>[] slots = new List<object?>[method.Type.Outputs.Length];
        for (int i = 0; i < slots.Length; i++)
        {
            slots[i] = new List<object?>(1);
        }

        return slots;
    }

    /// <summary>Adds the outputs of one call: a list output gives all its entries, any other one entry.</summary>
    public static void Add(NodeMethod method, List<object?>[] slots, IReadOnlyList<object?> outputs)
    {
        for (int i = 0; i < slots.Length; i++)
        {
            if (method.Type.Outputs[i].IsList && outputs[i] is System.Collections.IEnumerable entries and not string)
            {
                slots[i].AddRange(entries.Cast<object?>());
            }
            else
            {
                slots[i].Add(outputs[i]);
            }
        }
    }
}
