using System.Text.Json;
using Vortex.Nodes.Packs;

namespace Vortex.Nodes.Tests;

/// <summary>Calls built-in nodes the way a runner does.</summary>
internal static class Core
{
    public static NodeMethod Node(string type) =>
        BuiltInPacks.All.Select(pack => pack.Find(type)).FirstOrDefault(method => method is not null) ?? throw new InvalidOperationException($"There is no node type '{type}'.");

    /// <summary>Runs a node once; plain values go through JSON, as constants of a document do.</summary>
    public static async Task<object?[]> RunAsync(string type, NodeContext? context, params (string Input, object? Value)[] inputs)
    {
        Dictionary<string, object?> values = inputs.ToDictionary(
            input => input.Input,
            input => input.Value is string or bool or int or long or double or ulong ? JsonSerializer.SerializeToElement(input.Value) : input.Value);
        return [.. await Node(type).InvokeAsync(values, context ?? new SilentContext())];
    }

    public static async Task<object?> OneAsync(string type, params (string Input, object? Value)[] inputs) => Assert.Single(await RunAsync(type, null, inputs));

    public static async Task<NodeProblemException> ProblemAsync(string type, params (string Input, object? Value)[] inputs) =>
        await Assert.ThrowsAsync<NodeProblemException>(() => RunAsync(type, new RecordingContext(), inputs));
}
