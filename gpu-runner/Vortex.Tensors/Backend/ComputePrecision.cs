namespace Vortex.Tensors;

/// <summary>Number formats that a backend may take the operands of products, convolutions and attention in. What ops return is float32 whatever this is.</summary>
public enum ComputePrecision
{
    /// <summary>As the port defines its ops.</summary>
    Float32,

    /// <summary>Half precision: fast on every GPU since 2018, but values beyond 65504 become infinite, as in the decoder of SDXL's first VAE.</summary>
    Float16,

    /// <summary>The range of float32 with 8 bits of mantissa; fast on GPUs since 2020.</summary>
    BFloat16,
}
