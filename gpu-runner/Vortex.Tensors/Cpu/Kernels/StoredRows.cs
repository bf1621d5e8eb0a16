using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Vortex.Tensors.Formats;

namespace Vortex.Tensors.Cpu;

/// <summary>Rows of values in any floating format, read as float32 where they are used.</summary>
/// <param name="pointer">The first value.</param>
/// <param name="type">The format.</param>
/// <param name="row">Step between rows, in values.</param>
internal readonly unsafe struct StoredRows(byte* pointer, DType type, long row)
{
    /// <summary>Gets whether values need no conversion.</summary>
    public bool IsFloat => type == DType.Float32;

    /// <summary>Gets the step between rows, in values.</summary>
    public long Row => row;

    /// <summary>Gets a value's address; float32 only.</summary>
    public float* At(long index, long column) => (float*)pointer + (index * row) + column;

    /// <summary>Returns the rows from another column on.</summary>
    public StoredRows From(long index, long column) => new(pointer + (((index * row) + column) * type.Size()), type, row);

    /// <summary>Copies a part of some rows to float32 rows that lie behind each other.</summary>
    public void Read(long index, int rows, long column, int columns, float* to, long toRow)
    {
        for (int i = 0; i < rows; i++)
        {
            byte* from = pointer + ((((index + i) * row) + column) * type.Size());
            Convert(type, from, to + (i * toRow), columns);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Convert(DType type, byte* from, float* to, int count)
    {
        int i = 0;
        if (Avx2.IsSupported && type == DType.BFloat16)
        {
            for (; i <= count - 8; i += 8)
            {
                Vector256.ShiftLeft(Avx2.ConvertToVector256Int32((ushort*)from + i), 16).AsSingle().Store(to + i);
            }
        }
        else if (Avx2.IsSupported && type == DType.Float16)
        {
            // The exponent moves by a multiplication, which also makes halves below the normal range right; infinities and NaN get theirs by hand.
            Vector256<float> rebias = Vector256.Create(5.192296858534828e33f);
            for (; i <= count - 8; i += 8)
            {
                Vector256<int> bits = Avx2.ConvertToVector256Int32((ushort*)from + i);
                Vector256<int> size = Vector256.ShiftLeft(bits & Vector256.Create(0x7FFF), 13);
                Vector256<int> sign = Vector256.ShiftLeft(bits & Vector256.Create(0x8000), 16);
                Vector256<int> special = Vector256.GreaterThan(size, Vector256.Create(0x0F7FFFFF)) & Vector256.Create(0x7F800000);
                ((size.AsSingle() * rebias).AsInt32() | special | sign).AsSingle().Store(to + i);
            }
        }

        if (i < count)
        {
            NumberFormats.ToFloats(type, from + (i * type.Size()), to + i, count - i);
        }
    }
}
