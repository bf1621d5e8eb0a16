using System.Runtime.CompilerServices;

namespace Vortex.Tensors.Cpu;

/// <summary>Blocks of matrix products, out of micro-kernels.</summary>
internal static unsafe class Gemm
{
    /// <summary>The most columns of a panel.</summary>
    public const int MostPanel = 32;

    /// <summary>Rows that stay in the second-level cache while panels pass.</summary>
    public const int RowBlock = 192;

    private const int MostDepth = 336;

    /// <summary>Returns into how many pieces, of about equal size, the sum over k is cut. It does not depend on threads, and neither do results.</summary>
    public static int DepthBlock(int k) => k == 0 ? 0 : (k + Parts(k) - 1) / Parts(k);

    /// <summary>c[rows, columns] (+)= a[rows, k] * b, where b lies in panels.</summary>
    /// <param name="kernels">The instruction set.</param>
    /// <param name="k">Length of the sums.</param>
    /// <param name="a">The first value.</param>
    /// <param name="aRow">Step between rows.</param>
    /// <param name="aStep">Step along k.</param>
    /// <param name="rows">Rows.</param>
    /// <param name="b">The first panel: [k, panel].</param>
    /// <param name="bPanel">Step between panels.</param>
    /// <param name="columns">Columns; the last panel may be wider.</param>
    /// <param name="c">The first result.</param>
    /// <param name="cRow">Step between rows of results.</param>
    /// <param name="accumulate">Whether to add to what is there.</param>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Block(KernelSet kernels, int k, float* a, long aRow, long aStep, int rows, float* b, long bPanel, int columns, float* c, long cRow, bool accumulate)
    {
        float* tile = stackalloc float[6 * MostPanel];
        int panel = kernels.Panel;
        for (int column = 0; column < columns; column += panel, b += bPanel)
        {
            int width = Math.Min(panel, columns - column);
            for (int row = 0; row < rows;)
            {
                int left = rows - row;
                int taken = left >= 6 ? 6 : left >= 4 ? 4 : left >= 2 ? 2 : 1;
                float* from = a + (row * aRow);
                float* to = c + (row * cRow) + column;
                if (width == panel)
                {
                    Micro(kernels, taken, k, from, aRow, aStep, b, to, cRow, accumulate);
                }
                else
                {
                    Micro(kernels, taken, k, from, aRow, aStep, b, tile, panel, false);
                    for (int i = 0; i < taken; i++)
                    {
                        for (int j = 0; j < width; j++)
                        {
                            float value = tile[(i * panel) + j];
                            to[(i * cRow) + j] = accumulate ? to[(i * cRow) + j] + value : value;
                        }
                    }
                }

                row += taken;
            }
        }
    }

    /// <summary>As <see cref="Block"/>, with rows of any floating format.</summary>
    /// <param name="kernels">The instruction set.</param>
    /// <param name="k">Length of the sums.</param>
    /// <param name="a">Rows, from the first value used on.</param>
    /// <param name="rows">Rows.</param>
    /// <param name="b">The first panel.</param>
    /// <param name="bPanel">Step between panels.</param>
    /// <param name="columns">Columns.</param>
    /// <param name="c">The first result.</param>
    /// <param name="cRow">Step between rows of results.</param>
    /// <param name="accumulate">Whether to add to what is there.</param>
    /// <param name="block">Room for <see cref="RowBlock"/> rows of k values.</param>
    public static void Rows(KernelSet kernels, int k, StoredRows a, int rows, float* b, long bPanel, int columns, float* c, long cRow, bool accumulate, float* block)
    {
        for (int row = 0; row < rows; row += RowBlock)
        {
            int count = Math.Min(RowBlock, rows - row);
            float* from = block;
            long step = k;
            if (a.IsFloat)
            {
                from = a.At(row, 0);
                step = a.Row;
            }
            else
            {
                a.Read(row, count, 0, k, block, k);
            }

            Block(kernels, k, from, step, 1, count, b, bPanel, columns, c + (row * cRow), cRow, accumulate);
        }
    }

    /// <summary>Adds shifts and applies the activation to finished results.</summary>
    /// <param name="c">The first result.</param>
    /// <param name="cRow">Step between rows.</param>
    /// <param name="rows">Rows.</param>
    /// <param name="columns">Columns.</param>
    /// <param name="rowShift">One shift per row, or null.</param>
    /// <param name="columnShift">One shift per column, or null.</param>
    /// <param name="activation">The function.</param>
    public static void Finish(float* c, long cRow, int rows, int columns, float* rowShift, float* columnShift, Activation activation)
    {
        if (rowShift is null && columnShift is null && activation == Activation.None)
        {
            return;
        }

        for (int row = 0; row < rows; row++, c += cRow)
        {
            if (rowShift is not null)
            {
                PlainKernels.AddOne(c, rowShift[row], columns);
            }

            if (columnShift is not null)
            {
                PlainKernels.Add(c, columnShift, columns);
            }

            Activations.Apply(activation, c, columns);
        }
    }

    private static int Parts(int k) => (k + MostDepth - 1) / MostDepth;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Micro(KernelSet kernels, int rows, long k, float* a, long aRow, long aStep, float* b, float* c, long cRow, bool accumulate)
    {
        int add = accumulate ? 1 : 0;
        switch (rows)
        {
            case 6:
                kernels.Rows6(k, a, aRow, aStep, b, c, cRow, add);
                break;
            case 4:
                kernels.Rows4(k, a, aRow, aStep, b, c, cRow, add);
                break;
            case 2:
                kernels.Rows2(k, a, aRow, aStep, b, c, cRow, add);
                break;
            default:
                kernels.Rows1(k, a, aRow, aStep, b, c, cRow, add);
                break;
        }
    }
}
