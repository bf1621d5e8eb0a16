namespace Vortex.Imaging.Quantizing;

/// <summary>Bayer's ordered pattern, as ComfyUI adds it to 8-bit values before the palette is searched.</summary>
internal static class OrderedPattern
{
    // Pillow 9.4 reports 256 palette entries whatever was asked for, and the strength follows from that: 2 * 256 / 256.
    private const float Spread = 2f;

    /// <summary>Adds the pattern to one RGB picture in place, clamps to 0..255 and cuts off fractions.</summary>
    /// <param name="pixels">Three bytes each.</param>
    /// <param name="width">Columns.</param>
    /// <param name="order">Side of the pattern, a power of two.</param>
    internal static void Add(Span<byte> pixels, int width, int order)
    {
        float[] pattern = Array.ConvertAll(Normalised(order), value => (Spread * value) + 0.5f);
        for (int i = 0; i < pixels.Length; i++)
        {
            (int y, int x) = Math.DivRem(i / 3, width);
            pixels[i] = (byte)Math.Clamp(pixels[i] + pattern[((y % order) * order) + (x % order)], 0f, 255f);
        }
    }

    /// <summary>Returns the pattern around 0 with a spread below 1, row by row. Every value is exact in float32.</summary>
    internal static float[] Normalised(int order)
    {
        if (order == 1)
        {
            return [0f];
        }

        int half = order / 2;
        float cells = order * order;
        float[] smaller = Normalised(half);
        float[] pattern = new float[order * order];
        for (int y = 0; y < order; y++)
        {
            for (int x = 0; x < order; x++)
            {
                float offset = (y < half, x < half) switch
                {
                    (true, true) => -1.5f,
                    (true, false) => 0.5f,
                    (false, true) => 1.5f,
                    (false, false) => -0.5f,
                };
                pattern[(y * order) + x] = ((cells * smaller[((y % half) * half) + (x % half)]) + offset) / cells;
            }
        }

        return pattern;
    }
}
