using System.Globalization;
using Vortex.Diffusion.Files.Gguf;
using Vortex.Tensors;
using Vortex.Tensors.Formats;

namespace Vortex.Diffusion.Files;

/// <summary>A GGUF file (version 2 or 3), mapped into memory. Plain formats are read where they lie; block formats become float32 when they are loaded.</summary>
/// <remarks>Dimensions are stored innermost first and turned round here. Where ComfyUI-GGUF flattened a tensor, its real shape is in the header.</remarks>
public sealed class GgufFile : IModelFile
{
    private const int MaxEntries = 200_000;
    private const int MaxRank = 8;
    private const int MaxAlignment = 1 << 20;
    private const string ShapePrefix = "comfy.gguf.orig_shape.";

    private readonly MappedFile _file;
    private readonly Dictionary<string, GgufTensor> _tensors = new(StringComparer.Ordinal);

    private GgufFile(string name, MappedFile file)
    {
        (Name, _file) = (name, file);
        GgufReader reader = new(file, name);
        (long tensors, long values) = ReadBegin(reader);
        Dictionary<string, string> metadata = new(StringComparer.Ordinal);
        for (long i = 0; i < values; i++)
        {
            string key = reader.Text();
            if (!metadata.TryAdd(key, reader.Value(reader.U32())))
            {
                throw reader.Damaged($"its header gives '{Short(key)}' twice");
            }
        }

        Metadata = metadata;
        List<(string Name, uint Type, Shape Shape, ulong Offset)> list = [];
        for (long i = 0; i < tensors; i++)
        {
            string key = reader.Text();
            Shape shape = ReadShape(reader, out uint type, out ulong offset);
            list.Add((key, type, shape, offset));
        }

        Dictionary<string, TensorInfo> infos = new(StringComparer.Ordinal);
        long alignment = Alignment(reader, metadata);
        long begin = (reader.Position + alignment - 1) / alignment * alignment;
        foreach ((string key, uint type, Shape shape, ulong offset) in list)
        {
            GgufTensor tensor = Place(reader, key, type, shape, offset, begin, alignment);
            if (!_tensors.TryAdd(key, tensor))
            {
                throw reader.Damaged($"'{Short(key)}' is listed twice");
            }

            infos.Add(key, new TensorInfo(key, GgufTypes.Loaded(type), RealShape(metadata, key, shape)));
        }

        Tensors = infos;
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, TensorInfo> Tensors { get; }

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>Opens a file.</summary>
    /// <param name="path">Where it lies.</param>
    /// <param name="displayName">What it is called in messages; null for the name without its folder.</param>
    /// <exception cref="DiffusionException">It cannot be read, is damaged, or is of a version or number format that is not read.</exception>
    public static GgufFile Open(string path, string? displayName = null)
    {
        string name = displayName ?? Path.GetFileName(path);
        MappedFile file = MappedFile.Open(path, name);
        try
        {
            return new GgufFile(name, file);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public unsafe Tensor Load(string name, ITensorBackend backend)
    {
        GgufTensor tensor = _tensors[name];
        TensorInfo info = Tensors[name];
        if (GgufTypes.IsPlain(tensor.Type))
        {
            return backend.Wrap(_file.Lend(tensor.Begin, tensor.Length), info.Type, info.Shape).Detach();
        }

        NativeCopy copy = new(info.Shape.Count * sizeof(float));
        int row = GgufTypes.BlockValues(tensor.Type);
        int bytes = GgufTypes.BlockBytes(tensor.Type);
        // In pieces, since a span holds two gigabytes at most.
        int step = (1 << 20) / row;
        long blocks = info.Shape.Count / row;
        for (long block = 0; block < blocks; block += step)
        {
            int count = (int)Math.Min(step, blocks - block);
            GgmlBlocks.ToFloat((GgmlFormat)tensor.Type, _file.Span(tensor.Begin + (block * bytes), count * bytes), new Span<float>((float*)copy.Pointer + (block * row), count * row));
        }

        return backend.Wrap(copy.Region, DType.Float32, info.Shape).Detach();
    }

    /// <summary>Closes the file; tensors of it stay valid.</summary>
    public void Dispose() => _file.Dispose();

    private static (long Tensors, long Values) ReadBegin(GgufReader reader)
    {
        if (reader.U32() != 0x46554747)
        {
            throw reader.Damaged("it does not begin with GGUF");
        }

        uint version = reader.U32();
        if (version is not (2 or 3))
        {
            throw reader.Unsupported(version is 0x02000000 or 0x03000000 ? "its numbers are big-endian" : $"it is GGUF of version {version}, and versions 2 and 3 are read");
        }

        (ulong tensors, ulong values) = (reader.U64(), reader.U64());
        return tensors <= MaxEntries && values <= MaxEntries ? ((long)tensors, (long)values) : throw reader.Damaged("its header claims more entries than any model has");
    }

    private static Shape ReadShape(GgufReader reader, out uint type, out ulong offset)
    {
        uint rank = reader.U32();
        if (rank > MaxRank)
        {
            throw reader.Damaged($"a tensor has {rank} dimensions");
        }

        int[] sizes = new int[rank];
        Int128 count = 1;
        for (int i = (int)rank - 1; i >= 0; i--)
        {
            ulong size = reader.U64();
            count *= Math.Max(size, 1);
            sizes[i] = size <= int.MaxValue && count <= 1L << 48 ? (int)size : throw reader.Damaged("a tensor's shape is impossible");
        }

        (type, offset) = (reader.U32(), reader.U64());
        return new Shape(sizes);
    }

    private static long Alignment(GgufReader reader, Dictionary<string, string> metadata)
    {
        if (!metadata.TryGetValue("general.alignment", out string? text))
        {
            return 32;
        }

        return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long alignment) && alignment is > 0 and <= MaxAlignment && (alignment & (alignment - 1)) == 0
            ? alignment
            : throw reader.Damaged($"its alignment is '{Short(text)}'");
    }

    private GgufTensor Place(GgufReader reader, string key, uint type, Shape shape, ulong offset, long begin, long alignment)
    {
        if (!GgufTypes.IsKnown(type))
        {
            throw ModelFileErrors.Unsupported(Name, $"'{Short(key)}' is stored in GGUF format {type} ({GgufTypes.NameOf(type)})");
        }

        int row = GgufTypes.BlockValues(type);
        if (shape.Count % row != 0 || (row > 1 && (shape.Rank == 0 || shape[-1] % row != 0)))
        {
            throw reader.Damaged($"'{Short(key)}' {shape} is no whole number of blocks");
        }

        long length = shape.Count / row * GgufTypes.BlockBytes(type);
        if (offset % (ulong)alignment != 0 || begin > _file.Length || offset > (ulong)(_file.Length - begin) || length > _file.Length - begin - (long)offset)
        {
            throw reader.Damaged($"'{Short(key)}' reaches beyond the file's end; the file is cut short");
        }

        return new GgufTensor(type, shape, begin + (long)offset, length);
    }

    private static Shape RealShape(Dictionary<string, string> metadata, string key, Shape stored)
    {
        if (!metadata.TryGetValue(ShapePrefix + key, out string? text))
        {
            return stored;
        }

        List<int> sizes = [];
        Int128 count = 1;
        foreach (string part in text.Split(','))
        {
            if (!int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out int size) || (count *= Math.Max(size, 1)) > stored.Count)
            {
                return stored;
            }

            sizes.Add(size);
        }

        Shape real = new(sizes.ToArray());
        return real.Count == stored.Count ? real : stored;
    }

    private static string Short(string text) => text.Length <= 100 ? text : text[..100] + "…";
}
