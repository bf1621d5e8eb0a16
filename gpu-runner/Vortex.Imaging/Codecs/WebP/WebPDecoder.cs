using Vortex.Imaging.Codecs.Pixels;

namespace Vortex.Imaging.Codecs.WebP;

/// <summary>Reads WebP through libwebp, lossy and lossless; of an animation the first picture.</summary>
internal static class WebPDecoder
{
    internal static ImageInfo Identify(ReadOnlyMemory<byte> file, ImageLimits limits)
    {
        WebPContainer container = WebPContainer.Read(file, limits);
        return new ImageInfo(ImageFormat.WebP, container.Width, container.Height, container.Metadata);
    }

    /// <summary>Decodes the picture as stored; the orientation is not applied.</summary>
    internal static DecodedImage Decode(ReadOnlyMemory<byte> file, ImageLimits limits, CancellationToken cancellationToken)
    {
        WebPContainer container = WebPContainer.Read(file, limits);
        (int width, int height) = (container.Width, container.Height);
        limits.CheckSize(width, height, container.Alpha ? 4 : 3);
        WebPLibrary library = WebPLibrary.Instance;
        cancellationToken.ThrowIfCancellationRequested();
        if (container.FirstFrame is { } frame)
        {
            int depth = container.Alpha ? 4 : 3;
            byte[] canvas = OnCanvas(library, container, frame, limits, depth);
            return new DecodedImage(ImageFormat.WebP, width, height, depth, canvas, AlphaOf(depth), container.Metadata);
        }

        bool alpha = library.ReadFeatures(container.Riff.Span).Alpha;
        int channels = alpha ? 4 : 3;
        limits.CheckSize(width, height, channels);
        byte[] pixels = DecodePixels(library, container.Riff.Span, width, height, channels);
        return new DecodedImage(ImageFormat.WebP, width, height, channels, pixels, AlphaOf(channels), container.Metadata);
    }

    private static AlphaSource AlphaOf(int channels) => channels == 4 ? AlphaSource.Channel : AlphaSource.None;

    /// <summary>Decodes a frame and lays it on the empty canvas, transparent or black, as browsers begin an animation.</summary>
    private static byte[] OnCanvas(WebPLibrary library, WebPContainer container, WebPFrame frame, ImageLimits limits, int channels)
    {
        if ((long)frame.Left + frame.Width > container.Width || (long)frame.Top + frame.Height > container.Height)
        {
            throw ImageFormatException.Corrupt("WebP", "the first frame of its animation lies outside the canvas");
        }

        limits.CheckSize(frame.Width, frame.Height, channels);
        byte[] pixels = DecodePixels(library, frame.ToFile(), frame.Width, frame.Height, channels);
        if (frame.Width == container.Width && frame.Height == container.Height)
        {
            return pixels;
        }

        byte[] canvas = PixelBuffer.Allocate(container.Width, container.Height, channels);
        Array.Clear(canvas);
        int length = frame.Width * channels;
        for (int y = 0; y < frame.Height; y++)
        {
            int to = (((frame.Top + y) * container.Width) + frame.Left) * channels;
            pixels.AsSpan(y * length, length).CopyTo(canvas.AsSpan(to));
        }

        return canvas;
    }

    private static unsafe byte[] DecodePixels(WebPLibrary library, ReadOnlySpan<byte> file, int width, int height, int channels)
    {
        (int actualWidth, int actualHeight, _) = library.ReadFeatures(file);
        if (actualWidth != width || actualHeight != height)
        {
            throw ImageFormatException.Corrupt("WebP", "it contradicts itself about its size");
        }

        byte[] pixels = PixelBuffer.Allocate(width, height, channels);
        fixed (byte* bytes = file)
        fixed (byte* target = pixels)
        {
            byte* result = channels == 4
                ? library.DecodeRgba(bytes, (nuint)file.Length, target, (nuint)pixels.Length, width * channels)
                : library.DecodeRgb(bytes, (nuint)file.Length, target, (nuint)pixels.Length, width * channels);
            return result != null ? pixels : throw ImageFormatException.Corrupt("WebP", "libwebp cannot decode its pixels");
        }
    }
}
