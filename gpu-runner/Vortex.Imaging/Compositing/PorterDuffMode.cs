namespace Vortex.Imaging.Compositing;

/// <summary>The Porter-Duff operators and the blend modes that go with them, by the names ComfyUI gives them.</summary>
public enum PorterDuffMode
{
    /// <summary>Sums, clamped.</summary>
    Add,

    /// <summary>Nothing.</summary>
    Clear,

    /// <summary>The darker where both are, each alone elsewhere.</summary>
    Darken,

    /// <summary>The destination.</summary>
    Dst,

    /// <summary>The destination where the source is, the source elsewhere in its own shape.</summary>
    DstAtop,

    /// <summary>The destination where the source is.</summary>
    DstIn,

    /// <summary>The destination where the source is not.</summary>
    DstOut,

    /// <summary>The destination over the source.</summary>
    DstOver,

    /// <summary>The lighter where both are, each alone elsewhere.</summary>
    Lighten,

    /// <summary>The product.</summary>
    Multiply,

    /// <summary>Multiply or screen, as the destination is dark or light.</summary>
    Overlay,

    /// <summary>Screen.</summary>
    Screen,

    /// <summary>The source.</summary>
    Src,

    /// <summary>The source where the destination is, the destination elsewhere in its own shape.</summary>
    SrcAtop,

    /// <summary>The source where the destination is.</summary>
    SrcIn,

    /// <summary>The source where the destination is not.</summary>
    SrcOut,

    /// <summary>The source over the destination.</summary>
    SrcOver,

    /// <summary>Each where the other is not.</summary>
    Xor,
}
