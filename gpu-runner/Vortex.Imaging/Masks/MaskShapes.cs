using System.Numerics;
using Vortex.Imaging.Geometry;
using Vortex.Imaging.Rasters;

namespace Vortex.Imaging.Masks;

/// <summary>Makes masks and changes their extent or their values.</summary>
public static class MaskShapes
{
    /// <summary>Returns one mask of one value.</summary>
    /// <exception cref="ImagingException">The size is empty or too large.</exception>
    public static MaskBatch Solid(float value, int width, int height)
    {
        Raster result = Raster.Allocate(1, height, width, 1);
        result.Values.AsSpan().Fill(value);
        return result.ToMask();
    }

    /// <summary>Cuts a part out of every mask; what reaches beyond the right or lower edge is left out.</summary>
    /// <exception cref="ImagingException">The corner lies outside the mask, or the part is empty.</exception>
    public static MaskBatch Crop(MaskBatch mask, int x, int y, int width, int height, CancellationToken cancellationToken = default) =>
        Arrangement.Cut(Raster.Of(mask), x, y, width, height, cancellationToken).ToMask();

    /// <summary>Returns 1 where the mask is above <paramref name="value"/> and 0 elsewhere (NaN gives 0).</summary>
    public static MaskBatch Threshold(MaskBatch mask, float value, CancellationToken cancellationToken = default) =>
        Pointwise.Map(new AboveKernel(value), Raster.Of(mask), cancellationToken).ToMask();

    /// <summary>Fades the mask at its edges, as ComfyUI's FeatherMask does.</summary>
    /// <remarks>
    /// From the left, column x of the first <paramref name="left"/> is multiplied by (x + 1) / left; the top likewise. From the right
    /// and the bottom ComfyUI counts one too few: step x hits column -x, so that step 0 fades column 0 and the last column gets
    /// 2 / right. The same is done here, because saved workflows depend on it.
    /// </remarks>
    /// <exception cref="ImagingException">A width is negative.</exception>
    public static MaskBatch Feather(MaskBatch mask, int left, int top, int right, int bottom, CancellationToken cancellationToken = default)
    {
        foreach ((string name, int value) in (ReadOnlySpan<(string, int)>)[("left", left), ("top", top), ("right", right), ("bottom", bottom)])
        {
            if (value < 0)
            {
                throw ImagingException.OutOfRange(name, value, 0, PictureLimits.MaxSide);
            }
        }

        Raster source = Raster.Of(mask);
        (float[] fromLeft, float[] fromRight) = Factors(source.Width, left, right);
        (float[] fromTop, float[] fromBottom) = Factors(source.Height, top, bottom);
        Raster result = source.AllocateSame();
        Bands.Run(source.Rows, source.RowLength, (first, end) =>
        {
            for (int row = first; row < end; row++)
            {
                int y = row % source.Height;
                Span<float> to = result.Row(row);
                Pointwise.Run(default(ProductKernel), source.Row(row), fromLeft, to);
                Pointwise.Run(default(ProductKernel), to, fromRight, to);
                // One after the other: two factors multiplied first would round differently.
                Pointwise.Run(new ScaleKernel(fromTop[y]), to, to);
                Pointwise.Run(new ScaleKernel(fromBottom[y]), to, to);
            }
        }, cancellationToken);
        return result.ToMask();
    }

    private static (float[] Near, float[] Far) Factors(int size, int near, int far)
    {
        (float[] first, float[] second) = (new float[size], new float[size]);
        first.AsSpan().Fill(1f);
        second.AsSpan().Fill(1f);
        near = Math.Min(near, size);
        far = Math.Min(far, size);
        for (int i = 0; i < near; i++)
        {
            first[i] = (float)((i + 1.0) / near);
        }

        for (int i = 0; i < far; i++)
        {
            second[i == 0 ? 0 : size - i] = (float)((i + 1.0) / far);
        }

        return (first, second);
    }

    internal readonly struct AboveKernel(float threshold) : IUnaryKernel
    {
        public float Invoke(float value) => value > threshold ? 1f : 0f;

        public Vector<float> Invoke(Vector<float> value) =>
            Vector.ConditionalSelect(Vector.GreaterThan(value, new Vector<float>(threshold)), Vector<float>.One, Vector<float>.Zero);
    }

    internal readonly struct ScaleKernel(float factor) : IUnaryKernel
    {
        public float Invoke(float value) => value * factor;

        public Vector<float> Invoke(Vector<float> value) => value * factor;
    }

    internal readonly struct ProductKernel : IBinaryKernel
    {
        public float Invoke(float a, float b) => a * b;

        public Vector<float> Invoke(Vector<float> a, Vector<float> b) => a * b;
    }
}
