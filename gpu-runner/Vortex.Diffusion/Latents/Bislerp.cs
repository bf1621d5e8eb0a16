using Vortex.Tensors;

namespace Vortex.Diffusion.Latents;

/// <summary>Scales latents by spherical interpolation, first along rows, then along columns.</summary>
/// <remarks>
/// Between two neighbours the direction of the channels turns along the great circle and the length goes over linearly; neighbours of one direction
/// give the first, opposite ones are mixed linearly. Places are PyTorch's bilinear ones. The definition is ComfyUI's <c>bislerp</c>.
/// </remarks>
internal static class Bislerp
{
    private const float Same = 1 - 1e-5f;
    private const float Opposite = 1e-5f - 1;

    public static Tensor Resize(Tensor x, int width, int height)
    {
        (int count, int channels, int oldHeight, int oldWidth) = (x.Shape[0], x.Shape[1], x.Shape[2], x.Shape[3]);
        float[] values = x.ToArray();
        float[] wide = new float[checked(count * channels * oldHeight * width)];
        Line[] columns = Lines(oldWidth, width);
        Blend blend = new(channels);
        for (int n = 0; n < count; n++)
        {
            for (int row = 0; row < oldHeight; row++)
            {
                int from = (n * channels * oldHeight * oldWidth) + (row * oldWidth);
                int to = (n * channels * oldHeight * width) + (row * width);
                for (int column = 0; column < width; column++)
                {
                    Line line = columns[column];
                    blend.Run(values, from + line.First, from + line.Second, oldHeight * oldWidth, line.Ratio, wide, to + column, oldHeight * width);
                }
            }
        }

        float[] result = new float[checked(count * channels * height * width)];
        Line[] rows = Lines(oldHeight, height);
        for (int n = 0; n < count; n++)
        {
            for (int row = 0; row < height; row++)
            {
                Line line = rows[row];
                for (int column = 0; column < width; column++)
                {
                    int from = (n * channels * oldHeight * width) + column;
                    int to = (n * channels * height * width) + (row * width) + column;
                    blend.Run(wide, from + (line.First * width), from + (line.Second * width), oldHeight * width, line.Ratio, result, to, height * width);
                }
            }
        }

        return x.Backend.From(result, [count, channels, height, width]);
    }

    // Where the neighbours of each new place lie: positions scaled bilinearly, and cut to whole ones.
    private static Line[] Lines(int oldLength, int newLength)
    {
        Line[] lines = new Line[newLength];
        float scale = (float)oldLength / newLength;
        for (int i = 0; i < newLength; i++)
        {
            float at = Math.Max(0, ((i + 0.5f) * scale) - 0.5f);
            int low = Math.Min((int)at, oldLength - 1);
            int high = Math.Min(low + 1, oldLength - 1);
            float weight = at - low;
            float first = ((1 - weight) * low) + (weight * high);
            float second = ((1 - weight) * Math.Min(low + 1, oldLength - 1)) + (weight * Math.Min(high + 1, oldLength - 1));
            lines[i] = new Line((int)first, (int)second, first - MathF.Floor(first));
        }

        return lines;
    }

    private readonly record struct Line(int First, int Second, float Ratio);

    private sealed class Blend(int channels)
    {
        private readonly float[] _a = new float[channels];
        private readonly float[] _b = new float[channels];

        public void Run(float[] from, int first, int second, int step, float ratio, float[] to, int target, int targetStep)
        {
            (float normA, float normB) = (0, 0);
            for (int c = 0; c < channels; c++)
            {
                (float a, float b) = (from[first + (c * step)], from[second + (c * step)]);
                (normA, normB) = (normA + (a * a), normB + (b * b));
            }

            (normA, normB) = (MathF.Sqrt(normA), MathF.Sqrt(normB));
            float dot = 0;
            for (int c = 0; c < channels; c++)
            {
                _a[c] = normA == 0 ? 0 : from[first + (c * step)] / normA;
                _b[c] = normB == 0 ? 0 : from[second + (c * step)] / normB;
                dot += _a[c] * _b[c];
            }

            float omega = MathF.Acos(dot);
            float sine = MathF.Sin(omega);
            float partA = MathF.Sin((1 - ratio) * omega) / sine;
            float partB = MathF.Sin(ratio * omega) / sine;
            float norm = (normA * (1 - ratio)) + (normB * ratio);
            for (int c = 0; c < channels; c++)
            {
                (float a, float b) = (from[first + (c * step)], from[second + (c * step)]);
                to[target + (c * targetStep)] = dot > Same ? a
                    : dot < Opposite ? (a * (1 - ratio)) + (b * ratio)
                    : ((partA * _a[c]) + (partB * _b[c])) * norm;
            }
        }
    }
}
