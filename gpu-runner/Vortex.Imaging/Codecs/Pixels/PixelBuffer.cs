namespace Vortex.Imaging.Codecs.Pixels;

/// <summary>Memory for decoded pixels. The limits have been checked by then; the machine may still have less.</summary>
internal static class PixelBuffer
{
    /// <summary>Returns uninitialised memory for a picture; every byte must be written.</summary>
    /// <exception cref="ImageFormatException">This machine does not have that much memory.</exception>
    internal static byte[] Allocate(int width, int height, int channels)
    {
        long length = (long)width * height * channels;
        try
        {
            return GC.AllocateUninitializedArray<byte>(checked((int)length));
        }
        catch (OutOfMemoryException failure)
        {
            throw new ImageFormatException(
                ImageErrorCodes.TooLarge,
                $"The picture is {width}x{height} and needs {length} bytes, more memory than this machine has free. Scale it down, or free memory.",
                failure);
        }
    }
}
