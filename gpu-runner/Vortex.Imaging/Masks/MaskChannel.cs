namespace Vortex.Imaging.Masks;

/// <summary>A channel of a picture that can become a mask.</summary>
public enum MaskChannel
{
    /// <summary>The first channel; the only one of a grey picture.</summary>
    Red,

    /// <summary>The second channel.</summary>
    Green,

    /// <summary>The third channel.</summary>
    Blue,

    /// <summary>The fourth channel.</summary>
    Alpha,
}
