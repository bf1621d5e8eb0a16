using System.Collections.Frozen;

namespace Vortex.Nodes.Packs;

/// <summary>The texts of a choice and what each stands for.</summary>
/// <remarks>A document's constants are checked against the catalog; a text that comes over an edge is checked here.</remarks>
internal sealed class Choices<TValue>
{
    private readonly FrozenDictionary<string, TValue> _values;
    private readonly string _input;

    /// <summary>Pairs texts, in the order the catalog shows them, with values in the same order.</summary>
    internal Choices(string input, ReadOnlySpan<string> texts, ReadOnlySpan<TValue> values)
    {
        _input = input;
        Dictionary<string, TValue> byText = new(StringComparer.Ordinal);
        for (int i = 0; i < texts.Length; i++)
        {
            byText.Add(texts[i], values[i]);
        }

        _values = byText.ToFrozenDictionary(StringComparer.Ordinal);
    }

    /// <summary>Returns what a text stands for.</summary>
    /// <exception cref="NodeProblemException">It is none of the choices: <c>node.unknown_choice</c>.</exception>
    internal TValue this[string text] => _values.TryGetValue(text, out TValue? value)
        ? value
        : throw new NodeProblemException(
            "node.unknown_choice", _input, $"'{_input}' is '{text}'; choose one of: {string.Join(", ", _values.Keys.Order(StringComparer.Ordinal))}.");
}
