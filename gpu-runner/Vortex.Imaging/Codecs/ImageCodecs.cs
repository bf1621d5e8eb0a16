using Vortex.Imaging.Codecs.Jpeg;
using Vortex.Imaging.Codecs.Native;
using Vortex.Imaging.Codecs.WebP;

namespace Vortex.Imaging.Codecs;

/// <summary>Which picture formats this machine can read and write.</summary>
public static class ImageCodecs
{
    /// <summary>Looks for each codec now; <c>vortex doctor</c> prints the list.</summary>
    /// <returns>PNG, JPEG and WebP, in this order.</returns>
    public static IReadOnlyList<CodecAvailability> Availability() =>
    [
        new CodecAvailability(ImageFormat.Png, "PNG (managed code)", Present: true, Version: null, HowToInstall: ""),
        Probe(ImageFormat.Jpeg, NativeCodec.TurboJpeg, TurboJpegLibrary.Version),
        Probe(ImageFormat.WebP, NativeCodec.WebP, WebPLibrary.Version),
    ];

    internal static CodecAvailability Probe(ImageFormat format, NativeCodec codec, Func<nint, string?> version)
    {
        bool present = codec.TryLoad(out nint library);
        return new CodecAvailability(format, codec.Name, present, present ? version(library) : null, codec.Install);
    }
}
