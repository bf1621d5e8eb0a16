using Vortex.Imaging.Rasters;

namespace Vortex.Imaging.Filters;

/// <summary>Adds what a blur would take away, as ComfyUI's ImageSharpen does, and clamps to 0..1.</summary>
/// <remarks>The kernel there is -10 * alpha times a bell, with a middle that brings its sum to 1: picture + 10 * alpha * (picture - blurred).</remarks>
public sealed record Sharpen
{
    /// <summary>Gets how many pixels the kernel reaches, 0 to 31; 0 changes nothing.</summary>
    /// <value>The default is 1.</value>
    public int Radius { get; init; } = 1;

    /// <summary>Gets the width of the bell as a share of the radius, above 0.</summary>
    /// <value>The default is 1.</value>
    public double Sigma { get; init; } = 1;

    /// <summary>Gets how strongly it sharpens; 0 only clamps.</summary>
    /// <value>The default is 1.</value>
    public double Alpha { get; init; } = 1;

    /// <summary>Sharpens every picture of the batch, each channel by itself, alpha too.</summary>
    /// <exception cref="ImagingException">A setting is out of range, or a side of the picture is not larger than the radius.</exception>
    public ImageBatch Apply(ImageBatch image, CancellationToken cancellationToken = default)
    {
        BellSettings.Check("sharpen_radius", Radius, Sigma);
        if (!double.IsFinite(Alpha))
        {
            throw new ImagingException(ImagingCodes.Setting, "alpha", "'alpha' must be a finite number.");
        }

        if (Radius == 0)
        {
            return image;
        }

        Raster source = Raster.Of(image);
        SeparableFilter.CheckSize(source, Radius, "sharpen_radius");
        double strength = Alpha * 10;
        // In double to the end: the strength multiplies whatever rounding the blur leaves.
        return SeparableFilter.Run(source, GaussianKernel.OfUnitSpan(Radius, Sigma), Lift, cancellationToken).ToImage();

        void Lift(ReadOnlySpan<float> picture, ReadOnlySpan<double> blurred, Span<float> result)
        {
            for (int i = 0; i < result.Length; i++)
            {
                result[i] = Unit.Clamp((float)(picture[i] + ((picture[i] - blurred[i]) * strength)));
            }
        }
    }
}
