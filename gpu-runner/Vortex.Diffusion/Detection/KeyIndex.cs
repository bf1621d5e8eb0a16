using Vortex.Tensors;

namespace Vortex.Diffusion.Detection;

/// <summary>Keys and shapes of a file, with quick answers to what lies below a prefix.</summary>
internal sealed class KeyIndex
{
    private readonly Dictionary<string, Shape> _shapes;
    private readonly HashSet<string> _prefixes = new(StringComparer.Ordinal);

    public KeyIndex(IEnumerable<KeyValuePair<string, Shape>> shapes)
    {
        _shapes = new Dictionary<string, Shape>(StringComparer.Ordinal);
        foreach ((string key, Shape shape) in shapes)
        {
            _shapes.TryAdd(key, shape);
            for (int dot = key.IndexOf('.', StringComparison.Ordinal); dot >= 0; dot = key.IndexOf('.', dot + 1))
            {
                _prefixes.Add(key[..(dot + 1)]);
            }
        }
    }

    public IReadOnlyCollection<string> Keys => _shapes.Keys;

    public int Count => _shapes.Count;

    public bool Has(string key) => _shapes.ContainsKey(key);

    public bool HasAll(params ReadOnlySpan<string> keys)
    {
        foreach (string key in keys)
        {
            if (!Has(key))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Says whether a key begins with the prefix, which ends in a dot.</summary>
    public bool HasUnder(string prefix) => _prefixes.Contains(prefix);

    public Shape? ShapeOf(string key) => _shapes.TryGetValue(key, out Shape shape) ? shape : null;

    /// <summary>Returns one size of a tensor, or null where the tensor or the dimension is missing.</summary>
    public int? Size(string key, int dimension) => ShapeOf(key) is { } shape && dimension < shape.Rank ? shape[dimension] : null;

    /// <summary>Counts <c>prefix0.</c>, <c>prefix1.</c>, … until one is missing.</summary>
    public int CountBlocks(string prefix)
    {
        int count = 0;
        while (HasUnder($"{prefix}{count}."))
        {
            count++;
        }

        return count;
    }

    /// <summary>Returns the part below a prefix, without it; or, for the empty prefix, all of it.</summary>
    public KeyIndex Under(string prefix) => prefix.Length == 0
        ? this
        : new KeyIndex(_shapes.Where(pair => pair.Key.StartsWith(prefix, StringComparison.Ordinal)).Select(pair => KeyValuePair.Create(pair.Key[prefix.Length..], pair.Value)));
}
