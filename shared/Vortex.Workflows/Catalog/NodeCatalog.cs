using System.Collections.Frozen;
using System.Collections.Immutable;

namespace Vortex.Workflows;

/// <summary>The node types a workspace knows, by name.</summary>
/// <remarks>Immutable. The control plane knows node types only through this; nothing in it can execute them.</remarks>
public sealed class NodeCatalog
{
    private readonly FrozenDictionary<string, NodeType> _types;

    /// <summary>Makes a catalog. Of two types with one name the executable one wins, otherwise the later one.</summary>
    public NodeCatalog(IEnumerable<NodeType> types)
    {
        Dictionary<string, NodeType> byName = new(StringComparer.Ordinal);
        foreach (NodeType type in types)
        {
            if (!byName.TryGetValue(type.Name, out NodeType? known) || type.IsExecutable || !known.IsExecutable)
            {
                byName[type.Name] = type;
            }
        }

        _types = byName.ToFrozenDictionary(StringComparer.Ordinal);
        Types = [.. byName.Values.OrderBy(type => type.Name, StringComparer.Ordinal)];
    }

    /// <summary>Gets all types, ordered by name.</summary>
    public ImmutableArray<NodeType> Types { get; }

    /// <summary>Finds a type; null when the catalog has none of that name.</summary>
    public NodeType? Find(string name) => _types.GetValueOrDefault(name);

    /// <summary>Returns a catalog of these types and <paramref name="more"/>.</summary>
    public NodeCatalog With(IEnumerable<NodeType> more) => new(Types.Concat(more));
}
