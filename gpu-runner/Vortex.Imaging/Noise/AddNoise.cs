using Vortex.Imaging.Rasters;
using Vortex.Tensors.Noise;

namespace Vortex.Imaging.Noise;

/// <summary>Adds normally distributed noise and clamps to 0..1, as ComfyUI's ImageAddNoise does. One seed, one picture.</summary>
public sealed record AddNoise
{
    /// <summary>Gets the seed; its lower 32 bits count.</summary>
    public ulong Seed { get; init; }

    /// <summary>Gets the factor of the noise.</summary>
    /// <value>The default is 0.5.</value>
    public double Strength { get; init; } = 0.5;

    /// <summary>Adds noise to every value of the batch, drawn once over the whole of it.</summary>
    /// <exception cref="ImagingException">The machine has not enough memory.</exception>
    public ImageBatch Apply(ImageBatch image, CancellationToken cancellationToken = default)
    {
        Raster source = Raster.Of(image);
        Raster result = source.AllocateSame();
        new NormalSource(Seed).Fill(result.Values, cancellationToken);
        float strength = (float)Strength;
        Bands.Run(source.Rows, source.RowLength * 2L, (first, end) =>
        {
            for (int i = first * source.RowLength; i < end * source.RowLength; i++)
            {
                result.Values[i] = Unit.Clamp(source.Values[i] + (strength * result.Values[i]));
            }
        }, cancellationToken);
        return result.ToImage();
    }
}
