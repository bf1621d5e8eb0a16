using System.Collections.Frozen;
using System.Collections.Immutable;
using Vortex.Nodes;

namespace Vortex.Runner;

/// <summary>What a runner can execute: the methods of its packs by node type.</summary>
public sealed class NodeLibrary
{
    private readonly FrozenDictionary<string, NodeMethod> _methods;

    /// <summary>Makes a library of packs.</summary>
    /// <exception cref="ArgumentException">Two packs bring one node type.</exception>
    public NodeLibrary(IEnumerable<NodePack> packs)
    {
        ImmutableArray<NodePack> all = [.. packs];
        Packs = [.. all.Select(pack => pack.Name).Order(StringComparer.Ordinal)];
        _methods = all.SelectMany(pack => pack.Types.Select(type => pack.Find(type.Name)!)).ToFrozenDictionary(method => method.Type.Name, StringComparer.Ordinal);
    }

    /// <summary>Gets the packs' names, ordered.</summary>
    public ImmutableArray<string> Packs { get; }

    /// <summary>Finds what executes a node type; null when no pack brings it.</summary>
    public NodeMethod? Find(string nodeType) => _methods.GetValueOrDefault(nodeType);
}
