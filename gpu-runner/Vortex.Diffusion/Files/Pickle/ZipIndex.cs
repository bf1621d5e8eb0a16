using System.Buffers.Binary;
using System.Text;

namespace Vortex.Diffusion.Files.Pickle;

/// <summary>Where the entries of a ZIP file lie. Only stored entries are used, so nothing is ever unpacked and no archive can swell.</summary>
internal static class ZipIndex
{
    private const int MaxDirectory = 100_000_000;
    private const int EndLength = 22;
    private const uint EndMark = 0x06054b50;
    private const uint End64LocatorMark = 0x07064b50;
    private const uint End64Mark = 0x06064b50;
    private const uint EntryMark = 0x02014b50;
    private const uint LocalMark = 0x04034b50;

    /// <summary>Reads the directory of an archive.</summary>
    /// <returns>Begin and length of every entry's bytes by its name.</returns>
    /// <exception cref="DiffusionException">It contradicts itself, or an entry is compressed or encrypted.</exception>
    public static Dictionary<string, (long Begin, long Length)> Read(MappedFile file, string name)
    {
        (long count, long offset, long length) = FindDirectory(file, name);
        if (length > MaxDirectory || offset < 0 || length < 0 || offset > file.Length - length)
        {
            throw Damaged(name);
        }

        ReadOnlySpan<byte> directory = file.Span(offset, (int)length);
        Dictionary<string, (long Begin, long Length)> entries = new(StringComparer.Ordinal);
        for (long i = 0; i < count; i++)
        {
            if (directory.Length < 46 || U32(directory) != EntryMark)
            {
                throw Damaged(name);
            }

            int nameLength = U16(directory[28..]);
            int extraLength = U16(directory[30..]);
            int total = 46 + nameLength + extraLength + U16(directory[32..]);
            if (total > directory.Length)
            {
                throw Damaged(name);
            }

            string entry = Encoding.UTF8.GetString(directory.Slice(46, nameLength));
            if ((U16(directory[8..]) & 1) != 0 || U16(directory[10..]) != 0)
            {
                throw ModelFileErrors.Unsupported(name, "it is a compressed or encrypted archive; PyTorch stores its files uncompressed");
            }

            (long size, long local) = Sizes(directory, directory.Slice(46 + nameLength, extraLength), name);
            if (!entries.TryAdd(entry, Place(file, local, size, name)))
            {
                throw Damaged(name);
            }

            directory = directory[total..];
        }

        return entries;
    }

    private static (long Size, long Local) Sizes(ReadOnlySpan<byte> entry, ReadOnlySpan<byte> extra, string name)
    {
        (long packed, long size, long local) = (U32(entry[20..]), U32(entry[24..]), U32(entry[42..]));
        while (extra.Length >= 4)
        {
            int length = U16(extra[2..]);
            if (length > extra.Length - 4)
            {
                break;
            }

            ReadOnlySpan<byte> wide = extra.Slice(4, length);
            if (U16(extra) == 1)
            {
                // Only the fields that did not fit are there, in this order.
                size = Wide(size, ref wide, name);
                packed = Wide(packed, ref wide, name);
                local = Wide(local, ref wide, name);
            }

            extra = extra[(4 + length)..];
        }

        return packed == size ? (size, local) : throw Damaged(name);
    }

    private static long Wide(long value, ref ReadOnlySpan<byte> wide, string name)
    {
        if (value != uint.MaxValue)
        {
            return value;
        }

        if (wide.Length < 8)
        {
            throw Damaged(name);
        }

        long whole = BinaryPrimitives.ReadInt64LittleEndian(wide);
        wide = wide[8..];
        return whole;
    }

    private static (long Begin, long Length) Place(MappedFile file, long local, long size, string name)
    {
        if (local < 0 || local > file.Length - 30 || U32(file.Span(local, 4)) != LocalMark)
        {
            throw Damaged(name);
        }

        long begin = local + 30 + U16(file.Span(local + 26, 2)) + U16(file.Span(local + 28, 2));
        return size >= 0 && begin <= file.Length - size ? (begin, size) : throw Damaged(name);
    }

    private static (long Count, long Offset, long Length) FindDirectory(MappedFile file, string name)
    {
        long tailLength = Math.Min(file.Length, EndLength + ushort.MaxValue);
        ReadOnlySpan<byte> tail = file.Span(file.Length - tailLength, (int)tailLength);
        int at = tail.Length - EndLength;
        while (at >= 0 && U32(tail[at..]) != EndMark)
        {
            at--;
        }

        if (at < 0)
        {
            throw ModelFileErrors.Damaged(name, "its end is missing; the file is cut short");
        }

        ReadOnlySpan<byte> end = tail[at..];
        (long count, long length, long offset) = (U16(end[10..]), U32(end[12..]), U32(end[16..]));
        if (at >= 20 && U32(tail[(at - 20)..]) == End64LocatorMark)
        {
            long wide = BinaryPrimitives.ReadInt64LittleEndian(tail[(at - 12)..]);
            if (wide < 0 || wide > file.Length - 56 || U32(file.Span(wide, 4)) != End64Mark)
            {
                throw Damaged(name);
            }

            ReadOnlySpan<byte> end64 = file.Span(wide, 56);
            count = BinaryPrimitives.ReadInt64LittleEndian(end64[32..]);
            length = BinaryPrimitives.ReadInt64LittleEndian(end64[40..]);
            offset = BinaryPrimitives.ReadInt64LittleEndian(end64[48..]);
        }

        return (count, offset, length);
    }

    private static ushort U16(ReadOnlySpan<byte> at) => BinaryPrimitives.ReadUInt16LittleEndian(at);

    private static uint U32(ReadOnlySpan<byte> at) => BinaryPrimitives.ReadUInt32LittleEndian(at);

    private static DiffusionException Damaged(string name) => ModelFileErrors.Damaged(name, "its list of entries contradicts itself");
}
