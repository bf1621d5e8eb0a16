using Vortex.Diffusion.Text;
using Vortex.Diffusion.Weights;

namespace Vortex.Diffusion.Vision;

/// <summary>Gives the weights of a picture encoder the names of Hugging Face's layout: <c>vision_model.*</c> and <c>visual_projection.weight</c>.</summary>
public static class VisionWeights
{
    /// <summary>Where an unCLIP checkpoint keeps its picture encoder.</summary>
    private const string UnclipPrefix = "embedder.model.visual.";

    /// <summary>Maps a picture encoder, in a file of its own or inside of an unCLIP checkpoint.</summary>
    /// <param name="source">The file.</param>
    /// <returns>The weights; none where the file holds no picture encoder.</returns>
    public static MappedWeights From(IWeightSource source)
    {
        MappedWeights.Builder map = new(source.Backend);
        foreach (string prefix in new[] { UnclipPrefix, "visual." })
        {
            if (OpenClipKeys.AreUnder(source, prefix))
            {
                OpenClipKeys.MapVision(map, source, prefix, "");
                return map.Build();
            }
        }

        foreach (string name in source.Names.Where(name => name.StartsWith("vision_model.", StringComparison.Ordinal) || name == "visual_projection.weight"))
        {
            map.Add(name, source, name);
        }

        return map.Build();
    }
}
