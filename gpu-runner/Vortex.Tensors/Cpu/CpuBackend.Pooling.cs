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
        RequirePictures("PixelShuffle", x);
        if (factor < 1 || x.Shape[1] % (factor * factor) != 0)
        {
            throw new TensorShapeException($"PixelShuffle by {factor} of shape {x.Shape}.");
        }

        (int channels, int height, int width) = (x.Shape[1] / (factor * factor), x.Shape[2], x.Shape[3]);
        CpuTensor result = Make([x.Shape[0], channels, height * factor, width * factor]);
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
        RequirePictures("PixelUnshuffle", x);
        if (factor < 1 || x.Shape[2] % factor != 0 || x.Shape[3] % factor != 0)
        {
            throw new TensorShapeException($"PixelUnshuffle by {factor} of shape {x.Shape}.");
        }

        (int channels, int height, int width) = (x.Shape[1], x.Shape[2] / factor, x.Shape[3] / factor);
        CpuTensor result = Make([x.Shape[0], channels * factor * factor, height, width]);
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
        RequirePictures(op, x);
        (int height, int width) = (x.Shape[2], x.Shape[3]);
        if (kernel < 1 || stride < 1 || padding < 0 || padding > kernel / 2 || height + (2 * padding) < kernel || width + (2 * padding) < kernel)
        {
            throw new TensorShapeException($"{op}: windows of {kernel}, stride {stride}, padding {padding} over shape {x.Shape}.");
        }

        (int rows, int columns) = (((height + (2 * padding) - kernel) / stride) + 1, ((width + (2 * padding) - kernel) / stride) + 1);
        CpuTensor result = Make([x.Shape[0], x.Shape[1], rows, columns]);
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

    private static void RequirePictures(string op, Tensor x)
    {
        if (x.Rank != 4)
        {
            throw new TensorShapeException($"{op}: [batch, channels, height, width] is needed, not {x.Shape}.");
        }
    }
}
