namespace Vortex.Diffusion.Vision;

/// <summary>Kinds of picture encoders.</summary>
public enum VisionKind
{
    /// <summary>CLIP: a class token goes before the patches and becomes the picture's embedding.</summary>
    Clip,

    /// <summary>SigLIP: patches alone; all of them, normalised, are what it says.</summary>
    Siglip,
}

/// <summary>Functions inside of picture encoders.</summary>
public enum VisionActivation
{
    /// <summary>x * sigmoid(1.702 x).</summary>
    QuickGelu,

    /// <summary>GELU with the error function.</summary>
    Gelu,

    /// <summary>GELU in its tanh approximation.</summary>
    GeluTanh,
}
