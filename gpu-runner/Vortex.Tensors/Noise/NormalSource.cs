using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Vortex.Tensors.Noise;

/// <summary>Normally and evenly distributed numbers, bit for bit as PyTorch's CPU generator draws them on machines with AVX2.</summary>
/// <remarks>
/// <para>Sixteen values and more are drawn in blocks of sixteen with polynomials for logarithm, sine and cosine; fewer come one by one
/// in double, where the second of a pair waits for the next call, past any larger draws in between. Since the polynomials fuse
/// multiplications with additions, so does this code, on every machine.</para>
/// <para>A source is the state of one generator: draws follow one another. It belongs to one thread at a time.</para>
/// </remarks>
public sealed class NormalSource
{
    private const int Block = 16;

    // A multiple of a block, small enough to stay in the first cache between its drawing and its transformation.
    private const int Chunk = 2048;

    private readonly MersenneTwister _generator;
    private readonly bool _library;
    private double? _waiting;

    /// <summary>Starts the sequence of that seed. Only its lower 32 bits count.</summary>
    public NormalSource(ulong seed) => _generator = new(seed);

    /// <summary>Starts the sequence as PyTorch draws it without AVX2, from the C library's functions; differs in the last bits.</summary>
    internal NormalSource(ulong seed, bool library)
        : this(seed) => _library = library;

    /// <summary>Fills the span: one draw, as <c>torch.randn</c> makes it for that many values.</summary>
    /// <param name="values">What to fill.</param>
    /// <param name="cancellationToken">Stops a long draw; the source is of no use afterwards.</param>
    public void Fill(Span<float> values, CancellationToken cancellationToken = default)
    {
        if (values.Length < Block)
        {
            foreach (ref float value in values)
            {
                value = (float)NextSingleDraw();
            }

            return;
        }

        for (int i = 0; i < values.Length; i += Chunk)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Span<float> chunk = values.Slice(i, Math.Min(Chunk, values.Length - i));
            _generator.FillUniform(chunk);
            Transform(chunk[..(chunk.Length / Block * Block)]);
        }

        if (values.Length % Block != 0)
        {
            // The end is drawn anew as a whole block, over part of the block before it.
            Span<float> last = values[^Block..];
            _generator.FillUniform(last);
            Transform(last);
        }
    }

    /// <summary>Fills the span: one draw, as <c>torch.randn</c> with <c>dtype=float64</c> makes it for that many values.</summary>
    public void Fill(Span<double> values)
    {
        if (values.Length < Block)
        {
            foreach (ref double value in values)
            {
                value = NextSingleDraw();
            }

            return;
        }

        FillUniform(values);
        TransformByLibrary(values[..(values.Length / Block * Block)]);
        if (values.Length % Block != 0)
        {
            Span<double> last = values[^Block..];
            FillUniform(last);
            TransformByLibrary(last);
        }
    }

    /// <summary>Fills the span with numbers from 0 to below 1, as <c>torch.rand</c> draws them.</summary>
    public void FillUniform(Span<float> values) => _generator.FillUniform(values);

    /// <summary>Fills the span with numbers from 0 to below 1, as <c>torch.rand</c> with <c>dtype=float64</c> draws them.</summary>
    public void FillUniform(Span<double> values)
    {
        foreach (ref double value in values)
        {
            value = NextUniformDouble();
        }
    }

    /// <summary>Draws noise for pictures of a batch by their indices: equal indices get equal noise, whatever batch they are in.</summary>
    /// <param name="seed">The seed; its lower 32 bits count.</param>
    /// <param name="indices">For every picture its index, 0 or above.</param>
    /// <param name="values">What to fill: pictures of equal size, one after another.</param>
    /// <param name="cancellationToken">Stops a long draw.</param>
    /// <remarks>The noise of index n is the (n + 1)th draw of that seed, as ComfyUI takes it for a latent's <c>batch_index</c>.</remarks>
    public static void FillByIndex(ulong seed, ReadOnlySpan<int> indices, Span<float> values, CancellationToken cancellationToken = default)
    {
        if (indices.IsEmpty || values.Length % indices.Length != 0)
        {
            throw new ArgumentException($"{values.Length} values for {indices.Length} pictures.", nameof(values));
        }

        int size = values.Length / indices.Length;
        int last = 0;
        foreach (int index in indices)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(index, nameof(indices));
            last = Math.Max(last, index);
        }

        NormalSource source = new(seed);
        float[] draw = new float[size];
        for (int n = 0; n <= last; n++)
        {
            source.Fill(draw, cancellationToken);
            for (int i = 0; i < indices.Length; i++)
            {
                if (indices[i] == n)
                {
                    draw.CopyTo(values.Slice(i * size, size));
                }
            }
        }
    }

    private double NextUniformDouble() => (_generator.NextUInt64() & ((1UL << 53) - 1)) * (1.0 / (1UL << 53));

    private double NextSingleDraw()
    {
        if (_waiting is { } waiting)
        {
            _waiting = null;
            return waiting;
        }

        double angle = 2 * Math.PI * NextUniformDouble();
        double radius = Math.Sqrt(-2 * LogOnePlus(-NextUniformDouble()));
        _waiting = radius * Math.Sin(angle);
        return radius * Math.Cos(angle);
    }

    // log(1 + x) without losing the digits of a small x.
    private static double LogOnePlus(double x)
    {
        double sum = 1 + x;
        return sum == 1 ? x : Math.Log(sum) * x / (sum - 1);
    }

    private void Transform(Span<float> blocks)
    {
        if (_library)
        {
            TransformByLibrary(blocks);
            return;
        }

        TransformByPolynomials(blocks);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void TransformByPolynomials(Span<float> blocks)
    {
        ref float values = ref MemoryMarshal.GetReference(blocks);
        for (nuint i = 0; i < (nuint)blocks.Length; i += Block)
        {
            Vector256<float> first = Vector256.LoadUnsafe(ref values, i);
            Vector256<float> second = Vector256.LoadUnsafe(ref values, i + (Block / 2));
            Vector256<float> radius = Vector256.Sqrt(Cephes.Log(Vector256<float>.One - first) * -2f);
            (Vector256<float> sin, Vector256<float> cos) = Cephes.SinCos(second * (2f * MathF.PI));
            // Adding 0 turns -0 into 0, as the reference's fused "times 1 plus 0" does.
            ((radius * cos) + Vector256<float>.Zero).StoreUnsafe(ref values, i);
            ((radius * sin) + Vector256<float>.Zero).StoreUnsafe(ref values, i + (Block / 2));
        }
    }

    private static void TransformByLibrary<T>(Span<T> blocks)
        where T : struct, IFloatingPointIeee754<T>
    {
        for (; !blocks.IsEmpty; blocks = blocks[Block..])
        {
            for (int i = 0; i < Block / 2; i++)
            {
                T radius = T.Sqrt(T.CreateTruncating(-2) * T.Log(T.One - blocks[i]));
                // The reference multiplies by 2 pi in double whatever the type.
                T angle = T.CreateTruncating(2 * Math.PI * double.CreateTruncating(blocks[i + (Block / 2)]));
                blocks[i] = (radius * T.Cos(angle)) + T.Zero;
                blocks[i + (Block / 2)] = (radius * T.Sin(angle)) + T.Zero;
            }
        }
    }
}
