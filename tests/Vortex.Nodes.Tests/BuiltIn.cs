using System.Collections.Immutable;
using System.Text.Json;
using Vortex.Nodes.Packs;

namespace Vortex.Nodes.Tests;

/// <summary>Runs built-in nodes the way a runner does: by name, with inputs by name.</summary>
internal static class BuiltIn
{
    internal static NodeMethod? Find(string type) => BuiltInPacks.All.Select(pack => pack.Find(type)).FirstOrDefault(method => method is not null);

    internal static NodeMethod Node(string type) => Find(type) ?? throw new InvalidOperationException($"No built-in node {type}.");

    /// <summary>Runs a node; numbers, texts and truth values are handed over as constants of a document.</summary>
    internal static Task<ImmutableArray<object?>> RunAsync(string type, params ReadOnlySpan<(string Name, object? Value)> inputs)
    {
        Dictionary<string, object?> values = [];
        foreach ((string name, object? value) in inputs)
        {
            values[name] = value is string or int or long or double or bool ? JsonSerializer.SerializeToElement(value, value.GetType()) : value;
        }

        return Node(type).InvokeAsync(values, new SilentContext(Xunit.TestContext.Current.CancellationToken));
    }
}
