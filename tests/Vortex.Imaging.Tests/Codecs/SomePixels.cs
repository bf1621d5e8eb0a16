namespace Vortex.Imaging.Tests.Codecs;

/// <summary>Pictures to encode.</summary>
internal static class SomePixels
{
    /// <summary>A gradient with a little noise, so that every filter finds rows that suit it.</summary>
    public static byte[] Textured(Random random, int width, int height, int channels)
    {
        byte[] pixels = new byte[width * height * channels];
        for (int i = 0; i < pixels.Length; i++)
        {
            int pixel = i / channels;
            (int x, int y) = (pixel % width, pixel / width);
            pixels[i] = (byte)((x * 2) + (y / 3 * (1 + (i % channels))) + random.Next(1 + (y % 4)));
        }

        return pixels;
    }

    /// <summary>Smooth colours, which lossy formats keep closely.</summary>
    public static byte[] Smooth(int width, int height, int channels)
    {
        byte[] pixels = new byte[width * height * channels];
        for (int i = 0; i < pixels.Length; i++)
        {
            (int x, int y, int channel) = (i / channels % width, i / channels / width, i % channels);
            pixels[i] = (byte)(40 + (channel * 30) + (x * 60 / width) + (y * 60 / height));
        }

        return pixels;
    }

    public static double MeanDifference(byte[] a, byte[] b)
    {
        Assert.Equal(a.Length, b.Length);
        return a.Zip(b).Average(pair => Math.Abs(pair.First - pair.Second));
    }
}
