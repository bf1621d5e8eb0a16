namespace Vortex.Tensors.Cpu;

/// <summary>What the fast kernels compute, as plain loops over contiguous values with sums in double precision: the thing to look up, and to compare with.</summary>
internal static class Definitions
{
    /// <summary>result[m, n] = activation(sum over k of x[m, k] * weight[n, k] + bias[n]).</summary>
    public static float[] Linear(float[] x, float[] weight, float[]? bias, int m, int n, int k, Activation activation = Activation.None)
    {
        float[] result = new float[m * n];
        for (int i = 0; i < m; i++)
        {
            for (int j = 0; j < n; j++)
            {
                double sum = bias?[j] ?? 0;
                for (int l = 0; l < k; l++)
                {
                    sum += (double)x[(i * k) + l] * weight[(j * k) + l];
                }

                result[(i * n) + j] = Activations.Of(activation, (float)sum);
            }
        }

        return result;
    }

    /// <summary>Each output pixel is the sum over channels and taps of the group, of pixels that lie outside as 0.</summary>
    public static float[] Convolution(float[] x, float[] weight, float[]? bias, ConvShape shape)
    {
        ConvOptions o = shape.Options;
        float[] result = new float[shape.Batch * shape.OutChannels * shape.OutHeight * shape.OutWidth];
        int at = 0;
        for (int picture = 0; picture < shape.Batch; picture++)
        {
            for (int channel = 0; channel < shape.OutChannels; channel++)
            {
                int first = channel / (shape.OutChannels / o.Groups) * shape.Depth;
                for (int y = 0; y < shape.OutHeight; y++)
                {
                    for (int column = 0; column < shape.OutWidth; column++)
                    {
                        double sum = bias?[channel] ?? 0;
                        for (int c = 0; c < shape.Depth; c++)
                        {
                            for (int ky = 0; ky < shape.KernelHeight; ky++)
                            {
                                for (int kx = 0; kx < shape.KernelWidth; kx++)
                                {
                                    int inY = (y * o.Stride) - o.Padding + (ky * o.Dilation);
                                    int inX = (column * o.Stride) - o.Padding + (kx * o.Dilation);
                                    if (inY >= 0 && inY < shape.Height && inX >= 0 && inX < shape.Width)
                                    {
                                        double pixel = x[((((picture * shape.InChannels) + first + c) * shape.Height) + inY) * shape.Width + inX];
                                        sum += pixel * weight[((((channel * shape.Depth) + c) * shape.KernelHeight) + ky) * shape.KernelWidth + kx];
                                    }
                                }
                            }
                        }

                        result[at++] = Activations.Of(o.Activation, (float)sum);
                    }
                }
            }
        }

        return result;
    }

    /// <summary>softmax(q k^T * scale + mask) v of one head.</summary>
    /// <param name="q">[queries, width].</param>
    /// <param name="k">[keys, width].</param>
    /// <param name="v">[keys, value width].</param>
    /// <param name="mask">[queries, keys], or null.</param>
    /// <param name="width">Of queries and keys.</param>
    /// <param name="valueWidth">Of values.</param>
    /// <param name="scale">The factor.</param>
    /// <param name="causal">Whether query i sees keys 0 to i only.</param>
    /// <returns>[queries, value width].</returns>
    public static float[] Attention(ReadOnlySpan<float> q, ReadOnlySpan<float> k, ReadOnlySpan<float> v, float[]? mask, int width, int valueWidth, double scale, bool causal)
    {
        (int queries, int keys) = (q.Length / width, k.Length / width);
        float[] result = new float[queries * valueWidth];
        double[] scores = new double[keys];
        for (int i = 0; i < queries; i++)
        {
            double most = double.NegativeInfinity;
            for (int j = 0; j < keys; j++)
            {
                double sum = 0;
                for (int d = 0; d < width; d++)
                {
                    sum += (double)q[(i * width) + d] * k[(j * width) + d];
                }

                scores[j] = causal && j > i ? double.NegativeInfinity : (sum * scale) + (mask?[(i * keys) + j] ?? 0);
                most = Math.Max(most, scores[j]);
            }

            double total = 0;
            for (int j = 0; j < keys; j++)
            {
                scores[j] = Math.Exp(scores[j] - most);
                total += scores[j];
            }

            for (int d = 0; d < valueWidth; d++)
            {
                double sum = 0;
                for (int j = 0; j < keys; j++)
                {
                    sum += scores[j] * v[(j * valueWidth) + d];
                }

                result[(i * valueWidth) + d] = (float)(sum / total);
            }
        }

        return result;
    }
}
