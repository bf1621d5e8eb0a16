namespace Vortex.Imaging.Compositing;

/// <summary>How two colours become one, before the result is mixed with the first by the blend factor.</summary>
public enum BlendMode
{
    /// <summary>The second.</summary>
    Normal,

    /// <summary>The product.</summary>
    Multiply,

    /// <summary>1 - (1 - a)(1 - b).</summary>
    Screen,

    /// <summary>Multiply where the first is dark (up to 0.5), screen where it is light.</summary>
    Overlay,

    /// <summary>Darkens or lightens the first as the second is below or above 0.5.</summary>
    SoftLight,

    /// <summary>The first less the second, not its absolute value.</summary>
    Difference,
}
