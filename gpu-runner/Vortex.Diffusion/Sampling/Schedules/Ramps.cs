namespace Vortex.Diffusion.Sampling.Schedules;

/// <summary>Evenly spaced float32 values, counted from the nearer end so that both ends are exact.</summary>
internal static class Ramps
{
    public static float[] Linear(float start, float end, int count)
    {
        float[] values = new float[count];
        if (count == 1)
        {
            values[0] = start;
            return values;
        }

        float step = (end - start) / (count - 1);
        for (int i = 0; i < count; i++)
        {
            values[i] = i < count / 2 ? start + (step * i) : end - (step * (count - 1 - i));
        }

        return values;
    }

    /// <summary>Adds the end of sampling, 0.</summary>
    public static float[] ThenZero(this float[] values) => [.. values, 0f];
}
