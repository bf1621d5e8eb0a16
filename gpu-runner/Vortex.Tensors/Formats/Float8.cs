namespace Vortex.Tensors.Formats;

/// <summary>The 8-bit floating-point formats of OCP OFP8, as PyTorch converts them.</summary>
public static class Float8
{
    private static readonly float[] s_e4m3 = Table(DecodeE4M3);
    private static readonly float[] s_e5m2 = Table(DecodeE5M2);

    /// <summary>Returns the value of an e4m3fn pattern. 0x7F and 0xFF are NaN; there are no infinities.</summary>
    public static float FromE4M3(byte bits) => s_e4m3[bits];

    /// <summary>Returns the value of an e5m2 pattern: the upper byte of a half.</summary>
    public static float FromE5M2(byte bits) => s_e5m2[bits];

    /// <summary>Rounds to e4m3fn, ties to even. Does not saturate: above 464 in magnitude it gives NaN.</summary>
    public static byte ToE4M3(float value)
    {
        uint bits = BitConverter.SingleToUInt32Bits(value);
        byte sign = (byte)((bits >> 24) & 0x80);
        bits &= 0x7FFFFFFF;
        // 480 is where the next step, had the format one, would be rounded to.
        if (bits >= 0x43F00000)
        {
            return (byte)(sign | 0x7F);
        }

        if (bits < 0x3C800000)
        {
            // Below the least normal number, 2^-6: adding 2^14 leaves multiples of 2^-9 in the lowest bits.
            float shifted = BitConverter.UInt32BitsToSingle(bits) + 16384f;
            return (byte)(sign | (BitConverter.SingleToUInt32Bits(shifted) - 0x46800000));
        }

        uint odd = (bits >> 20) & 1;
        uint rounded = (bits - ((127 - 7) << 23) + 0x7FFFF + odd) >> 20;
        return (byte)(sign | rounded);
    }

    /// <summary>Rounds to e5m2, ties to even; above the range it gives infinity.</summary>
    public static byte ToE5M2(float value)
    {
        uint bits = BitConverter.SingleToUInt32Bits(value);
        byte sign = (byte)((bits >> 24) & 0x80);
        bits &= 0x7FFFFFFF;
        if (bits > 0x7F800000)
        {
            return (byte)(sign | 0x7F);
        }

        if (bits >= 0x47800000)
        {
            return (byte)(sign | 0x7C);
        }

        if (bits < 0x38800000)
        {
            // Below 2^-14: adding 2^7 leaves multiples of 2^-16 in the lowest bits.
            float shifted = BitConverter.UInt32BitsToSingle(bits) + 128f;
            return (byte)(sign | (BitConverter.SingleToUInt32Bits(shifted) - 0x43000000));
        }

        uint odd = (bits >> 21) & 1;
        uint rounded = (bits - ((127 - 15) << 23) + 0xFFFFF + odd) >> 21;
        return (byte)(sign | rounded);
    }

    private static float[] Table(Func<byte, float> decode)
    {
        float[] table = new float[256];
        for (int i = 0; i < table.Length; i++)
        {
            table[i] = decode((byte)i);
        }

        return table;
    }

    private static float DecodeE4M3(byte bits)
    {
        int exponent = (bits >> 3) & 15;
        int mantissa = bits & 7;
        float magnitude = (exponent, mantissa) switch
        {
            (15, 7) => float.NaN,
            (0, _) => MathF.ScaleB(mantissa, -9),
            _ => MathF.ScaleB(8 + mantissa, exponent - 10),
        };
        return (bits & 0x80) != 0 ? -magnitude : magnitude;
    }

    private static float DecodeE5M2(byte bits) => (float)BitConverter.UInt16BitsToHalf((ushort)(bits << 8));
}
