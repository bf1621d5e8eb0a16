using Vortex.Imaging.Rasters;
using Vortex.Imaging.Resampling;

namespace Vortex.Imaging.Compositing;

/// <summary>Composites two pictures with masks for their alpha (1 is transparent), as ComfyUI's PorterDuffImageComposite does.</summary>
/// <remarks>Colours are multiplied by alpha, composited and divided again; where nothing is left (alpha up to 1e-5) they become 0.</remarks>
public sealed record PorterDuff
{
    private const float Transparent = 1e-5f;

    /// <summary>Gets the operator.</summary>
    public required PorterDuffMode Mode { get; init; }

    /// <summary>Composites as many as the shortest batch has. Other sizes are scaled to the destination's (bicubic, middle cut out).</summary>
    /// <exception cref="ImagingException">The pictures have different numbers of channels.</exception>
    public (ImageBatch Image, MaskBatch Mask) Apply(
        ImageBatch source,
        MaskBatch sourceAlpha,
        ImageBatch destination,
        MaskBatch destinationAlpha,
        CancellationToken cancellationToken = default)
    {
        if (source.Channels != destination.Channels)
        {
            throw new ImagingException(
                ImagingCodes.Channels,
                "source",
                $"'source' has {source.Channels} channel(s) and 'destination' {destination.Channels}. Give both the same, for example by splitting off alpha.");
        }

        Raster under = Raster.Of(destination);
        Raster over = Fitted(Raster.Of(source));
        Raster underMask = Fitted(Raster.Of(destinationAlpha));
        Raster overMask = Fitted(Raster.Of(sourceAlpha));
        int count = Math.Min(Math.Min(under.Count, over.Count), Math.Min(underMask.Count, overMask.Count));
        Raster image = Raster.Allocate(count, under.Height, under.Width, under.Channels);
        Raster mask = Raster.Allocate(count, under.Height, under.Width, 1);
        Bands.Run(image.Rows, image.RowLength * 4L, (first, end) =>
        {
            for (int row = first; row < end; row++)
            {
                Row(over.Row(row), overMask.Row(row), under.Row(row), underMask.Row(row), image.Row(row), mask.Row(row));
            }
        }, cancellationToken);
        return (image.ToImage(), mask.ToMask());

        Raster Fitted(Raster raster) => (raster.Width, raster.Height) == (under.Width, under.Height)
            ? raster
            : new Resize { Width = under.Width, Height = under.Height, Method = ResizeMethod.Bicubic, Crop = ResizeCrop.Center }.Run(raster, cancellationToken);
    }

    private void Row(ReadOnlySpan<float> source, ReadOnlySpan<float> sourceMask, ReadOnlySpan<float> destination, ReadOnlySpan<float> destinationMask, Span<float> image, Span<float> mask)
    {
        int channels = image.Length / mask.Length;
        for (int x = 0; x < mask.Length; x++)
        {
            float sa = 1f - sourceMask[x];
            float da = 1f - destinationMask[x];
            float alpha = Alpha(sa, da);
            for (int c = x * channels; c < (x + 1) * channels; c++)
            {
                float colour = Colour(source[c] * sa, sa, destination[c] * da, da);
                image[c] = Unit.Clamp(alpha > Transparent ? colour / alpha : 0f);
            }

            mask[x] = 1f - alpha;
        }
    }

    private float Alpha(float sa, float da) => Mode switch
    {
        PorterDuffMode.Add => Unit.Clamp(sa + da),
        PorterDuffMode.Clear => 0f,
        PorterDuffMode.Darken or PorterDuffMode.Lighten or PorterDuffMode.Overlay or PorterDuffMode.Screen => sa + da - (sa * da),
        PorterDuffMode.Dst or PorterDuffMode.SrcAtop => da,
        PorterDuffMode.Src or PorterDuffMode.DstAtop => sa,
        PorterDuffMode.DstIn or PorterDuffMode.SrcIn or PorterDuffMode.Multiply => sa * da,
        PorterDuffMode.DstOut => (1f - sa) * da,
        PorterDuffMode.SrcOut => (1f - da) * sa,
        PorterDuffMode.DstOver => da + ((1f - da) * sa),
        PorterDuffMode.SrcOver => sa + ((1f - sa) * da),
        PorterDuffMode.Xor => ((1f - da) * sa) + ((1f - sa) * da),
        _ => throw new InvalidOperationException($"No such mode: {Mode}."),
    };

    // Both colours are multiplied by their alpha already.
    private float Colour(float s, float sa, float d, float da) => Mode switch
    {
        PorterDuffMode.Add => Unit.Clamp(s + d),
        PorterDuffMode.Clear => 0f,
        PorterDuffMode.Darken => ((1f - da) * s) + ((1f - sa) * d) + MathF.Min(s, d),
        PorterDuffMode.Lighten => ((1f - da) * s) + ((1f - sa) * d) + MathF.Max(s, d),
        PorterDuffMode.Overlay => 2f * d < da ? 2f * s * d : (sa * da) - (2f * (da - s) * (sa - d)),
        PorterDuffMode.Screen => s + d - (s * d),
        PorterDuffMode.Multiply => s * d,
        PorterDuffMode.Dst => d,
        PorterDuffMode.DstAtop => (sa * d) + ((1f - da) * s),
        PorterDuffMode.DstIn => d * sa,
        PorterDuffMode.DstOut => (1f - sa) * d,
        PorterDuffMode.DstOver => d + ((1f - da) * s),
        PorterDuffMode.Src => s,
        PorterDuffMode.SrcAtop => (da * s) + ((1f - sa) * d),
        PorterDuffMode.SrcIn => s * da,
        PorterDuffMode.SrcOut => (1f - da) * s,
        PorterDuffMode.SrcOver => s + ((1f - sa) * d),
        PorterDuffMode.Xor => ((1f - da) * s) + ((1f - sa) * d),
        _ => throw new InvalidOperationException($"No such mode: {Mode}."),
    };
}
