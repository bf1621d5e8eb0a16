namespace Vortex.Diffusion.Sampling.Schedules;

/// <summary>What a network's output means.</summary>
public enum PredictionKind
{
    /// <summary>The noise (<c>eps</c>).</summary>
    Noise,

    /// <summary>The velocity between picture and noise (<c>v_prediction</c>).</summary>
    Velocity,

    /// <summary>The velocity with the sign of EDM (<c>edm</c>).</summary>
    Edm,

    /// <summary>The picture itself (<c>x0</c>).</summary>
    Sample,

    /// <summary>The noise, through the boundary condition of consistency models (<c>lcm</c>).</summary>
    Consistency,

    /// <summary>The picture from an unscaled picture (<c>img_to_img</c>).</summary>
    ImageToImage,

    /// <summary>The straight way from picture to noise (<c>flow</c>).</summary>
    Flow,
}
