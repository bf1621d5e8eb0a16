using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using Vortex.Workflows;

namespace Vortex.Runs;

/// <summary>The texts that pictures of a run carry, so that a picture can be opened as the workflow that made it.</summary>
internal static class EmbeddedMetadata
{
    /// <summary>The most characters of all texts together; what is beyond is left out, the largest text first.</summary>
    private const int MaxCharacters = 8 * 1024 * 1024;

    /// <summary>Makes the texts.</summary>
    /// <param name="document">The document of the run.</param>
    /// <param name="inputs">What the caller gave: the defaults of the document that pictures carry, so that who opens one has what made it.</param>
    /// <param name="catalog">The node types.</param>
    /// <param name="comfyWorkflow">The graph of ComfyUI's editor that the run came from; null for none.</param>
    public static ImmutableSortedDictionary<string, string> Of(
        WorkflowDocument document, IReadOnlyDictionary<string, JsonElement>? inputs, NodeCatalog catalog, string? comfyWorkflow)
    {
        if (inputs is { Count: > 0 })
        {
            document = document with { Inputs = [.. document.Inputs.Select(input => inputs.TryGetValue(input.Name, out JsonElement given) ? input with { Default = given } : input)] };
        }

        var texts = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        texts["vtxw"] = Encoding.UTF8.GetString(VtxwWriter.Write(document));
        texts["prompt"] = Encoding.UTF8.GetString(ComfyExporter.ToApi(document, catalog).Json);
        if (comfyWorkflow is not null)
        {
            texts["workflow"] = comfyWorkflow;
        }

        while (texts.Values.Sum(text => (long)text.Length) > MaxCharacters)
        {
            texts.Remove(texts.MaxBy(text => text.Value.Length).Key);
        }

        return texts.ToImmutable();
    }
}
