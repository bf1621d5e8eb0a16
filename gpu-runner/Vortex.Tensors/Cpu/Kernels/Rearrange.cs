using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Vortex.Tensors.Cpu;

/// <summary>Turns rows into columns on the way into and out of panels.</summary>
internal static unsafe class Rearrange
{
    /// <summary>to[(j * toRow) + i] = from[(i * fromRow) + j].</summary>
    /// <param name="wide">Whether 256-bit shuffles may be used.</param>
    /// <param name="from">The first value.</param>
    /// <param name="fromRow">Step between source rows.</param>
    /// <param name="rows">Source rows.</param>
    /// <param name="columns">Source columns.</param>
    /// <param name="to">The first target value.</param>
    /// <param name="toRow">Step between target rows.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Transpose(bool wide, float* from, long fromRow, int rows, int columns, float* to, long toRow)
    {
        int i = 0;
        if (wide)
        {
            for (; i <= rows - 8; i += 8)
            {
                float* source = from + (i * fromRow);
                float* target = to + i;
                int j = 0;
                for (; j <= columns - 8; j += 8)
                {
                    Eight(source + j, fromRow, target + (j * toRow), toRow);
                }

                for (; j < columns; j++)
                {
                    for (int n = 0; n < 8; n++)
                    {
                        target[(j * toRow) + n] = source[(n * fromRow) + j];
                    }
                }
            }
        }

        for (; i < rows; i++)
        {
            for (int j = 0; j < columns; j++)
            {
                to[(j * toRow) + i] = from[(i * fromRow) + j];
            }
        }
    }

    /// <summary>Writes up to a panel of rows side by side: to[(j * panel) + i]; lanes without a row are 0.</summary>
    public static void Pack(bool wide, float* from, long fromRow, int rows, int columns, float* to, int panel)
    {
        if (rows < panel)
        {
            new Span<float>(to, columns * panel).Clear();
        }

        Transpose(wide, from, fromRow, rows, columns, to, panel);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Eight(float* from, long fromRow, float* to, long toRow)
    {
        // Halves of rows i and i + 4 share a register, so that only shuffles within halves remain.
        float* from4 = from + (4 * fromRow);
        Vector256<float> a = Vector256.Create(Vector128.Load(from), Vector128.Load(from4));
        Vector256<float> b = Vector256.Create(Vector128.Load(from + fromRow), Vector128.Load(from4 + fromRow));
        Vector256<float> c = Vector256.Create(Vector128.Load(from + (2 * fromRow)), Vector128.Load(from4 + (2 * fromRow)));
        Vector256<float> d = Vector256.Create(Vector128.Load(from + (3 * fromRow)), Vector128.Load(from4 + (3 * fromRow)));
        Four(a, b, c, d, to, toRow);
        from += 4;
        from4 += 4;
        a = Vector256.Create(Vector128.Load(from), Vector128.Load(from4));
        b = Vector256.Create(Vector128.Load(from + fromRow), Vector128.Load(from4 + fromRow));
        c = Vector256.Create(Vector128.Load(from + (2 * fromRow)), Vector128.Load(from4 + (2 * fromRow)));
        d = Vector256.Create(Vector128.Load(from + (3 * fromRow)), Vector128.Load(from4 + (3 * fromRow)));
        Four(a, b, c, d, to + (4 * toRow), toRow);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Four(Vector256<float> a, Vector256<float> b, Vector256<float> c, Vector256<float> d, float* to, long toRow)
    {
        Vector256<float> ab = Avx.UnpackLow(a, b);
        Vector256<float> cd = Avx.UnpackLow(c, d);
        Vector256<float> ab2 = Avx.UnpackHigh(a, b);
        Vector256<float> cd2 = Avx.UnpackHigh(c, d);
        Avx.Shuffle(ab, cd, 0x44).Store(to);
        Avx.Shuffle(ab, cd, 0xEE).Store(to + toRow);
        Avx.Shuffle(ab2, cd2, 0x44).Store(to + (2 * toRow));
        Avx.Shuffle(ab2, cd2, 0xEE).Store(to + (3 * toRow));
    }
}
