namespace Vortex.Tensors.Torch;

/// <summary>How the TorchSharp backend works.</summary>
public sealed record TorchBackendOptions
{
    /// <summary>Gets where tensors live and are computed with: <c>cpu</c>, <c>cuda</c> or <c>cuda:1</c>, or <c>auto</c> for CUDA where there is a usable one.</summary>
    /// <value>The default is <c>auto</c>.</value>
    public string Device { get; init; } = TorchLibrary.Auto;

    /// <summary>Gets the number format that products, convolutions and attention take their operands in.</summary>
    /// <value>The default is <see cref="ComputePrecision.Float32"/>. Sums, norms and functions of values are float32 whatever this says, and so is what every op returns.</value>
    public ComputePrecision Precision { get; init; }

    /// <summary>Gets whether float32 products on CUDA may round their operands to TensorFloat-32: 10 bits of mantissa, and several times as fast. Holds for the whole process.</summary>
    /// <value>The default is false.</value>
    public bool TensorFloat32 { get; init; }

    /// <summary>Gets how many threads compute one op on the CPU; 0 leaves what libtorch chose. Holds for the whole process.</summary>
    /// <value>The default is 0.</value>
    public int Threads { get; init; }

    /// <summary>Gets the most bytes that tensors may hold; 0 for no limit but the device's.</summary>
    public long MemoryLimit { get; init; }
}
