using Vortex.Imaging.Rasters;

namespace Vortex.Imaging.Filters;

/// <summary>Softens pictures with a bell-shaped kernel, as ComfyUI's ImageBlur does.</summary>
public sealed record Blur
{
    /// <summary>Gets how many pixels the kernel reaches, 0 to 31; 0 changes nothing.</summary>
    /// <value>The default is 1.</value>
    public int Radius { get; init; } = 1;

    /// <summary>Gets the width of the bell as a share of the radius, above 0.</summary>
    /// <value>The default is 1.</value>
    public double Sigma { get; init; } = 1;

    /// <summary>Blurs every picture of the batch, each channel by itself, alpha too.</summary>
    /// <exception cref="ImagingException">A setting is out of range, or a side of the picture is not larger than the radius.</exception>
    public ImageBatch Apply(ImageBatch image, CancellationToken cancellationToken = default)
    {
        BellSettings.Check("blur_radius", Radius, Sigma);
        if (Radius == 0)
        {
            return image;
        }

        Raster source = Raster.Of(image);
        SeparableFilter.CheckSize(source, Radius, "blur_radius");
        return SeparableFilter.Run(source, GaussianKernel.Single(GaussianKernel.OfUnitSpan(Radius, Sigma)), cancellationToken).ToImage();
    }
}
