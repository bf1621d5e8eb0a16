using Vortex.Tensors.Shapes;

namespace Vortex.Tensors.Cpu;

// Windows over pictures, and channels turned into pixels and back.
public sealed unsafe partial class CpuBackend
{
    /// <inheritdoc/>
    public Tensor AveragePool2d(Tensor x, int kernel, int stride, int padding = 0) => Pool("AveragePool2d", x, kernel, stride, padding, average: true);

    /// <inheritdoc/>
    public Tensor MaxPool2d(Tensor x, int kernel, int stride, int padding = 0) => Pool("MaxPool2d", x, kernel, stride, padding, average: false);

    /// <inheritdoc/>
    public Tensor PixelShuffle(Tensor x, int factor)
    {
        CpuTensor result = Make(OpShapes.PixelShuffle(x.Shape, factor));
        (int channels, int height, int width) = (result.Shape[1], x.Shape[2], x.Shape[3]);
        using Dense dense = Floats(x);
        float* source = dense.Floats;
        float* target = result.Floats;
        _threads.For((long)x.Shape[0] * channels * height * factor, Math.Max(1, ValuesPerBand / Math.Max(1, width * factor)), (first, end) =>
        {
            for (long line = first; line < end; line++)
            {
                long plane = line / (height * factor);
                (long row, long dy) = Math.DivRem(line % (height * factor), factor);
                for (int dx = 0; dx < factor; dx++)
                {
                    float* from = source + ((((plane * factor * factor) + (dy * factor) + dx) * height + row) * width);
                    float* to = target + (line * width * factor) + dx;
                    for (int i = 0; i < width; i++)
                    {
                        to[i * factor] = from[i];
                    }
                }
            }
        });
        return result;
    }

    /// <inheritdoc/>
    public Tensor PixelUnshuffle(Tensor x, int factor)
    {
        CpuTensor result = Make(OpShapes.PixelUnshuffle(x.Shape, factor));
        (int channels, int height, int width) = (x.Shape[1], result.Shape[2], result.Shape[3]);
        using Dense dense = Floats(x);
        float* source = dense.Floats;
        float* target = result.Floats;
        _threads.For((long)x.Shape[0] * channels * height * factor, Math.Max(1, ValuesPerBand / Math.Max(1, width * factor)), (first, end) =>
        {
            for (long line = first; line < end; line++)
            {
                long plane = line / (height * factor);
                (long row, long dy) = Math.DivRem(line % (height * factor), factor);
                for (int dx = 0; dx < factor; dx++)
                {
                    float* to = target + ((((plane * factor * factor) + (dy * factor) + dx) * height + row) * width);
                    float* from = source + (line * width * factor) + dx;
                    for (int i = 0; i < width; i++)
                    {
                        to[i] = from[i * factor];
                    }
                }
            }
        });
        return result;
    }

    private CpuTensor Pool(string op, Tensor x, int kernel, int stride, int padding, bool average)
    {
        CpuTensor result = Make(OpShapes.Pool(op, x.Shape, kernel, stride, padding));
        (int height, int width, int rows, int columns) = (x.Shape[2], x.Shape[3], result.Shape[2], result.Shape[3]);
        using Dense dense = Floats(x);
        float* source = dense.Floats;
        float* target = result.Floats;
        float area = kernel * kernel;
        _threads.For((long)x.Shape[0] * x.Shape[1] * rows, Math.Max(1, ValuesPerBand / Math.Max(1, columns * kernel * kernel)), (first, end) =>
        {
            for (long line = first; line < end; line++)
            {
                float* plane = source + (line / rows * height * width);
                int top = (int)(line % rows * stride) - padding;
                for (int column = 0; column < columns; column++)
                {
                    int left = (column * stride) - padding;
                    float value = average ? 0 : float.NegativeInfinity;
                    for (int y = Math.Max(0, top); y < Math.Min(height, top + kernel); y++)
                    {
                        for (int i = Math.Max(0, left); i < Math.Min(width, left + kernel); i++)
                        {
                            float pixel = plane[((long)y * width) + i];
                            value = average ? value + pixel : MathF.Max(value, pixel);
                        }
                    }

                    target[(line * columns) + column] = average ? value / area : value;
                }
            }
        });
        return result;
    }
}
