namespace Vortex.Imaging.Morphology;

/// <summary>What a square neighbourhood does to a picture, each channel by itself.</summary>
public enum MorphologyOperation
{
    /// <summary>The least value of the neighbourhood.</summary>
    Erode,

    /// <summary>The greatest value of the neighbourhood.</summary>
    Dilate,

    /// <summary>Erode, then dilate: bright specks go.</summary>
    Open,

    /// <summary>Dilate, then erode: dark specks go.</summary>
    Close,

    /// <summary>Dilated less eroded: edges.</summary>
    Gradient,

    /// <summary>Closed less picture: the dark specks.</summary>
    BottomHat,

    /// <summary>Picture less opened: the bright specks.</summary>
    TopHat,
}
