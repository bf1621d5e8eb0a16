using Vortex.Imaging.Rasters;
using Vortex.Imaging.Resampling;

namespace Vortex.Imaging.Compositing;

/// <summary>Blends a second picture into a first, as ComfyUI's ImageBlend does; the result is clamped to 0..1.</summary>
public sealed record Blend
{
    /// <summary>Gets how colours are blended.</summary>
    public required BlendMode Mode { get; init; }

    /// <summary>Gets how much of the blended colour counts: 0 gives the first picture, 1 the blended one.</summary>
    /// <value>The default is 0.5.</value>
    public double Factor { get; init; } = 0.5;

    /// <summary>Blends; the second is scaled to the size of the first (bicubic, middle cut out) where they differ.</summary>
    /// <remarks>Channels that the first lacks are dropped from the second; where the first has one more, the second is opaque there.</remarks>
    /// <exception cref="ImagingException">The channels do not go together, or both batches are longer than one and differ in length.</exception>
    public ImageBatch Apply(ImageBatch first, ImageBatch second, CancellationToken cancellationToken = default)
    {
        if (!double.IsFinite(Factor))
        {
            throw new ImagingException(ImagingCodes.Setting, "blend_factor", "'blend_factor' must be a finite number.");
        }

        Raster a = Raster.Of(first);
        int count = Batch.Broadcast(a.Count, second.Count, "image2");
        Raster b = ChannelCounts.Matched(Raster.Of(second), a.Channels, "image2", cancellationToken);
        if ((a.Width, a.Height) != (b.Width, b.Height))
        {
            Resize resize = new() { Width = a.Width, Height = a.Height, Method = ResizeMethod.Bicubic, Crop = ResizeCrop.Center };
            b = resize.Run(b, cancellationToken);
        }

        Raster result = Raster.Allocate(count, a.Height, a.Width, a.Channels);
        switch (Mode)
        {
            case BlendMode.Normal:
                Run(default(NormalKernel), a, b, result, cancellationToken);
                break;
            case BlendMode.Multiply:
                Run(default(MultiplyKernel), a, b, result, cancellationToken);
                break;
            case BlendMode.Screen:
                Run(default(ScreenKernel), a, b, result, cancellationToken);
                break;
            case BlendMode.Overlay:
                Run(default(OverlayKernel), a, b, result, cancellationToken);
                break;
            case BlendMode.SoftLight:
                Run(default(SoftLightKernel), a, b, result, cancellationToken);
                break;
            case BlendMode.Difference:
                Run(default(DifferenceKernel), a, b, result, cancellationToken);
                break;
            default:
                throw new InvalidOperationException($"No such mode: {Mode}.");
        }

        return result.ToImage();
    }

    private void Run<TBlend>(TBlend blend, Raster a, Raster b, Raster result, CancellationToken cancellationToken)
        where TBlend : struct, IBinaryKernel
    {
        MixedKernel<TBlend> kernel = new(blend, (float)Factor, (float)(1 - Factor));
        Bands.Run(result.Rows, result.RowLength * 2L, (first, end) =>
        {
            for (int row = first; row < end; row++)
            {
                (int entry, int y) = Math.DivRem(row, result.Height);
                Pointwise.Run(kernel, a.Row(Batch.Entry(entry, a.Count), y), b.Row(Batch.Entry(entry, b.Count), y), result.Row(row));
            }
        }, cancellationToken);
    }
}
