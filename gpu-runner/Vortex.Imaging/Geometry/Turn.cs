namespace Vortex.Imaging.Geometry;

/// <summary>How far a picture is turned, clockwise.</summary>
public enum Turn
{
    /// <summary>Not at all.</summary>
    None,

    /// <summary>By 90 degrees: the top goes to the right.</summary>
    Quarter,

    /// <summary>By 180 degrees.</summary>
    Half,

    /// <summary>By 270 degrees: the top goes to the left.</summary>
    ThreeQuarters,
}
