namespace Vortex.Imaging.Geometry;

/// <summary>Which way a picture is mirrored.</summary>
public enum FlipAxis
{
    /// <summary>The first row becomes the last ("x-axis: vertically").</summary>
    Vertical,

    /// <summary>The first column becomes the last ("y-axis: horizontally").</summary>
    Horizontal,
}
