using Vortex.Imaging.Rasters;

namespace Vortex.Imaging.Edges;

/// <summary>Keeps strong pixels and every weak one that is connected to a strong one through weak ones, in eight directions.</summary>
internal static class Hysteresis
{
    /// <summary>Returns 1 for what is kept and 0 for the rest. The order of the walk does not matter to the result.</summary>
    internal static Raster Run(Raster strength, float low, float high, CancellationToken cancellationToken)
    {
        Raster kept = strength.AllocateSame();
        Stack<int> open = new();
        for (int entry = 0; entry < strength.Count; entry++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            int begin = entry * strength.Height * strength.Width;
            Span<float> result = kept.Values.AsSpan(begin, strength.Height * strength.Width);
            ReadOnlySpan<float> values = strength.Values.AsSpan(begin, result.Length);
            result.Clear();
            for (int i = 0; i < values.Length; i++)
            {
                if (values[i] > high && values[i] > low)
                {
                    result[i] = 1f;
                    open.Push(i);
                }
            }

            while (open.TryPop(out int at))
            {
                Spread(at, strength.Width, strength.Height, values, low, result, open);
            }
        }

        return kept;
    }

    private static void Spread(int at, int width, int height, ReadOnlySpan<float> values, float low, Span<float> result, Stack<int> open)
    {
        (int y, int x) = Math.DivRem(at, width);
        for (int ny = Math.Max(y - 1, 0); ny <= Math.Min(y + 1, height - 1); ny++)
        {
            for (int nx = Math.Max(x - 1, 0); nx <= Math.Min(x + 1, width - 1); nx++)
            {
                int next = (ny * width) + nx;
                if (result[next] == 0f && values[next] > low)
                {
                    result[next] = 1f;
                    open.Push(next);
                }
            }
        }
    }
}
