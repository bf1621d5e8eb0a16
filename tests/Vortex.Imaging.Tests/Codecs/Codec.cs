using Vortex.Imaging.Codecs;

namespace Vortex.Imaging.Tests.Codecs;

/// <summary>Skips a test, saying why, where the system's library is missing.</summary>
internal static class Codec
{
    public static void RequireJpeg() => Require(ImageFormat.Jpeg);

    public static void RequireWebP() => Require(ImageFormat.WebP);

    private static void Require(ImageFormat format)
    {
        CodecAvailability codec = ImageCodecs.Availability().Single(candidate => candidate.Format == format);
        Assert.SkipUnless(codec.Present, $"{codec.Name} is not installed. {codec.HowToInstall}.");
    }
}
