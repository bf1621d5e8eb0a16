using Vortex.Imaging.Morphology;
using Vortex.Imaging.Rasters;

namespace Vortex.Imaging.Masks;

/// <summary>Grows the bright parts of masks, or shrinks them, one pixel a step, as ComfyUI's GrowMask does.</summary>
public sealed record GrowMask
{
    /// <summary>Gets the steps: above 0 the mask grows, below 0 it shrinks.</summary>
    public required int Expand { get; init; }

    /// <summary>Gets whether corners become slanted (four neighbours a step) or stay square (eight).</summary>
    /// <value>The default is slanted.</value>
    public bool TaperedCorners { get; init; } = true;

    /// <summary>Grows every mask. Nothing comes in from beyond the edge.</summary>
    public MaskBatch Apply(MaskBatch mask, CancellationToken cancellationToken = default)
    {
        if (Expand == 0)
        {
            return mask;
        }

        Raster source = Raster.Of(mask);
        // No way through a mask is longer than its sides together: further steps change nothing.
        int steps = (int)Math.Min(Math.Abs((long)Expand), (long)source.Width + source.Height);
        Raster grown = (Expand > 0, TaperedCorners) switch
        {
            (true, true) => Diamond<Greatest>.Run(source, steps, cancellationToken),
            (false, true) => Diamond<Least>.Run(source, steps, cancellationToken),
            (true, false) => Box<Greatest>.Run(source, steps, steps, cancellationToken),
            (false, false) => Box<Least>.Run(source, steps, steps, cancellationToken),
        };
        return grown.ToMask();
    }
}
