using System.Numerics;
using Vortex.Imaging.Rasters;

namespace Vortex.Imaging.Morphology;

/// <summary>Erosion, dilation and what follows from them with a square of pixels, as kornia computes them for ComfyUI's Morphology.</summary>
public sealed record SquareMorphology
{
    private const int MaxSize = 999;

    /// <summary>Gets what to compute.</summary>
    public required MorphologyOperation Operation { get; init; }

    /// <summary>Gets the side of the square, 1 to 999. An even one reaches one pixel further to the left and up.</summary>
    /// <value>The default is 3.</value>
    public int KernelSize { get; init; } = 3;

    /// <summary>Applies it to every picture. Nothing comes in from beyond the edge.</summary>
    /// <exception cref="ImagingException">The size is out of range.</exception>
    public ImageBatch Apply(ImageBatch image, CancellationToken cancellationToken = default)
    {
        if (KernelSize is < 1 or > MaxSize)
        {
            throw ImagingException.OutOfRange("kernel_size", KernelSize, 1, MaxSize);
        }

        Raster source = Raster.Of(image);
        return (Operation switch
        {
            MorphologyOperation.Erode => Erode(source),
            MorphologyOperation.Dilate => Dilate(source),
            MorphologyOperation.Open => Dilate(Erode(source)),
            MorphologyOperation.Close => Erode(Dilate(source)),
            MorphologyOperation.Gradient => Less(Dilate(source), Erode(source)),
            MorphologyOperation.BottomHat => Less(Erode(Dilate(source)), source),
            MorphologyOperation.TopHat => Less(source, Dilate(Erode(source))),
            _ => throw new InvalidOperationException($"No such operation: {Operation}."),
        }).ToImage();

        Raster Erode(Raster raster) => Box<Least>.Run(raster, KernelSize / 2, KernelSize - (KernelSize / 2) - 1, cancellationToken);
        Raster Dilate(Raster raster) => Box<Greatest>.Run(raster, KernelSize / 2, KernelSize - (KernelSize / 2) - 1, cancellationToken);

        Raster Less(Raster a, Raster b)
        {
            Raster result = a.AllocateSame();
            Bands.Run(a.Rows, a.RowLength, (first, end) =>
            {
                for (int row = first; row < end; row++)
                {
                    Pointwise.Run(default(Difference), a.Row(row), b.Row(row), result.Row(row));
                }
            }, cancellationToken);
            return result;
        }
    }

    internal readonly struct Difference : IBinaryKernel
    {
        public float Invoke(float a, float b) => a - b;

        public Vector<float> Invoke(Vector<float> a, Vector<float> b) => a - b;
    }
}
