namespace Vortex.Diffusion.Text;

/// <summary>How a family uses a CLIP text model.</summary>
/// <param name="Name">The encoder's name: <c>clip_l</c>, <c>clip_g</c> or <c>clip_h</c>.</param>
/// <param name="Start">The token that begins a chunk.</param>
/// <param name="End">The token that ends the text.</param>
/// <param name="Padding">The token that fills a chunk.</param>
/// <param name="DefaultLayer">Whose block's output is taken, counted from the end (-2 for the last but one); null for the normalised last one.</param>
/// <param name="NormalizesLayer">Whether the final normalisation is applied to that output too.</param>
/// <param name="ProjectsPooled">Whether the pooled text goes through the projection.</param>
public sealed record ClipEncoderOptions(string Name, int Start, int End, int Padding, int? DefaultLayer, bool NormalizesLayer, bool ProjectsPooled)
{
    /// <summary>Returns how SD1 uses CLIP-L.</summary>
    public static ClipEncoderOptions Sd1(int start, int end) => new("clip_l", start, end, end, null, true, false);

    /// <summary>Returns how SD2 uses OpenCLIP H.</summary>
    public static ClipEncoderOptions Sd2(int start, int end) => new("clip_h", start, end, 0, -2, true, true);

    /// <summary>Returns how SDXL uses CLIP-L.</summary>
    public static ClipEncoderOptions SdxlL(int start, int end) => new("clip_l", start, end, end, -2, false, true);

    /// <summary>Returns how SDXL and its refiner use OpenCLIP bigG.</summary>
    public static ClipEncoderOptions SdxlG(int start, int end) => new("clip_g", start, end, 0, -2, false, true);
}
