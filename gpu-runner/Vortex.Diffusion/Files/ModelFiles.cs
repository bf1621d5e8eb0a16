using System.Buffers.Binary;
using System.Text;

namespace Vortex.Diffusion.Files;

/// <summary>Opens model files of every kind that is read.</summary>
public static class ModelFiles
{
    /// <summary>Opens a file, choosing the reader by what the file holds; the ending of its name does not matter.</summary>
    /// <param name="path">Where it lies.</param>
    /// <param name="displayName">What it is called in messages; null for the name without its folder.</param>
    /// <exception cref="DiffusionException">It cannot be read, is damaged, or is of a kind that is not read.</exception>
    public static IModelFile Open(string path, string? displayName = null)
    {
        string name = displayName ?? Path.GetFileName(path);
        byte[] head = Head(path, name);
        if (IsSafetensors(head))
        {
            return SafetensorsFile.Open(path, name);
        }

        if (head.AsSpan().StartsWith("GGUF"u8))
        {
            return GgufFile.Open(path, name);
        }

        if (PickleFile.Recognises(head))
        {
            return PickleFile.Open(path, name);
        }

        if (head.AsSpan().StartsWith("version https://git-lfs"u8))
        {
            throw ModelFileErrors.Unsupported(name, "it is a Git LFS pointer and not the model itself; fetch the model with 'git lfs pull'");
        }

        if (Encoding.Latin1.GetString(head).TrimStart().StartsWith('<'))
        {
            throw ModelFileErrors.Unsupported(name, "it is a web page and not a model; the download went wrong, perhaps for want of a login");
        }

        // A text header in the right place says what the file was meant to be.
        return head.Length >= 8 && Path.GetExtension(path).Equals(".safetensors", StringComparison.OrdinalIgnoreCase)
            ? SafetensorsFile.Open(path, name)
            : throw ModelFileErrors.Unsupported(name, "it is no safetensors, GGUF or PyTorch file");
    }

    private static bool IsSafetensors(ReadOnlySpan<byte> head) =>
        head.Length >= 10 && BinaryPrimitives.ReadUInt64LittleEndian(head) <= SafetensorsHeader.MaxLength && head[8] == '{';

    private static byte[] Head(string path, string name)
    {
        try
        {
            using FileStream stream = File.OpenRead(path);
            byte[] head = new byte[64];
            return head[..stream.ReadAtLeast(head, head.Length, throwOnEndOfStream: false)];
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new DiffusionException(DiffusionCodes.FileDamaged, $"The model file '{name}' cannot be read: {problem.Message}");
        }
    }
}
