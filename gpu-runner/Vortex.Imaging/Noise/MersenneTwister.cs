namespace Vortex.Imaging.Noise;

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

    private void Twist()
    {
        for (int i = 0; i < Size; i++)
        {
            uint mixed = (_state[i] & 0x80000000) | (_state[(i + 1) % Size] & 0x7FFFFFFF);
            _state[i] = _state[(i + Middle) % Size] ^ (mixed >> 1) ^ ((mixed & 1) * 0x9908B0DF);
        }

        _next = 0;
    }
}
