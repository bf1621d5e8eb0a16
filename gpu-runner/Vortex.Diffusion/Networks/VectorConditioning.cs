using Vortex.Diffusion.Conditioning;
using Vortex.Tensors;

namespace Vortex.Diffusion.Networks;

/// <summary>The vector that SDXL models are given beside the text: the pooled prompt, then sizes as waves of width 256 each.</summary>
public static class VectorConditioning
{
    /// <summary>How the refiner scores a picture that is wanted, where nothing else is said.</summary>
    public const float PositiveScore = 6;

    /// <summary>How the refiner scores a picture that is not wanted, where nothing else is said.</summary>
    public const float NegativeScore = 2.5f;

    private const int Width = 256;

    /// <summary>Returns SDXL base's vector: the pooled text, then height, width, crop top, crop left, target height, target width.</summary>
    /// <param name="pooled">[batch, width].</param>
    /// <param name="sizes">Sizes in pixels.</param>
    /// <returns>[batch, width + 1536].</returns>
    public static Tensor Base(Tensor pooled, SizeConditioning sizes) =>
        Join(pooled, [sizes.Height, sizes.Width, sizes.CropHeight, sizes.CropWidth, sizes.TargetHeight, sizes.TargetWidth]);

    /// <summary>Returns the refiner's vector: the pooled text, then height, width, crop top, crop left, aesthetic score.</summary>
    /// <param name="pooled">[batch, width].</param>
    /// <param name="sizes">Sizes in pixels; the target does not count.</param>
    /// <param name="score">From 1 to 10; <see cref="PositiveScore"/> or <see cref="NegativeScore"/> where nothing else is said.</param>
    /// <returns>[batch, width + 1280].</returns>
    public static Tensor Refiner(Tensor pooled, SizeConditioning sizes, float score) =>
        Join(pooled, [sizes.Height, sizes.Width, sizes.CropHeight, sizes.CropWidth, score]);

    /// <summary>Returns the sizes of a picture that nothing else is said about: its own, uncropped.</summary>
    /// <param name="width">Pixels.</param>
    /// <param name="height">Pixels.</param>
    public static SizeConditioning SizesOf(int width, int height) => new(width, height, 0, 0, width, height);

    private static Tensor Join(Tensor pooled, ReadOnlySpan<float> values)
    {
        using TensorScope scope = TensorScope.Begin();
        Tensor waves = TimestepEmbedding.Create(pooled.Backend, values, Width).Reshape(1, values.Length * Width);
        return scope.Keep(pooled.Backend.Concat([pooled, waves.Expand(pooled.Shape[0], waves.Shape[1])], 1));
    }
}
