using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Vortex.Tensors.Noise;

/// <summary>The generator MT19937 as PyTorch's CPU generator seeds it: only the lower 32 bits of a seed count.</summary>
/// <remarks>M. Matsumoto, T. Nishimura: "Mersenne Twister", ACM TOMACS 8(1), 1998; initialisation of 2002.</remarks>
public sealed class MersenneTwister
{
    private const int Size = 624;
    private const int Middle = 397;

    private readonly uint[] _state = new uint[Size];
    private int _next = Size;

    /// <summary>Starts the sequence of that seed.</summary>
    public MersenneTwister(ulong seed)
    {
        _state[0] = (uint)seed;
        for (uint i = 1; i < Size; i++)
        {
            uint before = _state[i - 1];
            _state[i] = (1_812_433_253 * (before ^ (before >> 30))) + i;
        }
    }

    /// <summary>Returns the next 32 bits.</summary>
    public uint NextUInt32()
    {
        if (_next == Size)
        {
            Twist();
        }

        uint bits = _state[_next++];
        bits ^= bits >> 11;
        bits ^= (bits << 7) & 0x9D2C5680;
        bits ^= (bits << 15) & 0xEFC60000;
        return bits ^ (bits >> 18);
    }

    /// <summary>Returns the next 64 bits; the first draw is the upper half.</summary>
    public ulong NextUInt64() => ((ulong)NextUInt32() << 32) | NextUInt32();

    /// <summary>Draws 32 bits for each value and makes a number of 24 of them, from 0 to just below 1.</summary>
    public void FillUniform(Span<float> values)
    {
        const float Step = 1f / (1 << 24);
        while (!values.IsEmpty)
        {
            if (_next == Size)
            {
                Twist();
            }

            int count = Math.Min(values.Length, Size - _next);
            ref uint state = ref _state[_next];
            ref float target = ref MemoryMarshal.GetReference(values);
            int i = 0;
            for (; i <= count - Vector256<uint>.Count; i += Vector256<uint>.Count)
            {
                Vector256<int> bits = (Tempered(Vector256.LoadUnsafe(ref state, (nuint)i)) & Vector256.Create(0xFFFFFFu)).AsInt32();
                (Vector256.ConvertToSingle(bits) * Step).StoreUnsafe(ref target, (nuint)i);
            }

            _next += i;
            for (; i < count; i++)
            {
                values[i] = (NextUInt32() & 0xFFFFFF) * Step;
            }

            values = values[count..];
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<uint> Tempered(Vector256<uint> bits)
    {
        bits ^= bits >> 11;
        bits ^= (bits << 7) & Vector256.Create(0x9D2C5680u);
        bits ^= (bits << 15) & Vector256.Create(0xEFC60000u);
        return bits ^ (bits >> 18);
    }

    private void Twist()
    {
        // Each new word needs an old one 397 further on, from the 227th on a new one 227 back: far enough for eight at a time.
        TwistRange(0, Size - Middle, Middle);
        TwistRange(Size - Middle, Size - 1, Middle - Size);
        uint mixed = (_state[Size - 1] & 0x80000000) | (_state[0] & 0x7FFFFFFF);
        _state[Size - 1] = _state[Middle - 1] ^ (mixed >> 1) ^ ((mixed & 1) * 0x9908B0DF);
        _next = 0;
    }

    private void TwistRange(int first, int end, int distance)
    {
        ref uint state = ref MemoryMarshal.GetArrayDataReference(_state);
        int i = first;
        for (; i <= end - Vector256<uint>.Count; i += Vector256<uint>.Count)
        {
            Vector256<uint> mixed = (Vector256.LoadUnsafe(ref state, (nuint)i) & Vector256.Create(0x80000000u))
                | (Vector256.LoadUnsafe(ref state, (nuint)(i + 1)) & Vector256.Create(0x7FFFFFFFu));
            Vector256<uint> odd = (-(mixed & Vector256<uint>.One).AsInt32()).AsUInt32() & Vector256.Create(0x9908B0DFu);
            (Vector256.LoadUnsafe(ref state, (nuint)(i + distance)) ^ (mixed >> 1) ^ odd).StoreUnsafe(ref state, (nuint)i);
        }

        for (; i < end; i++)
        {
            uint mixed = (_state[i] & 0x80000000) | (_state[i + 1] & 0x7FFFFFFF);
            _state[i] = _state[i + distance] ^ (mixed >> 1) ^ ((mixed & 1) * 0x9908B0DF);
        }
    }
}
