using Vortex.Imaging.Rasters;

namespace Vortex.Imaging.Resampling;

/// <summary>Gives pictures another size, as ComfyUI's <c>common_upscale</c> does.</summary>
/// <remarks>
/// Neighbours are found as PyTorch's <c>interpolate</c> finds them with <c>align_corners=False</c> and without antialiasing.
/// Results do not depend on the number of threads or on the width of the machine's vectors.
/// </remarks>
public sealed record Resize
{
    /// <summary>Gets the new columns, 1 to <see cref="PictureLimits.MaxSide"/>.</summary>
    public required int Width { get; init; }

    /// <summary>Gets the new rows, 1 to <see cref="PictureLimits.MaxSide"/>.</summary>
    public required int Height { get; init; }

    /// <summary>Gets how pixels are computed.</summary>
    public required ResizeMethod Method { get; init; }

    /// <summary>Gets what happens to other proportions.</summary>
    /// <value>The default stretches.</value>
    public ResizeCrop Crop { get; init; } = ResizeCrop.Disabled;

    /// <summary>Resizes every picture of the batch.</summary>
    /// <exception cref="ImagingException">The size is out of range, or the crop leaves nothing.</exception>
    public ImageBatch Apply(ImageBatch image, CancellationToken cancellationToken = default) =>
        Run(Raster.Of(image), cancellationToken).ToImage();

    /// <summary>Resizes every mask of the batch.</summary>
    /// <exception cref="ImagingException">The size is out of range, or the crop leaves nothing.</exception>
    public MaskBatch Apply(MaskBatch mask, CancellationToken cancellationToken = default) =>
        Run(Raster.Of(mask), cancellationToken).ToMask();

    internal Raster Run(Raster source, CancellationToken cancellationToken)
    {
        Check("width", Width);
        Check("height", Height);
        Window window = Crop == ResizeCrop.Center ? CenterCrop.Of(source.Width, source.Height, Width, Height) : Window.All(source);
        if (window.Width < 1 || window.Height < 1)
        {
            throw new ImagingException(
                ImagingCodes.TooSmall,
                "crop",
                $"Cutting {source.Width}x{source.Height} to the proportions of {Width}x{Height} leaves no pixel. Choose proportions closer to the picture's, or no crop.");
        }

        Raster result = Raster.Allocate(source.Count, Height, Width, source.Channels);
        switch (Method)
        {
            case ResizeMethod.NearestExact:
                NearestExact.Run(source, window, result, cancellationToken);
                break;
            case ResizeMethod.Bilinear:
                Interpolation.Run(source, window, result, InterpolationAxis.Bilinear, cancellationToken);
                break;
            case ResizeMethod.Bicubic:
                Interpolation.Run(source, window, result, InterpolationAxis.Bicubic, cancellationToken);
                break;
            case ResizeMethod.Area:
                AreaAverage.Run(source, window, result, cancellationToken);
                break;
            case ResizeMethod.Lanczos:
                LanczosResize.Run(source, window, result, cancellationToken);
                break;
            default:
                throw new InvalidOperationException($"No such method: {Method}.");
        }

        return result;
    }

    private static void Check(string name, int side)
    {
        if (side is < 1 or > PictureLimits.MaxSide)
        {
            throw ImagingException.OutOfRange(name, side, 1, PictureLimits.MaxSide);
        }
    }
}
