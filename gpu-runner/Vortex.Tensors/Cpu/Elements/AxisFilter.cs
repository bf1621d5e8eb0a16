namespace Vortex.Tensors.Cpu.Elements;

/// <summary>How each pixel of a new axis follows from pixels of the old one: the same number of taps for all.</summary>
/// <param name="Taps">Pixels that make one.</param>
/// <param name="Indices">For every new pixel its taps' places.</param>
/// <param name="Weights">For every new pixel its taps' weights.</param>
/// <remarks>The definitions are PyTorch's; positions are found in float32 as it does.</remarks>
internal sealed record AxisFilter(int Taps, int[] Indices, float[] Weights)
{
    /// <summary>Gets the filter of a mode.</summary>
    public static AxisFilter Of(InterpolationMode mode, int from, int to, bool alignCorners, bool antialias) => (mode, antialias) switch
    {
        (InterpolationMode.Nearest, _) => Nearest(from, to, 0f),
        (InterpolationMode.NearestExact, _) => Nearest(from, to, 0.5f),
        (InterpolationMode.Area, _) => Area(from, to),
        (InterpolationMode.Bilinear, true) => Wide(from, to, alignCorners, 1, Triangle),
        (InterpolationMode.Bicubic, true) => Wide(from, to, alignCorners, 2, static x => Cubic(x, -0.5)),
        (InterpolationMode.Bilinear, false) => Bilinear(from, to, alignCorners),
        (InterpolationMode.Bicubic, false) => Bicubic(from, to, alignCorners),
        _ => throw new ArgumentOutOfRangeException(nameof(mode), mode, "There is no such way to scale."),
    };

    private static AxisFilter Nearest(int from, int to, float shift)
    {
        float scale = (float)from / to;
        int[] indices = new int[to];
        float[] weights = new float[to];
        for (int i = 0; i < to; i++)
        {
            indices[i] = Math.Min((int)MathF.Floor((i + shift) * scale), from - 1);
            weights[i] = 1;
        }

        return new AxisFilter(1, indices, weights);
    }

    private static AxisFilter Area(int from, int to)
    {
        int taps = 1;
        for (int i = 0; i < to; i++)
        {
            taps = Math.Max(taps, AreaEnd(i, from, to) - AreaStart(i, from, to));
        }

        int[] indices = new int[to * taps];
        float[] weights = new float[to * taps];
        for (int i = 0; i < to; i++)
        {
            (int start, int end) = (AreaStart(i, from, to), AreaEnd(i, from, to));
            for (int k = 0; k < taps; k++)
            {
                indices[(i * taps) + k] = Math.Min(start + k, end - 1);
                weights[(i * taps) + k] = start + k < end ? 1f / (end - start) : 0;
            }
        }

        return new AxisFilter(taps, indices, weights);
    }

    private static int AreaStart(int i, int from, int to) => (int)((long)i * from / to);

    private static int AreaEnd(int i, int from, int to) => (int)((((long)i + 1) * from + to - 1) / to);

    private static AxisFilter Bilinear(int from, int to, bool alignCorners)
    {
        int[] indices = new int[to * 2];
        float[] weights = new float[to * 2];
        for (int i = 0; i < to; i++)
        {
            float place = MathF.Max(0, Place(i, from, to, alignCorners));
            int start = Math.Min((int)place, from - 1);
            float part = Math.Clamp(place - start, 0, 1);
            (indices[2 * i], indices[(2 * i) + 1]) = (start, Math.Min(start + 1, from - 1));
            (weights[2 * i], weights[(2 * i) + 1]) = (1 - part, part);
        }

        return new AxisFilter(2, indices, weights);
    }

    private static AxisFilter Bicubic(int from, int to, bool alignCorners)
    {
        int[] indices = new int[to * 4];
        float[] weights = new float[to * 4];
        for (int i = 0; i < to; i++)
        {
            float place = Place(i, from, to, alignCorners);
            float floor = MathF.Floor(place);
            float part = place - floor;
            for (int k = 0; k < 4; k++)
            {
                indices[(4 * i) + k] = Math.Clamp((int)floor - 1 + k, 0, from - 1);
                weights[(4 * i) + k] = (float)Cubic(k - 1 - part, -0.75);
            }
        }

        return new AxisFilter(4, indices, weights);
    }

    // Pillow's filters: as wide as the pixel they make, weights that sum to 1.
    private static AxisFilter Wide(int from, int to, bool alignCorners, double radius, Func<double, double> filter)
    {
        double scale = Scale(from, to, alignCorners);
        double stretch = Math.Max(1, scale);
        double support = radius * stretch;
        int taps = Math.Min(from, ((int)Math.Ceiling(support) * 2) + 1);
        int[] indices = new int[to * taps];
        float[] weights = new float[to * taps];
        for (int i = 0; i < to; i++)
        {
            double centre = scale * (i + 0.5);
            int start = Math.Max(0, (int)(centre - support + 0.5));
            int count = Math.Clamp(Math.Min(from, (int)(centre + support + 0.5)) - start, 0, taps);
            double sum = 0;
            for (int k = 0; k < count; k++)
            {
                sum += filter((start + k - centre + 0.5) / stretch);
            }

            for (int k = 0; k < taps; k++)
            {
                indices[(i * taps) + k] = Math.Min(start + k, from - 1);
                weights[(i * taps) + k] = k < count && sum != 0 ? (float)(filter((start + k - centre + 0.5) / stretch) / sum) : 0;
            }
        }

        return new AxisFilter(taps, indices, weights);
    }

    private static float Scale(int from, int to, bool alignCorners) =>
        !alignCorners ? (float)from / to : to > 1 ? (float)(from - 1) / (to - 1) : 0;

    private static float Place(int i, int from, int to, bool alignCorners)
    {
        float scale = Scale(from, to, alignCorners);
        return alignCorners ? scale * i : (scale * (i + 0.5f)) - 0.5f;
    }

    private static double Triangle(double x) => Math.Max(0, 1 - Math.Abs(x));

    private static double Cubic(double x, double a)
    {
        x = Math.Abs(x);
        return x < 1 ? ((((a + 2) * x) - (a + 3)) * x * x) + 1
            : x < 2 ? (((((x - 5) * x) + 8) * x) - 4) * a
            : 0;
    }
}
