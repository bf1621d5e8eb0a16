using System.Globalization;

namespace Vortex.Diffusion.Files.Pickle;

/// <summary>Finds the tensors in what a pickle held, under the keys that networks know.</summary>
internal sealed class StateDict
{
    private const int MaxDepth = 12;
    private const int MaxTensors = 200_000;
    private const int MaxText = 10_000;
    private const int MaxKey = 1_000;

    // Whoever saved more than the weights put them below one of these.
    private static readonly string[] s_wrappers = ["state_dict", "params_ema", "params-ema", "params"];

    private readonly HashSet<object> _seen = new(ReferenceEqualityComparer.Instance);

    /// <summary>Gets the tensors by key.</summary>
    public Dictionary<string, PickleTensor> Tensors { get; } = new(StringComparer.Ordinal);

    /// <summary>Gets texts, numbers and truth values (<c>True</c>, <c>False</c>) that stood beside the weights.</summary>
    public Dictionary<string, string> Metadata { get; } = new(StringComparer.Ordinal);

    /// <summary>Walks what a pickle held. What contains itself is walked once.</summary>
    public static StateDict Of(object? root)
    {
        StateDict found = new();
        if (root is PickleDict top)
        {
            foreach ((object? key, object? value) in top.Entries)
            {
                if (key is string name && value is string or long or double or bool && Convert.ToString(value, CultureInfo.InvariantCulture) is { Length: <= MaxText } text)
                {
                    found.Metadata[name] = text;
                }
            }

            root = s_wrappers.Select(top.Find).FirstOrDefault(inner => inner is PickleDict)
                ?? (top.Entries.Count == 1 && top.Entries[0].Value is PickleDict single ? single : root);
        }

        found.Walk(root, "", 0);
        return found;
    }

    private void Walk(object? value, string path, int depth)
    {
        switch (value)
        {
            case PickleTensor tensor when Tensors.Count < MaxTensors:
                Tensors[path.Length > 0 ? path : "data"] = tensor;
                break;
            case PickleDict dict when depth < MaxDepth && _seen.Add(dict):
                foreach ((object? key, object? inner) in dict.Entries)
                {
                    if (key is string or long && Convert.ToString(key, CultureInfo.InvariantCulture)! is { Length: <= MaxKey } name)
                    {
                        Walk(inner, Join(path, name), depth + 1);
                    }
                }

                break;
            case List<object?> list when depth < MaxDepth && _seen.Add(list):
                WalkItems(list, path, depth);
                break;
            case object?[] items when depth < MaxDepth && items.Length > 0 && _seen.Add(items):
                WalkItems(items, path, depth);
                break;
            default:
                break;
        }
    }

    private void WalkItems(IReadOnlyList<object?> items, string path, int depth)
    {
        for (int i = 0; i < items.Count; i++)
        {
            Walk(items[i], Join(path, i.ToString(CultureInfo.InvariantCulture)), depth + 1);
        }
    }

    private static string Join(string path, string name) => path.Length > 0 ? $"{path}.{name}" : name;
}
