using System.Text.Json;

namespace Vortex.Testing.Golden;

/// <summary>One run of a golden case: what went in and the names of the tensors that came out.</summary>
/// <param name="Case">The case it belongs to.</param>
/// <param name="Name">Its index or name inside the case.</param>
/// <param name="Json">The run as the case describes it.</param>
public sealed record GoldenRun(GoldenCase Case, string Name, JsonElement Json)
{
    /// <summary>Gets the node class that ran, or an empty text where the case is about something else.</summary>
    public string Node => Json.TryGetProperty("node", out JsonElement node) ? node.GetString() ?? "" : "";

    /// <summary>Gets the inputs by name: plain values, or references to tensors of the case's <c>inputs</c> file.</summary>
    public JsonElement Inputs => Json.GetProperty("inputs");

    /// <summary>Gets the outputs in order: <c>{kind, name}</c> for a tensor, lists and latents as the case says.</summary>
    public JsonElement Outputs => Json.GetProperty("outputs");

    /// <summary>Returns the tensor that an input names, as in <c>{"tensor": "img_a"}</c>.</summary>
    public GoldenTensor InputTensor(string input) => Case.Tensors("inputs")[Inputs.GetProperty(input).GetProperty("tensor").GetString()!];

    /// <summary>Returns the tensor recorded for output <paramref name="slot"/>.</summary>
    public GoldenTensor OutputTensor(int slot) => Case.Tensors("outputs")[Outputs[slot].GetProperty("name").GetString()!];

    /// <summary>Says case, index and node: what a failing test should print.</summary>
    public override string ToString() => Node.Length == 0 ? $"{Case.Name}#{Name}" : $"{Case.Name}#{Name} {Node}";
}
