using System.Collections.Immutable;
using System.Reflection;
using Vortex.Workflows;

namespace Vortex.Nodes;

/// <summary>A set of node types delivered together, with the code that executes them.</summary>
public sealed class NodePack
{
    private readonly Dictionary<string, NodeMethod> _methods;

    private NodePack(string name, IEnumerable<NodeMethod> methods)
    {
        Name = name;
        _methods = methods.ToDictionary(method => method.Type.Name, StringComparer.Ordinal);
        Types = [.. _methods.Values.Select(method => method.Type).OrderBy(type => type.Name, StringComparer.Ordinal)];
    }

    /// <summary>Gets the pack's name.</summary>
    public string Name { get; }

    /// <summary>Gets its node types, ordered by name.</summary>
    public ImmutableArray<NodeType> Types { get; }

    /// <summary>Makes a pack of the methods with <see cref="NodeAttribute"/> of the listed classes.</summary>
    /// <exception cref="InvalidOperationException">A method cannot be a node, or two have one name: a mistake in the pack.</exception>
    public static NodePack From(string name, params ReadOnlySpan<Type> classes)
    {
        List<NodeMethod> methods = [];
        foreach (Type type in classes)
        {
            foreach (MethodInfo method in type.GetMethods(BindingFlags.Public | BindingFlags.Static | BindingFlags.DeclaredOnly))
            {
                if (method.GetCustomAttribute<NodeAttribute>() is { } node)
                {
                    methods.Add(NodeMethod.From(name, method, node));
                }
            }
        }

        return new NodePack(name, methods);
    }

    /// <summary>Finds what executes a node type; null when it is not in this pack.</summary>
    public NodeMethod? Find(string nodeType) => _methods.GetValueOrDefault(nodeType);
}
