namespace Vortex.Tensors.Cpu;

/// <summary>How the CPU backend works.</summary>
public sealed record CpuBackendOptions
{
    /// <summary>Gets the number of threads that work together. Results do not depend on it.</summary>
    /// <value>The default is the number of processors.</value>
    public int Threads { get; init; } = Environment.ProcessorCount;

    /// <summary>Gets the widest instructions used.</summary>
    /// <value>The default is what the machine has.</value>
    public CpuInstructions Instructions { get; init; } = CpuInstructions.Best;

    /// <summary>Gets whether 3x3 convolutions over 32x32 pixels and more go through Winograd's F(4x4, 3x3): about three times as fast, at ten times the rounding error.</summary>
    /// <value>The default is true.</value>
    public bool Winograd { get; init; } = true;

    /// <summary>Gets the most bytes that tensors may hold; 0 for no limit.</summary>
    public long MemoryLimit { get; init; }
}

/// <summary>Instruction sets that kernels are written for.</summary>
public enum CpuInstructions
{
    /// <summary>What the machine has.</summary>
    Best,

    /// <summary>Plain loops.</summary>
    Portable,

    /// <summary>256-bit vectors with fused multiply-add.</summary>
    Avx2,

    /// <summary>512-bit vectors.</summary>
    Avx512,
}
