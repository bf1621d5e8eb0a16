namespace Vortex.Diffusion.Text;

/// <summary>Which text encoders a model listens to.</summary>
public enum TextFamily
{
    /// <summary>Stable Diffusion 1.x: CLIP-L.</summary>
    Sd1,

    /// <summary>Stable Diffusion 2.x: OpenCLIP H, its last block but one.</summary>
    Sd2,

    /// <summary>Stable Diffusion XL: CLIP-L beside OpenCLIP bigG, each its last block but one.</summary>
    Sdxl,

    /// <summary>The SDXL refiner: OpenCLIP bigG alone.</summary>
    SdxlRefiner,
}
