using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace Vortex.Diffusion.Files.Gguf;

/// <summary>Reads the header of a GGUF file step by step, never beyond the file's end.</summary>
internal sealed class GgufReader(MappedFile file, string name)
{
    private const int MaxText = 1 << 20;
    private const int MaxNesting = 4;
    private const int MaxKeptItems = 16;

    /// <summary>Gets how far it has read.</summary>
    public long Position { get; private set; }

    public uint U32() => BinaryPrimitives.ReadUInt32LittleEndian(Take(4));

    public ulong U64() => BinaryPrimitives.ReadUInt64LittleEndian(Take(8));

    /// <summary>Reads a text. Longer ones than any name are not kept.</summary>
    public string Text()
    {
        long length = Length(U64(), 1);
        if (length > MaxText)
        {
            Position += length;
            return "";
        }

        return Encoding.UTF8.GetString(Take((int)length));
    }

    /// <summary>Reads a value of the metadata. Lists are kept while they are short, with commas between; the words of a tokenizer are passed over.</summary>
    public string Value(uint type, int nesting = 0)
    {
        switch (type)
        {
            case 0:
                return Take(1)[0].ToString(CultureInfo.InvariantCulture);
            case 1:
                return ((sbyte)Take(1)[0]).ToString(CultureInfo.InvariantCulture);
            case 2:
                return BinaryPrimitives.ReadUInt16LittleEndian(Take(2)).ToString(CultureInfo.InvariantCulture);
            case 3:
                return BinaryPrimitives.ReadInt16LittleEndian(Take(2)).ToString(CultureInfo.InvariantCulture);
            case 4:
                return U32().ToString(CultureInfo.InvariantCulture);
            case 5:
                return BinaryPrimitives.ReadInt32LittleEndian(Take(4)).ToString(CultureInfo.InvariantCulture);
            case 6:
                return BinaryPrimitives.ReadSingleLittleEndian(Take(4)).ToString(CultureInfo.InvariantCulture);
            case 7:
                return Take(1)[0] == 0 ? "false" : "true";
            case 8:
                return Text();
            case 9:
                return Items(nesting);
            case 10:
                return U64().ToString(CultureInfo.InvariantCulture);
            case 11:
                return BinaryPrimitives.ReadInt64LittleEndian(Take(8)).ToString(CultureInfo.InvariantCulture);
            case 12:
                return BinaryPrimitives.ReadDoubleLittleEndian(Take(8)).ToString(CultureInfo.InvariantCulture);
            default:
                throw Damaged($"its header holds a value of the unknown type {type}");
        }
    }

    public DiffusionException Damaged(string what) => ModelFileErrors.Damaged(name, what);

    public DiffusionException Unsupported(string what) => ModelFileErrors.Unsupported(name, what);

    private string Items(int nesting)
    {
        uint type = U32();
        if (nesting == MaxNesting)
        {
            throw Damaged("its header nests lists too deep");
        }

        // Every item takes at least one byte, so a count beyond the file's length is a lie told before any work.
        long count = Length(U64(), 1);
        List<string> kept = [];
        for (long i = 0; i < count; i++)
        {
            string value = Value(type, nesting + 1);
            if (i < MaxKeptItems)
            {
                kept.Add(value);
            }
        }

        return count <= MaxKeptItems ? string.Join(',', kept) : "";
    }

    private long Length(ulong count, int size) =>
        count <= (ulong)((file.Length - Position) / size) ? (long)count : throw Damaged("its header is cut short");

    private ReadOnlySpan<byte> Take(int count)
    {
        if (count > file.Length - Position)
        {
            throw Damaged("its header is cut short");
        }

        ReadOnlySpan<byte> taken = file.Span(Position, count);
        Position += count;
        return taken;
    }
}
