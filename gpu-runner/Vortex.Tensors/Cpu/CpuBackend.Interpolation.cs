using System.Runtime.Intrinsics;
using Vortex.Tensors.Cpu.Elements;
using Vortex.Tensors.Shapes;

namespace Vortex.Tensors.Cpu;

public sealed unsafe partial class CpuBackend
{
    /// <inheritdoc/>
    public Tensor Interpolate(Tensor x, int height, int width, InterpolationMode mode, bool alignCorners = false, bool antialias = false)
    {
        Shape shape = OpShapes.Interpolate(x.Shape, height, width, mode, alignCorners, antialias);
        (int rows, int columns) = (x.Shape[2], x.Shape[3]);
        AxisFilter across = AxisFilter.Of(mode, columns, width, alignCorners, antialias);
        AxisFilter down = AxisFilter.Of(mode, rows, height, alignCorners, antialias);
        CpuTensor result = Make(shape);
        using Dense dense = Floats(x);
        float* source = dense.Floats;
        float* target = result.Floats;
        long planes = (long)x.Shape[0] * x.Shape[1];
        if (across.Taps == 1)
        {
            _threads.For(planes * height, Math.Max(1, ValuesPerBand / width), (first, end) => Pick(source, target, first, end, rows, columns, across, down));
        }
        else
        {
            using CpuTensor between = Make([x.Shape[0], x.Shape[1], rows, width]);
            float* middle = between.Floats;
            _threads.For(planes * rows, Math.Max(1, ValuesPerBand / (width * across.Taps)), (first, end) => FilterAcross(source, middle, first, end, columns, across));
            _threads.For(planes * height, Math.Max(1, ValuesPerBand / (width * down.Taps)), (first, end) => FilterDown(middle, target, first, end, rows, width, down));
        }

        return result;
    }

    // One tap: rows and columns are picked; equal rows are copied.
    private static void Pick(float* source, float* target, long first, long end, int rows, int columns, AxisFilter across, AxisFilter down)
    {
        (int height, int width) = (down.Indices.Length, across.Indices.Length);
        bool doubles = width == columns * 2;
        for (long line = first; line < end; line++)
        {
            float* to = target + (line * width);
            int row = down.Indices[line % height];
            if (line > first && line % height != 0 && down.Indices[(line % height) - 1] == row)
            {
                Buffer.MemoryCopy(to - width, to, width * sizeof(float), width * sizeof(float));
                continue;
            }

            float* from = source + (((line / height * rows) + row) * columns);
            if (doubles)
            {
                Double(from, to, columns);
                continue;
            }

            for (int i = 0; i < width; i++)
            {
                to[i] = from[across.Indices[i]];
            }
        }
    }

    private static void Double(float* from, float* to, int columns)
    {
        int i = 0;
        for (; i <= columns - 4 && Vector128.IsHardwareAccelerated; i += 4)
        {
            Vector128<float> four = Vector128.Load(from + i);
            Vector128.Shuffle(four, Vector128.Create(0, 0, 1, 1)).Store(to + (2 * i));
            Vector128.Shuffle(four, Vector128.Create(2, 2, 3, 3)).Store(to + (2 * i) + 4);
        }

        for (; i < columns; i++)
        {
            to[2 * i] = from[i];
            to[(2 * i) + 1] = from[i];
        }
    }

    private static void FilterAcross(float* source, float* target, long first, long end, int columns, AxisFilter filter)
    {
        int width = filter.Indices.Length / filter.Taps;
        for (long line = first; line < end; line++)
        {
            float* from = source + (line * columns);
            float* to = target + (line * width);
            for (int i = 0, tap = 0; i < width; i++)
            {
                float sum = 0;
                for (int k = 0; k < filter.Taps; k++, tap++)
                {
                    sum += from[filter.Indices[tap]] * filter.Weights[tap];
                }

                to[i] = sum;
            }
        }
    }

    private static void FilterDown(float* source, float* target, long first, long end, int rows, int width, AxisFilter filter)
    {
        int height = filter.Indices.Length / filter.Taps;
        for (long line = first; line < end; line++)
        {
            float* plane = source + (line / height * rows * width);
            Span<float> to = new(target + (line * width), width);
            to.Clear();
            for (int k = 0; k < filter.Taps; k++)
            {
                int tap = (int)((line % height * filter.Taps) + k);
                float weight = filter.Weights[tap];
                if (weight != 0)
                {
                    AddScaled(to, plane + ((long)filter.Indices[tap] * width), weight);
                }
            }
        }
    }

    private static void AddScaled(Span<float> sums, float* row, float weight)
    {
        int i = 0;
        for (; i <= sums.Length - 8 && Vector256.IsHardwareAccelerated; i += 8)
        {
            (Vector256.Create(sums[i..]) + (Vector256.Load(row + i) * weight)).CopyTo(sums[i..]);
        }

        for (; i < sums.Length; i++)
        {
            sums[i] += row[i] * weight;
        }
    }
}
