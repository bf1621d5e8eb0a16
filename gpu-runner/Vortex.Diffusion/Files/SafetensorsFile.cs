using System.Buffers.Binary;
using Vortex.Tensors;

namespace Vortex.Diffusion.Files;

/// <summary>A safetensors file, mapped into memory: opening reads the header, loading copies nothing where the backend can use the file's pages.</summary>
/// <remarks>The layout is 8 bytes of header length, a JSON header, raw little-endian values. Every byte must belong to exactly one tensor.</remarks>
public sealed class SafetensorsFile : IModelFile
{
    private readonly MappedFile _file;
    private readonly SafetensorsHeader _header;
    private readonly long _dataBegin;

    private SafetensorsFile(string name, MappedFile file, SafetensorsHeader header, long dataBegin) =>
        (Name, _file, _header, _dataBegin) = (name, file, header, dataBegin);

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, TensorInfo> Tensors => _header.Tensors;

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, string> Metadata => _header.Metadata;

    /// <summary>Opens a file.</summary>
    /// <param name="path">Where it lies.</param>
    /// <param name="displayName">What it is called in messages; null for the name without its folder.</param>
    /// <exception cref="DiffusionException">It cannot be read, or its header is damaged or names a format that is not read.</exception>
    public static SafetensorsFile Open(string path, string? displayName = null)
    {
        string name = displayName ?? Path.GetFileName(path);
        MappedFile file = MappedFile.Open(path, name);
        try
        {
            return Read(name, file);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public Tensor Load(string name, ITensorBackend backend)
    {
        TensorInfo info = Tensors[name];
        (long begin, long end) = _header.Places[name];
        return backend.Wrap(_file.Lend(_dataBegin + begin, end - begin), info.Type, info.Shape).Detach();
    }

    /// <summary>Closes the file; tensors of it stay valid.</summary>
    public void Dispose() => _file.Dispose();

    private static SafetensorsFile Read(string name, MappedFile file)
    {
        if (file.Length < 10)
        {
            throw ModelFileErrors.Damaged(name, $"it has only {file.Length} bytes");
        }

        ulong length = BinaryPrimitives.ReadUInt64LittleEndian(file.Span(0, 8));
        if (length > SafetensorsHeader.MaxLength)
        {
            throw ModelFileErrors.Damaged(name, $"its header claims {length:N0} bytes, more than the {SafetensorsHeader.MaxLength:N0} allowed");
        }

        if (length > (ulong)(file.Length - 8))
        {
            throw ModelFileErrors.Damaged(name, $"its header claims {length:N0} bytes, but only {file.Length - 8:N0} follow; the file is cut short");
        }

        long dataBegin = 8 + (long)length;
        return new SafetensorsFile(name, file, SafetensorsHeader.Parse(file.Span(8, (int)length), file.Length - dataBegin, name), dataBegin);
    }
}
