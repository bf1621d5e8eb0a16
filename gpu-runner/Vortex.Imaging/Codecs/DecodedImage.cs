using Vortex.Imaging.Codecs.Pixels;

namespace Vortex.Imaging.Codecs;

/// <summary>A decoded picture: 8 bits per channel, interleaved, rows from the top without padding.</summary>
public sealed class DecodedImage
{
    /// <summary>Takes over <paramref name="pixels"/>; the caller must not write to it any more.</summary>
    internal DecodedImage(ImageFormat format, int width, int height, int channels, byte[] pixels, AlphaSource alpha, ImageMetadata metadata)
    {
        if (pixels.LongLength != (long)width * height * channels)
        {
            throw new ArgumentException($"{pixels.LongLength} bytes do not fill {width}x{height}x{channels}.", nameof(pixels));
        }

        if ((alpha != AlphaSource.None) != (channels is 2 or 4))
        {
            throw new ArgumentException($"{channels} channels contradict alpha from {alpha}.", nameof(alpha));
        }

        (Format, Width, Height, Channels, Pixels, Alpha, Metadata) = (format, width, height, channels, pixels, alpha, metadata);
    }

    /// <summary>Gets the format of the file.</summary>
    public ImageFormat Format { get; }

    /// <summary>Gets the columns.</summary>
    public int Width { get; }

    /// <summary>Gets the rows.</summary>
    public int Height { get; }

    /// <summary>Gets 1 (grey), 2 (grey and alpha), 3 (RGB) or 4 (RGBA, not premultiplied).</summary>
    public int Channels { get; }

    /// <summary>Gets width * height * channels bytes. Treat as read-only.</summary>
    public byte[] Pixels { get; }

    /// <summary>Gets where the alpha channel comes from; <see cref="AlphaSource.None"/> exactly when there is none.</summary>
    public AlphaSource Alpha { get; }

    /// <summary>Gets text, orientation and EXIF. The orientation is 1 once it has been applied.</summary>
    public ImageMetadata Metadata { get; }

    /// <summary>Returns the picture as a batch of one RGB picture, each value divided by 255, as LoadImage gives it.</summary>
    /// <remarks>Grey becomes three equal channels; alpha is dropped without being applied to the colours.</remarks>
    public ImageBatch ToImageBatch()
    {
        float[] values = GC.AllocateUninitializedArray<float>(checked(Width * Height * 3));
        UnitConversion.RgbToUnit(Pixels, Channels, values);
        return new ImageBatch(1, Height, Width, 3, values);
    }

    /// <summary>Returns the picture as a batch of one with the channels it has, each value divided by 255.</summary>
    public ImageBatch ToImageBatchWithAllChannels()
    {
        float[] values = GC.AllocateUninitializedArray<float>(Pixels.Length);
        UnitConversion.ToUnit(Pixels, values);
        return new ImageBatch(1, Height, Width, Channels, values);
    }

    /// <summary>Returns the mask LoadImage derives: 1 - alpha, so that what is transparent is selected.</summary>
    /// <returns>
    /// The mask, or <see langword="null"/> where LoadImage sees no alpha: without an alpha channel, and for
    /// <see cref="AlphaSource.ColorKey"/>. What stands in for it then (a 64x64 mask of zeros) is the node's business.
    /// </returns>
    public MaskBatch? ToMask() => Alpha is AlphaSource.Channel or AlphaSource.Palette ? ToTransparencyMask() : null;

    /// <summary>Returns 1 - alpha whatever the alpha comes from, as LoadImageMask does for its channel "alpha"; zeros for an opaque picture.</summary>
    public MaskBatch ToTransparencyMask()
    {
        float[] values = new float[checked(Width * Height)];
        if (Alpha != AlphaSource.None)
        {
            UnitConversion.InvertedAlpha(Pixels, Channels, values);
        }

        return new MaskBatch(1, Height, Width, values);
    }

    /// <summary>Returns the picture turned and mirrored as its EXIF orientation asks; itself where it asks for nothing.</summary>
    /// <remarks>The text stays; the EXIF block is dropped, since its orientation no longer holds.</remarks>
    public DecodedImage Upright()
    {
        if (Metadata.Orientation == 1)
        {
            return this;
        }

        byte[] turned = PixelBuffer.Allocate(Width, Height, Channels);
        bool swapped = Orientation.Apply(Metadata.Orientation, Pixels, Width, Height, Channels, turned);
        ImageMetadata metadata = Metadata with { Orientation = 1, Exif = default };
        return swapped
            ? new DecodedImage(Format, Height, Width, Channels, turned, Alpha, metadata)
            : new DecodedImage(Format, Width, Height, Channels, turned, Alpha, metadata);
    }
}
