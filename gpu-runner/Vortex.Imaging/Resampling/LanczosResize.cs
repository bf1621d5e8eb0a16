using Vortex.Imaging.Codecs.Pixels;
using Vortex.Imaging.Rasters;

namespace Vortex.Imaging.Resampling;

/// <summary>Lanczos for batches of floats, through 8 bits: values are multiplied by 255, cut to 0..255, resampled, divided by 255.</summary>
/// <remarks>
/// With alpha (2 or 4 channels), colours are multiplied by it before and divided by it after, in 8 bits, so that what is transparent
/// does not shine through.
/// </remarks>
internal static class LanczosResize
{
    internal static void Run(Raster source, Window window, Raster result, CancellationToken cancellationToken)
    {
        // A picture that keeps its size only goes through 8 bits; multiplying by alpha and back would lose more.
        bool same = window.Width == result.Width && window.Height == result.Height;
        bool alpha = source.Channels is 2 or 4 && !same;
        for (int entry = 0; entry < source.Count; entry++)
        {
            Lanczos8.Run(new Rows(source, window, result, entry, alpha), window.Width, window.Height, result.Width, result.Height, source.Channels, cancellationToken);
        }
    }

    private readonly struct Rows(Raster source, Window window, Raster result, int entry, bool alpha) : ILanczosRows
    {
        public void Read(int y, Span<byte> row)
        {
            UnitConversion.ToBytes(window.Row(source, entry, y), row);
            if (alpha)
            {
                PremultipliedBytes.Multiply(row, source.Channels);
            }
        }

        public void Write(int y, Span<byte> row)
        {
            if (alpha)
            {
                PremultipliedBytes.Divide(row, source.Channels);
            }

            UnitConversion.ToUnit(row, result.Row(entry, y));
        }
    }
}
