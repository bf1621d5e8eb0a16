using System.Runtime.CompilerServices;
using Vortex.Tensors.Cpu.Vectors;

namespace Vortex.Tensors.Cpu.Elements;

/// <summary>Applies a kernel to a run of consecutive values.</summary>
internal static unsafe class Runs
{
    /// <summary>The widest vector, in values.</summary>
    public const int Widest = 16;

    /// <summary>Applies a function of one value in place.</summary>
    public static void Unary<TK, TS, TV>(TK kernel, float* values, long count)
        where TK : unmanaged, IUnaryKernel
        where TS : struct, ISimd<TV>
        where TV : struct => Unary<TK, TS, TV>(&kernel, values, &values, null, count);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Unary<TK, TS, TV>(void* kernel, float* y, float** inputs, long* steps, long count)
        where TK : struct, IUnaryKernel
        where TS : struct, ISimd<TV>
        where TV : struct
    {
        TK k = Unsafe.Read<TK>(kernel);
        float* a = inputs[0];
        long i = 0;
        for (; i <= count - TS.Width; i += TS.Width)
        {
            TS.Store(k.Apply<TS, TV>(TS.Load(a + i)), y + i);
        }

        if (i < count)
        {
            float* rest = stackalloc float[Widest];
            Fill(rest, a + i, 1, count - i);
            TS.Store(k.Apply<TS, TV>(TS.Load(rest)), rest);
            Fill(y + i, rest, 1, count - i);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Binary<TK, TS, TV>(void* kernel, float* y, float** inputs, long* steps, long count)
        where TK : struct, IBinaryKernel
        where TS : struct, ISimd<TV>
        where TV : struct
    {
        TK k = Unsafe.Read<TK>(kernel);
        float* a = inputs[0];
        float* b = inputs[1];
        (long stepA, long stepB) = (steps[0], steps[1]);
        long i = 0;
        if (stepA == 1 && stepB == 1)
        {
            for (; i <= count - TS.Width; i += TS.Width)
            {
                TS.Store(k.Apply<TS, TV>(TS.Load(a + i), TS.Load(b + i)), y + i);
            }
        }
        else if (stepA == 1)
        {
            TV same = TS.Broadcast(*b);
            for (; i <= count - TS.Width; i += TS.Width)
            {
                TS.Store(k.Apply<TS, TV>(TS.Load(a + i), same), y + i);
            }
        }
        else
        {
            TV same = TS.Broadcast(*a);
            for (; i <= count - TS.Width; i += TS.Width)
            {
                TS.Store(k.Apply<TS, TV>(same, stepB == 1 ? TS.Load(b + i) : TS.Broadcast(*b)), y + i);
            }
        }

        if (i < count)
        {
            float* rest = stackalloc float[2 * Widest];
            Fill(rest, a + (i * stepA), stepA, count - i);
            Fill(rest + Widest, b + (i * stepB), stepB, count - i);
            TS.Store(k.Apply<TS, TV>(TS.Load(rest), TS.Load(rest + Widest)), rest);
            Fill(y + i, rest, 1, count - i);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Ternary<TK, TS, TV>(void* kernel, float* y, float** inputs, long* steps, long count)
        where TK : struct, ITernaryKernel
        where TS : struct, ISimd<TV>
        where TV : struct
    {
        TK k = Unsafe.Read<TK>(kernel);
        float* a = inputs[0];
        float* b = inputs[1];
        float* c = inputs[2];
        (long stepA, long stepB, long stepC) = (steps[0], steps[1], steps[2]);
        long i = 0;
        for (; i <= count - TS.Width; i += TS.Width)
        {
            TV first = stepA == 1 ? TS.Load(a + i) : TS.Broadcast(*a);
            TV second = stepB == 1 ? TS.Load(b + i) : TS.Broadcast(*b);
            TV third = stepC == 1 ? TS.Load(c + i) : TS.Broadcast(*c);
            TS.Store(k.Apply<TS, TV>(first, second, third), y + i);
        }

        if (i < count)
        {
            float* rest = stackalloc float[3 * Widest];
            Fill(rest, a + (i * stepA), stepA, count - i);
            Fill(rest + Widest, b + (i * stepB), stepB, count - i);
            Fill(rest + (2 * Widest), c + (i * stepC), stepC, count - i);
            TS.Store(k.Apply<TS, TV>(TS.Load(rest), TS.Load(rest + Widest), TS.Load(rest + (2 * Widest))), rest);
            Fill(y + i, rest, 1, count - i);
        }
    }

    private static void Fill(float* target, float* source, long step, long count)
    {
        for (long i = 0; i < count; i++)
        {
            target[i] = source[i * step];
        }
    }
}
