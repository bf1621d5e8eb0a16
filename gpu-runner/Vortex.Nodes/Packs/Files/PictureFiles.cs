using Vortex.Imaging.Codecs;

namespace Vortex.Nodes.Packs.Files;

/// <summary>Reads a file that a workflow names as a picture, and says what is wrong with it as a problem of the input.</summary>
internal static class PictureFiles
{
    /// <summary>The longest file read, in bytes. The whole file is held while it is decoded.</summary>
    public const long MaxFileBytes = 512L << 20;

    /// <summary>Reads, decodes and turns upright. Of an animation the first picture.</summary>
    /// <exception cref="NodeProblemException">Too long, damaged, not a picture or beyond a limit; the code is the codec's.</exception>
    public static async Task<DecodedImage> DecodeAsync(NodeFile file, string port, CancellationToken cancellationToken)
    {
        if (file.Size > MaxFileBytes)
        {
            throw new NodeProblemException(ImageErrorCodes.TooLarge, port, $"'{file.Name}' has {file.Size:N0} bytes; at most {MaxFileBytes:N0} are read. Use a smaller file.");
        }

        byte[] content = new byte[file.Size];
        await using (Stream stream = await file.OpenAsync(cancellationToken))
        {
            await stream.ReadExactlyAsync(content, cancellationToken);
        }

        try
        {
            return ImageFile.Decode(content, cancellationToken: cancellationToken);
        }
        catch (ImageFormatException exception)
        {
            throw new NodeProblemException(exception.Code, port, $"'{file.Name}': {exception.Message}");
        }
    }
}
