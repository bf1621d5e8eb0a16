using System.Runtime.CompilerServices;

namespace Vortex.Tensors.Cpu.Vectors;

/// <summary>One value at a time: the plain loops.</summary>
internal readonly unsafe struct SimdScalar : ISimd<float>
{
    public static int Width => 1;

    public static float Load(float* source) => *source;

    public static void Store(float value, float* target) => *target = value;

    public static float Broadcast(float value) => value;

    public static float Bits(uint bits) => BitConverter.UInt32BitsToSingle(bits);

    public static float Add(float a, float b) => a + b;

    public static float Subtract(float a, float b) => a - b;

    public static float Multiply(float a, float b) => a * b;

    public static float Divide(float a, float b) => a / b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Fused(float a, float b, float c) => MathF.FusedMultiplyAdd(a, b, c);

    public static float Sqrt(float a) => MathF.Sqrt(a);

    public static float Lesser(float a, float b) => a < b ? a : b;

    public static float Greater(float a, float b) => a > b ? a : b;

    public static float Round(float a) => MathF.Round(a, MidpointRounding.ToEven);

    public static float Floor(float a) => MathF.Floor(a);

    public static float Ceiling(float a) => MathF.Ceiling(a);

    public static float And(float a, float b) => Bits(Of(a) & Of(b));

    public static float AndNot(float a, float mask) => Bits(Of(a) & ~Of(mask));

    public static float Or(float a, float b) => Bits(Of(a) | Of(b));

    public static float Xor(float a, float b) => Bits(Of(a) ^ Of(b));

    public static float IsLess(float a, float b) => Mask(a < b);

    public static float IsLessOrEqual(float a, float b) => Mask(a <= b);

    public static float IsEqual(float a, float b) => Mask(a == b);

    public static float Select(float mask, float a, float b) => Of(mask) != 0 ? a : b;

    public static float ShiftLeft(float a, int bits) => Bits(Of(a) << bits);

    public static float ShiftRight(float a, int bits) => BitConverter.Int32BitsToSingle(BitConverter.SingleToInt32Bits(a) >> bits);

    public static float AddBits(float a, float b) => Bits(Of(a) + Of(b));

    public static float SubtractBits(float a, float b) => Bits(Of(a) - Of(b));

    private static uint Of(float value) => BitConverter.SingleToUInt32Bits(value);

    private static float Mask(bool set) => Bits(set ? uint.MaxValue : 0);
}
