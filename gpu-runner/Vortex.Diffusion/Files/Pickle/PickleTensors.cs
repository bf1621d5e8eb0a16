using System.Collections.Frozen;
using Vortex.Tensors;

namespace Vortex.Diffusion.Files.Pickle;

/// <summary>The few constructors of a PyTorch file that mean something here. Everything else a pickle asks for is inert.</summary>
/// <param name="fail">Makes the exception for a contradiction.</param>
internal sealed class PickleTensors(Func<string, DiffusionException> fail)
{
    private const int MaxRank = 16;

    // Copying is the one thing that could make more than a file's bytes pay for.
    private const int MaxCopied = 2_000_000;

    private static readonly FrozenDictionary<string, DType> s_storages = new Dictionary<string, DType>
    {
        ["FloatStorage"] = DType.Float32,
        ["HalfStorage"] = DType.Float16,
        ["BFloat16Storage"] = DType.BFloat16,
        ["DoubleStorage"] = DType.Float64,
        ["LongStorage"] = DType.Int64,
        ["IntStorage"] = DType.Int32,
        ["ShortStorage"] = DType.Int16,
        ["CharStorage"] = DType.Int8,
        ["ByteStorage"] = DType.UInt8,
        ["BoolStorage"] = DType.Bool,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private static readonly FrozenDictionary<string, DType> s_types = new Dictionary<string, DType>
    {
        ["float32"] = DType.Float32,
        ["float16"] = DType.Float16,
        ["bfloat16"] = DType.BFloat16,
        ["float64"] = DType.Float64,
        ["float8_e4m3fn"] = DType.Float8E4M3,
        ["float8_e5m2"] = DType.Float8E5M2,
        ["int64"] = DType.Int64,
        ["int32"] = DType.Int32,
        ["int16"] = DType.Int16,
        ["int8"] = DType.Int8,
        ["uint8"] = DType.UInt8,
        ["bool"] = DType.Bool,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private int _copied;

    /// <summary>Gets the names that were asked for and stayed inert.</summary>
    public SortedSet<string> Ignored { get; } = new(StringComparer.Ordinal);

    /// <summary>Gets the storages that were referred to, by key.</summary>
    public Dictionary<string, PickleStorage> Storages { get; } = new(StringComparer.Ordinal);

    /// <summary>Does what a call of a global with arguments means.</summary>
    public object? Reduce(object? callable, object?[] arguments)
    {
        if (callable is not PickleGlobal global)
        {
            return PickleInert.Instance;
        }

        switch (global.Module, global.Name)
        {
            case ("torch._utils", "_rebuild_tensor" or "_rebuild_tensor_v2") when arguments.Length >= 4:
                return Tensor(arguments, null);
            case ("torch._utils", "_rebuild_tensor_v3") when arguments.Length >= 7:
                return Tensor(arguments, arguments[6] is PickleGlobal { Module: "torch" } type && s_types.TryGetValue(type.Name, out DType known) ? known : throw fail($"the number format {arguments[6]} is not known"));
            case ("torch._utils", "_rebuild_parameter" or "_rebuild_parameter_with_state") when arguments.Length >= 1:
                return arguments[0];
            case ("torch._tensor", "_rebuild_from_type_v2") when arguments.Length >= 3 && arguments[2] is object?[] inner:
                return Reduce(arguments[0], inner);
            case ("collections", "OrderedDict" or "defaultdict"):
                return Dictionary(arguments);
            case ("torch.nn.modules.container", "ParameterDict"):
                return new PickleDict();
            case ("torch", "Size") when arguments.Length == 1:
                return arguments[0];
            default:
                Ignored.Add(global.ToString());
                return PickleInert.Instance;
        }
    }

    /// <summary>Adds entries of one dictionary to another, as long as that stays within reason.</summary>
    public void Copy(List<KeyValuePair<object?, object?>> entries, PickleDict target)
    {
        _copied += entries.Count;
        if (_copied > MaxCopied)
        {
            throw fail("it copies lists beyond reason");
        }

        target.Entries.AddRange(entries);
    }

    /// <summary>Returns the storage a persistent id means.</summary>
    public object Storage(object? id)
    {
        if (id is not object?[] { Length: >= 5 } parts || parts[0] is not "storage" || Text(parts[2]) is not { } key || parts[4] is not long count || count < 0)
        {
            throw fail("it refers to something outside that is no storage");
        }

        string type = parts[1] is PickleGlobal global ? global.Name : "";
        PickleStorage storage = s_storages.TryGetValue(type, out DType known) ? new PickleStorage(key, known, count)
            : type is "UntypedStorage" or "_UntypedStorage" ? new PickleStorage(key, null, count)
            : throw fail($"its values are of the unknown format {type}");
        if (Storages.TryAdd(key, storage) || Storages[key] == storage)
        {
            return storage;
        }

        throw fail("it describes the same values in two ways");
    }

    private static string? Text(object? key) => key as string ?? (key is long number ? number.ToString(System.Globalization.CultureInfo.InvariantCulture) : null);

    private PickleDict Dictionary(object?[] arguments)
    {
        PickleDict made = new();
        if (arguments.Length > 0 && arguments[^1] is List<object?> items)
        {
            Copy([.. items.OfType<object?[]>().Where(pair => pair.Length == 2).Select(pair => KeyValuePair.Create(pair[0], pair[1]))], made);
        }
        else if (arguments.Length > 0 && arguments[^1] is PickleDict entries)
        {
            Copy(entries.Entries, made);
        }

        return made;
    }

    private PickleTensor Tensor(object?[] arguments, DType? type)
    {
        if (arguments[0] is not PickleStorage storage || arguments[1] is not long offset || Numbers(arguments[2]) is not { } sizes || Numbers(arguments[3]) is not { } strides)
        {
            throw fail("a tensor is put together wrongly");
        }

        DType known = type ?? storage.Type ?? throw fail("a tensor has no number format");
        Int128 count = 1;
        Int128 last = offset;
        bool isEmpty = false;
        for (int i = 0; i < sizes.Length; i++)
        {
            count *= Math.Max(sizes[i], 1);
            isEmpty |= sizes[i] == 0;
            last += (Int128)Math.Max(sizes[i] - 1, 0) * (i < strides.Length ? strides[i] : 0);
            if (sizes[i] is < 0 or > int.MaxValue || i >= strides.Length || strides[i] < 0 || count > 1L << 48)
            {
                throw fail("a tensor's shape is impossible");
            }
        }

        long available = storage.Type is null ? storage.Count / known.Size() : storage.Count;
        if (sizes.Length != strides.Length || offset < 0 || offset > available || (!isEmpty && last >= available))
        {
            throw fail("a tensor reaches beyond its values");
        }

        // Values may be shared (a stride of 0), but not so often that a few bytes become gigabytes.
        if (!isEmpty && count > available && count > 1 << 20)
        {
            throw fail("a tensor repeats its values beyond reason");
        }

        return new PickleTensor(storage, known, offset, new Shape([.. sizes.Select(size => (int)size)]), strides);
    }

    private static long[]? Numbers(object? value)
    {
        if (value is not object?[] items || items.Length > MaxRank)
        {
            return null;
        }

        return Array.TrueForAll(items, item => item is long) ? [.. items.Select(item => (long)item!)] : null;
    }
}
