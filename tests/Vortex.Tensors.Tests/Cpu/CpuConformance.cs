using Vortex.Tensors.Cpu;
using Vortex.Testing;

namespace Vortex.Tensors.Tests.Cpu;

/// <summary>The suite of the port for the managed backend, in each set of instructions. Sets the machine lacks run emulated.</summary>
public abstract class CpuConformance(CpuInstructions instructions, int usual) : TensorBackendConformance
{
    /// <inheritdoc/>
    protected override ITensorBackend Open(long memoryLimit = 0, int? threads = null) => new CpuBackend(new CpuBackendOptions
    {
        Instructions = instructions,
        Threads = threads ?? usual,
        MemoryLimit = memoryLimit,
    });
}

public sealed class PortableOnOneThread() : CpuConformance(CpuInstructions.Portable, 1);

public sealed class PortableOnTwoThreads() : CpuConformance(CpuInstructions.Portable, 2);

public sealed class Avx2OnOneThread() : CpuConformance(CpuInstructions.Avx2, 1);

public sealed class Avx2OnTwoThreads() : CpuConformance(CpuInstructions.Avx2, 2);

public sealed class Avx512OnOneThread() : CpuConformance(CpuInstructions.Avx512, 1);

public sealed class Avx512OnTwoThreads() : CpuConformance(CpuInstructions.Avx512, 2);
