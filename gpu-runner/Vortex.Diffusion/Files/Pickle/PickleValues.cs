using Vortex.Tensors;

namespace Vortex.Diffusion.Files.Pickle;

/// <summary>A name that a pickle refers to. Nothing is ever looked up or called by it.</summary>
internal sealed record PickleGlobal(string Module, string Name)
{
    public override string ToString() => $"{Module}.{Name}";
}

/// <summary>An object that is of no interest here; what would have made it did not run.</summary>
internal sealed class PickleInert
{
    public static PickleInert Instance { get; } = new();
}

/// <summary>A dictionary in the order of its entries; a key may come twice, and the last one counts.</summary>
internal sealed class PickleDict
{
    public List<KeyValuePair<object?, object?>> Entries { get; } = [];

    public object? Find(string key)
    {
        for (int i = Entries.Count - 1; i >= 0; i--)
        {
            if (Entries[i].Key is string text && text == key)
            {
                return Entries[i].Value;
            }
        }

        return null;
    }
}

/// <summary>A block of values that lies elsewhere in the file.</summary>
/// <param name="Key">Which.</param>
/// <param name="Type">Its number format; null where the tensors on it say so.</param>
/// <param name="Count">Its values; bytes where the format is not known.</param>
internal sealed record PickleStorage(string Key, DType? Type, long Count);

/// <summary>A view of a storage.</summary>
internal sealed record PickleTensor(PickleStorage Storage, DType Type, long Offset, Shape Shape, long[] Strides);
