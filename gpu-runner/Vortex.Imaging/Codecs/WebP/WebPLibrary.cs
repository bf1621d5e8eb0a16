using System.Runtime.InteropServices;
using Vortex.Imaging.Codecs.Native;

namespace Vortex.Imaging.Codecs.WebP;

/// <summary>The functions of libwebp that are used: its simple interface, unchanged since 0.5.</summary>
internal sealed unsafe class WebPLibrary
{
    private const int DecoderAbi = 0x0200;

    // A missing library is looked for again at the next picture: somebody may have installed it.
    private static readonly Lazy<WebPLibrary> Loaded = new(() => new WebPLibrary(NativeCodec.WebP.Load()), LazyThreadSafetyMode.PublicationOnly);

    private readonly delegate* unmanaged[Cdecl]<byte*, nuint, Features*, int, int> _features;

    private WebPLibrary(nint library)
    {
        _features = (delegate* unmanaged[Cdecl]<byte*, nuint, Features*, int, int>)Function(library, "WebPGetFeaturesInternal");
        DecodeRgb = (delegate* unmanaged[Cdecl]<byte*, nuint, byte*, nuint, int, byte*>)Function(library, "WebPDecodeRGBInto");
        DecodeRgba = (delegate* unmanaged[Cdecl]<byte*, nuint, byte*, nuint, int, byte*>)Function(library, "WebPDecodeRGBAInto");
        EncodeRgb = (delegate* unmanaged[Cdecl]<byte*, int, int, int, float, byte**, nuint>)Function(library, "WebPEncodeRGB");
        EncodeRgba = (delegate* unmanaged[Cdecl]<byte*, int, int, int, float, byte**, nuint>)Function(library, "WebPEncodeRGBA");
        EncodeLosslessRgb = (delegate* unmanaged[Cdecl]<byte*, int, int, int, byte**, nuint>)Function(library, "WebPEncodeLosslessRGB");
        EncodeLosslessRgba = (delegate* unmanaged[Cdecl]<byte*, int, int, int, byte**, nuint>)Function(library, "WebPEncodeLosslessRGBA");
        Free = (delegate* unmanaged[Cdecl]<byte*, void>)Function(library, "WebPFree");
    }

    /// <summary>Gets the library, loading it at the first call.</summary>
    /// <exception cref="ImageFormatException">It is not installed: <see cref="ImageErrorCodes.CodecMissing"/>.</exception>
    internal static WebPLibrary Instance => Loaded.Value;

    /// <summary>Gets (file, length, pixels, bytes of pixels, bytes per row), null on failure.</summary>
    internal delegate* unmanaged[Cdecl]<byte*, nuint, byte*, nuint, int, byte*> DecodeRgb { get; }

    /// <summary>Gets the same as <see cref="DecodeRgb"/> with alpha, not premultiplied.</summary>
    internal delegate* unmanaged[Cdecl]<byte*, nuint, byte*, nuint, int, byte*> DecodeRgba { get; }

    /// <summary>Gets (pixels, width, height, bytes per row, quality, out file), the length or 0 on failure.</summary>
    internal delegate* unmanaged[Cdecl]<byte*, int, int, int, float, byte**, nuint> EncodeRgb { get; }

    /// <summary>Gets the same as <see cref="EncodeRgb"/> with alpha.</summary>
    internal delegate* unmanaged[Cdecl]<byte*, int, int, int, float, byte**, nuint> EncodeRgba { get; }

    /// <summary>Gets (pixels, width, height, bytes per row, out file), the length or 0 on failure.</summary>
    internal delegate* unmanaged[Cdecl]<byte*, int, int, int, byte**, nuint> EncodeLosslessRgb { get; }

    /// <summary>Gets the same as <see cref="EncodeLosslessRgb"/> with alpha.</summary>
    internal delegate* unmanaged[Cdecl]<byte*, int, int, int, byte**, nuint> EncodeLosslessRgba { get; }

    /// <summary>Gets what gives memory of the encoders back.</summary>
    internal delegate* unmanaged[Cdecl]<byte*, void> Free { get; }

    /// <summary>Returns the version the library gives, as in 1.2.4.</summary>
    internal static string? Version(nint library)
    {
        if (!NativeLibrary.TryGetExport(library, "WebPGetDecoderVersion", out nint address))
        {
            return null;
        }

        int version = ((delegate* unmanaged[Cdecl]<int>)address)();
        return $"{version >> 16}.{(version >> 8) & 255}.{version & 255}";
    }

    /// <summary>Reads size and alpha out of the bitstream.</summary>
    /// <exception cref="ImageFormatException">It is damaged or cut short.</exception>
    internal (int Width, int Height, bool Alpha) ReadFeatures(ReadOnlySpan<byte> file)
    {
        Features features = default;
        int status;
        fixed (byte* bytes = file)
        {
            status = _features(bytes, (nuint)file.Length, &features, DecoderAbi);
        }

        const int NotEnoughData = 7;
        return status switch
        {
            0 => (features.Width, features.Height, features.HasAlpha != 0),
            NotEnoughData => throw ImageFormatException.Truncated("WebP"),
            _ => throw ImageFormatException.Corrupt("WebP", $"libwebp refuses its header with status {status}"),
        };
    }

    private static nint Function(nint library, string name) =>
        NativeLibrary.TryGetExport(library, name, out nint address) ? address : throw NativeCodec.WebP.TooOld(name);

    /// <summary>WebPBitstreamFeatures of decode.h.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct Features
    {
        internal int Width;
        internal int Height;
        internal int HasAlpha;
        internal int HasAnimation;
        internal int Format;
        internal int Padding0;
        internal int Padding1;
        internal int Padding2;
        internal int Padding3;
        internal int Padding4;
    }
}
