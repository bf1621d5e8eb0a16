namespace Vortex.Imaging.Rasters;

/// <summary>What operations say about the number of channels, in one voice.</summary>
internal static class ChannelCounts
{
    /// <summary>Returns the batch if its pictures have colours.</summary>
    internal static Raster AtLeastRgb(Raster source, string argument) => source.Channels >= 3
        ? source
        : throw new ImagingException(
            ImagingCodes.Channels,
            argument,
            $"'{argument}' has {source.Channels} channel(s) and needs three. Convert it to RGB first.");

    /// <summary>
    /// Brings a source to the channels of a destination: what the destination lacks is dropped, and an alpha of 1 is added where it
    /// has exactly one channel more.
    /// </summary>
    internal static Raster Matched(Raster source, int channels, string argument, CancellationToken cancellationToken)
    {
        if (source.Channels == channels)
        {
            return source;
        }

        if (source.Channels < channels - 1)
        {
            throw new ImagingException(
                ImagingCodes.Channels,
                argument,
                $"'{argument}' has {source.Channels} channel(s) and the other picture {channels}. Convert both to RGB, or both to RGBA.");
        }

        Raster result = Raster.Allocate(source.Count, source.Height, source.Width, channels);
        int kept = Math.Min(channels, source.Channels);
        Bands.Run(source.Rows, result.RowLength, (first, end) =>
        {
            for (int i = first * source.Width; i < end * source.Width; i++)
            {
                Span<float> pixel = result.Values.AsSpan(i * channels, channels);
                source.Values.AsSpan(i * source.Channels, kept).CopyTo(pixel);
                pixel[kept..].Fill(1f);
            }
        }, cancellationToken);
        return result;
    }
}
