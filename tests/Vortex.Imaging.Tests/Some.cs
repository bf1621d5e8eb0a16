namespace Vortex.Imaging.Tests;

/// <summary>Small pictures to work on.</summary>
internal static class Some
{
    internal static float[] Values(int count, int seed = 1)
    {
        Random random = new(seed);
        float[] values = new float[count];
        for (int i = 0; i < count; i++)
        {
            values[i] = random.NextSingle();
        }

        return values;
    }

    internal static byte[] Bytes(int count, int seed = 1)
    {
        byte[] bytes = new byte[count];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    internal static ImageBatch Image(int width, int height, int channels = 3, int count = 1, int seed = 1) =>
        new(count, height, width, channels, Values(count * height * width * channels, seed));

    internal static ImageBatch Solid(float value, int width, int height, int channels = 3, int count = 1)
    {
        float[] values = new float[count * height * width * channels];
        values.AsSpan().Fill(value);
        return new(count, height, width, channels, values);
    }

    internal static MaskBatch Mask(int width, int height, int count = 1, int seed = 1) =>
        new(count, height, width, Values(count * height * width, seed));

    internal static MaskBatch SolidMask(float value, int width, int height, int count = 1)
    {
        float[] values = new float[count * height * width];
        values.AsSpan().Fill(value);
        return new(count, height, width, values);
    }

    /// <summary>One grey row.</summary>
    internal static ImageBatch Row(params float[] values) => new(1, 1, values.Length, 1, values);

    internal static MaskBatch MaskRow(params float[] values) => new(1, 1, values.Length, values);

    /// <summary>Asserts that an operation refuses and names the code and the argument at fault.</summary>
    internal static void Refuses(string code, string argument, Func<object?> operation)
    {
        ImagingException problem = Assert.Throws<ImagingException>(operation);
        Assert.Equal((code, argument), (problem.Code, problem.Argument));
        Assert.EndsWith(".", problem.Message, StringComparison.Ordinal);
    }
}
