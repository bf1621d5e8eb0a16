using System.Runtime.CompilerServices;
using Vortex.Tensors.Cpu.Vectors;

namespace Vortex.Tensors.Cpu.Elements;

internal readonly struct AddKernel : IBinaryKernel
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TV Apply<TS, TV>(TV a, TV b)
        where TS : struct, ISimd<TV>
        where TV : struct =>
        TS.Add(a, b);
}

internal readonly struct SubtractKernel : IBinaryKernel
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TV Apply<TS, TV>(TV a, TV b)
        where TS : struct, ISimd<TV>
        where TV : struct =>
        TS.Subtract(a, b);
}

internal readonly struct MultiplyKernel : IBinaryKernel
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TV Apply<TS, TV>(TV a, TV b)
        where TS : struct, ISimd<TV>
        where TV : struct =>
        TS.Multiply(a, b);
}

internal readonly struct DivideKernel : IBinaryKernel
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TV Apply<TS, TV>(TV a, TV b)
        where TS : struct, ISimd<TV>
        where TV : struct =>
        TS.Divide(a, b);
}

internal readonly struct MinimumKernel : IBinaryKernel
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TV Apply<TS, TV>(TV a, TV b)
        where TS : struct, ISimd<TV>
        where TV : struct =>
        SimdMath<TS, TV>.Minimum(a, b);
}

internal readonly struct MaximumKernel : IBinaryKernel
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TV Apply<TS, TV>(TV a, TV b)
        where TS : struct, ISimd<TV>
        where TV : struct =>
        SimdMath<TS, TV>.Maximum(a, b);
}

internal readonly struct GreaterKernel : IBinaryKernel
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TV Apply<TS, TV>(TV a, TV b)
        where TS : struct, ISimd<TV>
        where TV : struct =>
        TS.And(TS.IsLess(b, a), TS.Broadcast(1f));
}

internal readonly struct GreaterOrEqualKernel : IBinaryKernel
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TV Apply<TS, TV>(TV a, TV b)
        where TS : struct, ISimd<TV>
        where TV : struct =>
        TS.And(TS.IsLessOrEqual(b, a), TS.Broadcast(1f));
}

internal readonly struct EqualKernel : IBinaryKernel
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TV Apply<TS, TV>(TV a, TV b)
        where TS : struct, ISimd<TV>
        where TV : struct =>
        TS.And(TS.IsEqual(a, b), TS.Broadcast(1f));
}

internal readonly struct PReluKernel : IBinaryKernel
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TV Apply<TS, TV>(TV a, TV b)
        where TS : struct, ISimd<TV>
        where TV : struct =>
        TS.Select(TS.IsLess(TS.Broadcast(0f), a), a, TS.Multiply(a, b));
}

internal readonly struct GegluKernel : IBinaryKernel
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TV Apply<TS, TV>(TV a, TV b)
        where TS : struct, ISimd<TV>
        where TV : struct =>
        TS.Multiply(a, SimdMath<TS, TV>.Gelu(b));
}

internal readonly struct AddScaledKernel(float scale) : IBinaryKernel
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TV Apply<TS, TV>(TV a, TV b)
        where TS : struct, ISimd<TV>
        where TV : struct =>
        TS.Add(a, TS.Multiply(b, TS.Broadcast(scale)));
}

internal readonly struct LerpKernel(float weight) : IBinaryKernel
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TV Apply<TS, TV>(TV a, TV b)
        where TS : struct, ISimd<TV>
        where TV : struct =>
        TS.Add(a, TS.Multiply(TS.Subtract(b, a), TS.Broadcast(weight)));
}

internal readonly struct WhereKernel : ITernaryKernel
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TV Apply<TS, TV>(TV a, TV b, TV c)
        where TS : struct, ISimd<TV>
        where TV : struct =>
        TS.Select(TS.IsEqual(a, TS.Broadcast(0f)), c, b);
}
