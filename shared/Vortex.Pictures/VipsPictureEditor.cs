using System.Runtime.InteropServices;
using NetVips;
using Vortex.Api;

namespace Vortex.Pictures;

/// <summary>Changes pictures by libvips, for hosts that have no runner's libraries beside them: PNG, JPEG and WebP, and no other format of the many that libvips reads.</summary>
/// <remarks>
/// <para>libvips works on a few rows at a time: beside its file and a copy of that a picture of 100 megapixels takes some 60 MB.
/// Formats are told by their first bytes: readers of formats that nobody asked for, and their faults, are out of reach of what people upload.</para>
/// <para>Safe to use from several threads.</para>
/// </remarks>
public sealed class VipsPictureEditor : IPictureEditor
{
    /// <summary>The most pixels of a picture that is read: 100 megapixels.</summary>
    public const long MaxPixels = 100_000_000;

    private const int Quality = 80;
    private const int AnyHeight = 10_000_000; // VIPS_MAX_COORD: as high as it comes

    // One thread each: a host serves several at once. And nothing is asked for twice, for that is what its callers keep answers for.
    static VipsPictureEditor()
    {
        if (IsAvailable)
        {
            NetVips.NetVips.Concurrency = 1;
            Cache.Max = 0;
        }
    }

    /// <summary>Gets whether libvips could be loaded; where it could not, no other member may be used.</summary>
    public static bool IsAvailable => ModuleInitializer.VipsInitialized;

    /// <inheritdoc/>
    public byte[]? Convert(ReadOnlyMemory<byte> picture, PictureForm form, CancellationToken cancellationToken = default) => Try(() =>
    {
        using Image? image = Open(picture);
        if (image is null)
        {
            return null;
        }

        // JPEG has no alpha; ComfyUI drops it as well.
        PictureChannels channels = form.MediaType == "image/jpeg" && form.Channels == PictureChannels.All ? PictureChannels.Colours : form.Channels;
        using Image selected = channels switch
        {
            PictureChannels.All => image.Copy(),
            PictureChannels.Colours => Colours(image),
            _ => OverBlack(image),
        };
        return Save(selected, form.MediaType, form.Quality, cancellationToken);
    }, cancellationToken);

    /// <inheritdoc/>
    public byte[]? PutAlpha(ReadOnlyMemory<byte> picture, ReadOnlyMemory<byte> mask, CancellationToken cancellationToken = default) => Try(() =>
    {
        using Image? image = Open(picture);
        using Image? other = Open(mask);
        if (image is null || other is null || (image.Width, image.Height) != (other.Width, other.Height))
        {
            return null;
        }

        using Image colours = Colours(image);
        using Image alpha = Alpha(other);
        using Image both = colours.Bandjoin(alpha);
        return Save(both, "image/png", 100, cancellationToken);
    }, cancellationToken);

    /// <inheritdoc/>
    public SmallPicture? Shrink(ReadOnlyMemory<byte> picture, int width, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        byte[]? small = Try(() =>
        {
            using Image? whole = Read(picture);
            // Turned pictures are as wide as they are shown.
            if (whole is null || (IsTurned(whole) ? whole.Height : whole.Width) <= width)
            {
                return null;
            }

            using Image image = whole.ThumbnailImage(width, height: AnyHeight, size: Enums.Size.Down);
            using Image plain = Plain(image);
            return Save(plain, "image/webp", Quality, cancellationToken);
        }, cancellationToken);
        return small is null ? null : new SmallPicture(small, "image/webp");
    }

    /// <summary>Opens a picture in eight bits a channel: grey or RGB, perhaps with alpha.</summary>
    /// <returns>The picture, as it lies in the file and not premultiplied; null for what is not read here.</returns>
    private static Image? Open(ReadOnlyMemory<byte> picture)
    {
        using Image? image = Read(picture);
        return image is null ? null : Plain(image);
    }

    private static Image? Read(ReadOnlyMemory<byte> picture)
    {
        // What is an array already is not copied: it may have 64 MiB.
        byte[] bytes = MemoryMarshal.TryGetArray(picture, out ArraySegment<byte> whole) && whole.Count == whole.Array!.Length ? whole.Array : picture.ToArray();
        const Enums.Access access = Enums.Access.Sequential; // row after row, once
        // A file that is cut off is no picture: half of it under its name would look like the whole.
        Image? image = bytes switch
        {
            [0x89, (byte)'P', (byte)'N', (byte)'G', ..] => Image.PngloadBuffer(bytes, access: access, failOn: Enums.FailOn.Truncated),
            [0xFF, 0xD8, 0xFF, ..] => Image.JpegloadBuffer(bytes, access: access, failOn: Enums.FailOn.Truncated),
            [(byte)'R', (byte)'I', (byte)'F', (byte)'F', _, _, _, _, (byte)'W', (byte)'E', (byte)'B', (byte)'P', ..] => Image.WebploadBuffer(bytes, access: access, failOn: Enums.FailOn.Truncated),
            _ => null,
        };
        if (image is not null && (long)image.Width * image.Height > MaxPixels)
        {
            image.Dispose();
            return null;
        }

        return image;
    }

    private static Image Plain(Image image) => image.Interpretation is Enums.Interpretation.Srgb or Enums.Interpretation.Bw && image.Format == Enums.BandFormat.Uchar
        ? image.Copy()
        : image.Colourspace(image.Interpretation is Enums.Interpretation.Bw or Enums.Interpretation.Grey16 ? Enums.Interpretation.Bw : Enums.Interpretation.Srgb);

    private static bool IsTurned(Image image) => image.Contains("orientation") && image.Get("orientation") is int and >= 5 and <= 8;

    private static Image Colours(Image image)
    {
        if (image.Bands >= 3)
        {
            return image.ExtractBand(0, n: 3);
        }

        using Image grey = image.ExtractBand(0);
        using Image two = grey.Bandjoin(grey, grey);
        return two.Copy(interpretation: Enums.Interpretation.Srgb);
    }

    private static Image Alpha(Image image) => image.HasAlpha() ? image.ExtractBand(image.Bands - 1) : Even(image, byte.MaxValue);

    private static Image OverBlack(Image image)
    {
        using Image alpha = Alpha(image);
        using Image black = Even(image, 0);
        using Image joined = black.Bandjoin(black, black, alpha);
        return joined.Copy(interpretation: Enums.Interpretation.Srgb);
    }

    private static Image Even(Image image, byte value)
    {
        using Image black = Image.Black(image.Width, image.Height);
        using Image even = black + value;
        return even.Cast(Enums.BandFormat.Uchar);
    }

    /// <summary>Computes the picture and writes it; of what the file said beside its pixels only the colour profile stays.</summary>
    private static byte[] Save(Image image, string mediaType, int quality, CancellationToken cancellationToken)
    {
        using CancellationTokenRegistration stop = cancellationToken.Register(() => image.SetKill(true));
        return mediaType switch
        {
            "image/jpeg" => image.JpegsaveBuffer(q: quality, keep: Enums.ForeignKeep.Icc),
            "image/webp" => image.WebpsaveBuffer(q: quality, keep: Enums.ForeignKeep.Icc),
            _ => image.PngsaveBuffer(compression: 4, keep: Enums.ForeignKeep.Icc),
        };
    }

    private static byte[]? Try(Func<byte[]?> work, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        try
        {
            return work();
        }
        catch (VipsException)
        {
            cancellationToken.ThrowIfCancellationRequested();
            return null;
        }
    }
}
