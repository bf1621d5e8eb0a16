namespace Vortex.Imaging.Resampling;

/// <summary>What happens when the new size has other proportions.</summary>
public enum ResizeCrop
{
    /// <summary>The picture is stretched.</summary>
    Disabled,

    /// <summary>The longer side is cut at both ends first, by half the surplus rounded half to even.</summary>
    Center,
}
