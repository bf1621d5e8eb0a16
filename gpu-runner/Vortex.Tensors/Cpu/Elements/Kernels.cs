using Vortex.Tensors.Cpu.Vectors;

namespace Vortex.Tensors.Cpu.Elements;

/// <summary>A function of one value.</summary>
internal interface IUnaryKernel
{
    TV Apply<TS, TV>(TV x)
        where TS : struct, ISimd<TV>
        where TV : struct;
}

/// <summary>A function of two values.</summary>
internal interface IBinaryKernel
{
    TV Apply<TS, TV>(TV a, TV b)
        where TS : struct, ISimd<TV>
        where TV : struct;
}

/// <summary>A function of three values.</summary>
internal interface ITernaryKernel
{
    TV Apply<TS, TV>(TV a, TV b, TV c)
        where TS : struct, ISimd<TV>
        where TV : struct;
}
