using System.Numerics;

namespace Vortex.Imaging.Rasters;

/// <summary>One value from one value; the scalar form is the definition, the vector form gives the same bits.</summary>
internal interface IUnaryKernel
{
    float Invoke(float value);

    Vector<float> Invoke(Vector<float> value);
}

/// <summary>One value from two; the scalar form is the definition, the vector form gives the same bits.</summary>
internal interface IBinaryKernel
{
    float Invoke(float a, float b);

    Vector<float> Invoke(Vector<float> a, Vector<float> b);
}

/// <summary>Runs a kernel over spans: whole vectors first, the tail through the definition.</summary>
internal static class Pointwise
{
    internal static void Run<TKernel>(TKernel kernel, ReadOnlySpan<float> source, Span<float> result)
        where TKernel : struct, IUnaryKernel
    {
        int width = Vector<float>.Count;
        int i = 0;
        for (; i <= result.Length - width; i += width)
        {
            kernel.Invoke(new Vector<float>(source[i..])).CopyTo(result[i..]);
        }

        for (; i < result.Length; i++)
        {
            result[i] = kernel.Invoke(source[i]);
        }
    }

    internal static void Run<TKernel>(TKernel kernel, ReadOnlySpan<float> a, ReadOnlySpan<float> b, Span<float> result)
        where TKernel : struct, IBinaryKernel
    {
        int width = Vector<float>.Count;
        int i = 0;
        for (; i <= result.Length - width; i += width)
        {
            kernel.Invoke(new Vector<float>(a[i..]), new Vector<float>(b[i..])).CopyTo(result[i..]);
        }

        for (; i < result.Length; i++)
        {
            result[i] = kernel.Invoke(a[i], b[i]);
        }
    }

    /// <summary>Runs the kernel over whole batches, in bands.</summary>
    internal static Raster Map<TKernel>(TKernel kernel, Raster source, CancellationToken cancellationToken)
        where TKernel : struct, IUnaryKernel
    {
        Raster result = source.AllocateSame();
        Bands.Run(source.Rows, source.RowLength, (first, end) =>
        {
            int at = first * source.RowLength;
            int length = (end - first) * source.RowLength;
            Run(kernel, source.Values.AsSpan(at, length), result.Values.AsSpan(at, length));
        }, cancellationToken);
        return result;
    }
}
