using Vortex.Tensors;

namespace Vortex.Diffusion.Patches;

/// <summary>Rotations by Cayley's transform of skew-symmetric matrices.</summary>
internal static class Rotations
{
    /// <summary>Computes (I + Q)(I - Q)^-1 with Q = B - B^T for each matrix of a batch.</summary>
    /// <param name="blocks">[.., n, n].</param>
    /// <param name="bound">The largest norm of all Q together; 0 for none.</param>
    public static Tensor Cayley(Tensor blocks, float bound)
    {
        int n = blocks.Shape[-1];
        float[] values = blocks.ToArray();
        double[] skew = new double[values.Length];
        double square = 0;
        for (int start = 0; start < values.Length; start += n * n)
        {
            for (int i = 0; i < n; i++)
            {
                for (int j = 0; j < n; j++)
                {
                    double value = values[start + (i * n) + j] - values[start + (j * n) + i];
                    skew[start + (i * n) + j] = value;
                    square += value * value;
                }
            }
        }

        double norm = Math.Sqrt(square) + 1e-8;
        double scale = bound > 0 && norm > bound ? bound / norm : 1;
        float[] rotations = new float[values.Length];
        for (int start = 0; start < values.Length; start += n * n)
        {
            Rotate(skew.AsSpan(start, n * n), scale, n, rotations.AsSpan(start, n * n));
        }

        return blocks.Backend.From(rotations, blocks.Shape);
    }

    // (I + Q)(I - Q)^-1 = (I - Q)^-1 (I + Q), since both are polynomials in Q: one elimination of [I - Q | I + Q]. I - Q is never singular,
    // as a skew-symmetric Q has imaginary eigenvalues only.
    private static void Rotate(ReadOnlySpan<double> skew, double scale, int n, Span<float> rotation)
    {
        int width = 2 * n;
        double[] rows = new double[n * width];
        for (int i = 0; i < n; i++)
        {
            for (int j = 0; j < n; j++)
            {
                double q = skew[(i * n) + j] * scale;
                double one = i == j ? 1 : 0;
                rows[(i * width) + j] = one - q;
                rows[(i * width) + n + j] = one + q;
            }
        }

        DenseSolver.Eliminate(rows, n, width);
        for (int i = 0; i < n; i++)
        {
            for (int j = 0; j < n; j++)
            {
                rotation[(i * n) + j] = (float)rows[(i * width) + n + j];
            }
        }
    }
}
