using System.Buffers.Binary;
using System.Collections.Immutable;
using Vortex.Diffusion.Files.Pickle;
using Vortex.Tensors;

namespace Vortex.Diffusion.Files;

/// <summary>A PyTorch file (<c>.ckpt</c>, <c>.pt</c>, <c>.pth</c>, <c>.bin</c>), in the zip format or the one before it. Tensors are read where they lie in the mapped file.</summary>
/// <remarks>
/// Such a file is a program for Python's unpickler. Here it is only looked through for tensors: dictionaries, lists and PyTorch's own tensor constructors mean
/// something, and a call of anything else makes an inert object. No code of a file runs, whatever it asks for.
/// </remarks>
public sealed class PickleFile : IModelFile
{
    private const int MaxPickle = 100_000_000;

    // The first bytes of torch.save before 1.6: a pickle of PyTorch's magic number.
    private static readonly byte[] s_legacyMagic = [0x8a, 0x0a, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19, (byte)'.'];

    private readonly MappedFile _file;
    private readonly Dictionary<string, (PickleTensor Tensor, long Begin)> _tensors = new(StringComparer.Ordinal);

    private PickleFile(string name, MappedFile file, StateDict contents, Func<PickleStorage, (long Begin, long Length)> storages, PickleTensors constructors)
    {
        (Name, _file, Metadata) = (name, file, contents.Metadata);
        Dictionary<string, TensorInfo> infos = new(StringComparer.Ordinal);
        foreach ((string key, PickleTensor tensor) in contents.Tensors)
        {
            (long begin, long length) = storages(tensor.Storage);
            Int128 needed = (Int128)tensor.Storage.Count * (tensor.Storage.Type is { } type ? type.Size() : 1);
            if (length < needed)
            {
                throw ModelFileErrors.Damaged(name, $"the values of '{key}' take {needed:N0} bytes, but only {length:N0} are there");
            }

            _tensors.Add(key, (tensor, begin));
            infos.Add(key, new TensorInfo(key, tensor.Type, tensor.Shape));
        }

        Tensors = infos;
        Ignored = [.. constructors.Ignored];
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, TensorInfo> Tensors { get; }

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>Gets the names of what the file wanted to have called and was not, sorted. Training tools leave a few; <c>os.system</c> is an attack.</summary>
    public ImmutableArray<string> Ignored { get; }

    /// <summary>Opens a file.</summary>
    /// <param name="path">Where it lies.</param>
    /// <param name="displayName">What it is called in messages; null for the name without its folder.</param>
    /// <exception cref="DiffusionException">It cannot be read, is damaged, or is no PyTorch file of a kind that is read.</exception>
    public static PickleFile Open(string path, string? displayName = null)
    {
        string name = displayName ?? Path.GetFileName(path);
        MappedFile file = MappedFile.Open(path, name);
        try
        {
            return file.Length >= 4 && file.Span(0, 2).SequenceEqual("PK"u8) ? ReadZip(name, file) : ReadLegacy(name, file);
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
        (PickleTensor tensor, long begin) = _tensors[name];
        int size = tensor.Type.Size();
        long length = tensor.Shape.Count * size;
        if (IsContiguous(tensor))
        {
            return backend.Wrap(_file.Lend(length == 0 ? 0 : begin + (tensor.Offset * size), length), tensor.Type, tensor.Shape).Detach();
        }

        // Transposed and cut views are put in order once.
        NativeCopy copy = new(length);
        long span = 1;
        for (int i = 0; i < tensor.Shape.Rank; i++)
        {
            span += (tensor.Shape[i] - 1) * tensor.Strides[i];
        }

        NativeRegion source = _file.Lend(begin + (tensor.Offset * size), span * size);
        Gather((byte*)source.Address, copy.Pointer, tensor, size);
        return backend.Wrap(copy.Region, tensor.Type, tensor.Shape).Detach();
    }

    /// <summary>Closes the file; tensors of it stay valid.</summary>
    public void Dispose() => _file.Dispose();

    /// <summary>Says whether a file begins as a PyTorch file does.</summary>
    internal static bool Recognises(ReadOnlySpan<byte> head) => head.StartsWith("PK\u0003\u0004"u8) || (head.Length > 2 && head[0] == 0x80 && head[1] <= 5);

    private static PickleFile ReadZip(string name, MappedFile file)
    {
        Dictionary<string, (long Begin, long Length)> entries = ZipIndex.Read(file, name);
        string? pickle = entries.Keys.Where(entry => entry == "data.pkl" || entry.EndsWith("/data.pkl", StringComparison.Ordinal)).MinBy(entry => entry.Length);
        if (pickle is null)
        {
            throw ModelFileErrors.Unsupported(name, "it is an archive, but none of PyTorch: it holds no data.pkl");
        }

        string root = pickle[..^"data.pkl".Length];
        if (entries.ContainsKey(root + "constants.pkl"))
        {
            throw ModelFileErrors.Unsupported(name, "it is a TorchScript program; take the same model as safetensors");
        }

        if (entries.TryGetValue(root + "byteorder", out (long Begin, long Length) order) && order.Length < 16 && file.Span(order.Begin, (int)order.Length).SequenceEqual("big"u8))
        {
            throw ModelFileErrors.Unsupported(name, "its numbers are big-endian");
        }

        (long begin, long length) = entries[pickle];
        if (length > MaxPickle)
        {
            throw ModelFileErrors.Damaged(name, $"its list of contents takes {length:N0} bytes, more than the {MaxPickle:N0} allowed");
        }

        PickleTensors constructors = new(what => ModelFileErrors.Damaged(name, what));
        Unpickler unpickler = new(file.Span(begin, (int)length), constructors, what => ModelFileErrors.Damaged(name, what));
        StateDict contents = StateDict.Of(unpickler.Read());
        return new PickleFile(
            name,
            file,
            contents,
            storage => entries.TryGetValue($"{root}data/{storage.Key}", out (long Begin, long Length) place) ? place : throw ModelFileErrors.Damaged(name, $"the values '{Short(storage.Key)}' are missing"),
            constructors);
    }

    private static PickleFile ReadLegacy(string name, MappedFile file)
    {
        DiffusionException Fail(string what) => ModelFileErrors.Damaged(name, what);
        if (file.Length < 15 || !file.Span(2, 13).SequenceEqual(s_legacyMagic))
        {
            throw ModelFileErrors.Unsupported(name, "it is a pickle, but none that PyTorch saved");
        }

        PickleTensors constructors = new(Fail);
        long at = 15;
        object? Next()
        {
            Unpickler unpickler = new(file.Span(at, (int)Math.Min(file.Length - at, MaxPickle)), constructors, Fail);
            object? value = unpickler.Read();
            at += unpickler.Consumed;
            return value;
        }

        // Protocol version and notes on the machine; then the contents, and which storages follow in which order.
        Next();
        Next();
        StateDict contents = StateDict.Of(Next());
        List<object?> keys = Next() as List<object?> ?? throw Fail("its list of values is none");
        Dictionary<string, (long Begin, long Length)> places = new(StringComparer.Ordinal);
        foreach (object? key in keys)
        {
            // Without a type there is no telling how long the values are; nothing behind them can be found then.
            if (key is not string text || !constructors.Storages.TryGetValue(text, out PickleStorage? storage) || storage.Type is not { } type || at > file.Length - 8)
            {
                break;
            }

            long count = BinaryPrimitives.ReadInt64LittleEndian(file.Span(at, 8));
            at += 8;
            if (count != storage.Count || count > (file.Length - at) / type.Size())
            {
                throw Fail($"the values '{Short(text)}' are cut short");
            }

            places[text] = (at, count * type.Size());
            at += count * type.Size();
        }

        return new PickleFile(name, file, contents, storage => places.TryGetValue(storage.Key, out (long Begin, long Length) place) ? place : throw Fail($"the values '{Short(storage.Key)}' are missing"), constructors);
    }

    private static bool IsContiguous(PickleTensor tensor)
    {
        long step = 1;
        for (int i = tensor.Shape.Rank - 1; i >= 0; i--)
        {
            if (tensor.Shape[i] != 1 && tensor.Strides[i] != step)
            {
                return tensor.Shape.Count == 0;
            }

            step *= Math.Max(1, tensor.Shape[i]);
        }

        return true;
    }

    private static unsafe void Gather(byte* source, byte* target, PickleTensor tensor, int size)
    {
        int rank = tensor.Shape.Rank;
        long[] index = new long[rank];
        long from = 0;
        for (long i = 0; i < tensor.Shape.Count; i++)
        {
            Buffer.MemoryCopy(source + (from * size), target + (i * size), size, size);
            for (int d = rank - 1; d >= 0; d--)
            {
                from += tensor.Strides[d];
                if (++index[d] < tensor.Shape[d])
                {
                    break;
                }

                from -= index[d] * tensor.Strides[d];
                index[d] = 0;
            }
        }
    }

    private static string Short(string text) => text.Length <= 100 ? text : text[..100] + "…";
}
