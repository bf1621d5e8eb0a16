namespace Vortex.Imaging.Resampling;

/// <summary>For each new position along one axis: which old ones count and how much.</summary>
/// <remarks>Positions and weights are computed in float32 in PyTorch's order, since a double would round some to a neighbour.</remarks>
internal sealed class InterpolationAxis
{
    private const float A = -0.75f;

    private InterpolationAxis(int taps, int outSize) => (Taps, Index, Weight) = (taps, new int[outSize * taps], new float[outSize * taps]);

    /// <summary>Gets how many old positions count for each new one: 2 or 4.</summary>
    internal int Taps { get; }

    /// <summary>Gets the old positions, <see cref="Taps"/> for each new one, clamped to the edge.</summary>
    internal int[] Index { get; }

    /// <summary>Gets the weights that go with <see cref="Index"/>.</summary>
    internal float[] Weight { get; }

    internal static InterpolationAxis Bilinear(int inSize, int outSize)
    {
        InterpolationAxis axis = new(2, outSize);
        float scale = (float)inSize / outSize;
        for (int i = 0; i < outSize; i++)
        {
            float position = Math.Max((scale * (i + 0.5f)) - 0.5f, 0f);
            int index = Math.Min((int)position, inSize - 1);
            float far = Math.Clamp(position - index, 0f, 1f);
            axis.Set(i, [index, index + (index < inSize - 1 ? 1 : 0)], [1f - far, far]);
        }

        return axis;
    }

    internal static InterpolationAxis Bicubic(int inSize, int outSize)
    {
        InterpolationAxis axis = new(4, outSize);
        float scale = (float)inSize / outSize;
        for (int i = 0; i < outSize; i++)
        {
            float position = (scale * (i + 0.5f)) - 0.5f;
            float floor = MathF.Floor(position);
            float t = position - floor;
            int index = (int)floor;
            axis.Set(
                i,
                [At(index - 1), At(index), At(index + 1), At(index + 2)],
                [Outer(t + 1f), Inner(t), Inner(1f - t), Outer(2f - t)]);
        }

        return axis;

        int At(int index) => Math.Clamp(index, 0, inSize - 1);
    }

    // Keys' cubic for a distance within 1, and between 1 and 2.
    private static float Inner(float x) => (((((A + 2f) * x) - (A + 3f)) * x) * x) + 1f;

    private static float Outer(float x) => (((((A * x) - (5f * A)) * x) + (8f * A)) * x) - (4f * A);

    private void Set(int position, ReadOnlySpan<int> index, ReadOnlySpan<float> weight)
    {
        index.CopyTo(Index.AsSpan(position * Taps));
        weight.CopyTo(Weight.AsSpan(position * Taps));
    }
}
