using System.Collections.Immutable;
using System.Text;
using Vortex.Workflows;

namespace Vortex.Runs;

/// <summary>The texts that pictures of a run carry, so that a picture can be opened as the workflow that made it.</summary>
internal static class EmbeddedMetadata
{
    /// <summary>The most characters of all texts together; what is beyond is left out, the largest text first.</summary>
    private const int MaxCharacters = 8 * 1024 * 1024;

    public static ImmutableSortedDictionary<string, string> Of(WorkflowDocument document, NodeCatalog catalog, string? comfyWorkflow)
    {
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
