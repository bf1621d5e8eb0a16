using Vortex.Imaging;
using Vortex.Imaging.Edges;
using Vortex.Imaging.Filters;
using Vortex.Imaging.Morphology;
using Vortex.Imaging.Noise;
using Vortex.Imaging.Quantizing;

namespace Vortex.Nodes.Packs.Images;

/// <summary>Nodes that compute each pixel from those around it, or from its own value and chance.</summary>
public static class ImageFilterNodes
{
    private static readonly Choices<Dither> s_dithers = new(
        "dither",
        ["none", "floyd-steinberg", "bayer-2", "bayer-4", "bayer-8", "bayer-16"],
        [Dither.None, Dither.FloydSteinberg, Dither.Bayer2, Dither.Bayer4, Dither.Bayer8, Dither.Bayer16]);

    private static readonly Choices<MorphologyOperation> s_operations = new(
        "operation",
        ["erode", "dilate", "open", "close", "gradient", "bottom_hat", "top_hat"],
        [
            MorphologyOperation.Erode, MorphologyOperation.Dilate, MorphologyOperation.Open, MorphologyOperation.Close,
            MorphologyOperation.Gradient, MorphologyOperation.BottomHat, MorphologyOperation.TopHat,
        ]);

    /// <summary>Softens pictures.</summary>
    /// <param name="image">The pictures; each side must be larger than the radius.</param>
    /// <param name="blurRadius">How many pixels around each count.</param>
    /// <param name="sigma">How evenly they count; large values approach a plain mean.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    [Node("ImageBlur", "image/filters", DisplayName = "Blur Image")]
    public static ImageBatch Blur(
        ImageBatch image,
        [Input(Default = 1, Min = 1, Max = 31, Step = 1)] int blurRadius,
        [Input(Default = 1.0, Min = 0.1, Max = 10.0, Step = 0.1)] double sigma,
        CancellationToken cancellationToken) =>
        new Blur { Radius = blurRadius, Sigma = sigma }.Apply(image, cancellationToken);

    /// <summary>Makes edges in pictures stand out.</summary>
    /// <param name="image">The pictures; each side must be larger than the radius.</param>
    /// <param name="sharpenRadius">How many pixels around each count.</param>
    /// <param name="sigma">How evenly they count.</param>
    /// <param name="alpha">How strongly edges are lifted.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    [Node("ImageSharpen", "image/filters", DisplayName = "Sharpen Image")]
    public static ImageBatch Sharpen(
        ImageBatch image,
        [Input(Default = 1, Min = 1, Max = 31, Step = 1)] int sharpenRadius,
        [Input(Default = 1.0, Min = 0.1, Max = 10.0, Step = 0.01)] double sigma,
        [Input(Default = 1.0, Min = 0.0, Max = 5.0, Step = 0.01)] double alpha,
        CancellationToken cancellationToken) =>
        new Sharpen { Radius = sharpenRadius, Sigma = sigma, Alpha = alpha }.Apply(image, cancellationToken);

    /// <summary>Reduces each picture to a few colours of its own.</summary>
    /// <param name="image">RGB pictures.</param>
    /// <param name="colors">How many colours at most.</param>
    /// <param name="dither">How the error is hidden: not at all, passed on to neighbours, or under a pattern.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    [Node("ImageQuantize", "image/filters", DisplayName = "Quantize Image")]
    public static ImageBatch Quantize(
        ImageBatch image,
        [Input(Default = 256, Min = 1, Max = 256, Step = 1)] int colors,
        [Input(Choices = ["none", "floyd-steinberg", "bayer-2", "bayer-4", "bayer-8", "bayer-16"])] string dither,
        CancellationToken cancellationToken) =>
        new Quantize { Colours = colors, Dither = s_dithers[dither] }.Apply(image, cancellationToken);

    /// <summary>Finds edges: white lines on black.</summary>
    /// <param name="image">The pictures, at least 3 by 3.</param>
    /// <param name="lowThreshold">From this strength on an edge counts where it continues a strong one.</param>
    /// <param name="highThreshold">From this strength on an edge counts by itself.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    [Node("Canny", "image/filters", DisplayName = "Detect Edges (Canny)")]
    public static ImageBatch Canny(
        ImageBatch image,
        [Input(Default = 0.4, Min = 0.01, Max = 0.99, Step = 0.01)] double lowThreshold,
        [Input(Default = 0.8, Min = 0.01, Max = 0.99, Step = 0.01)] double highThreshold,
        CancellationToken cancellationToken) =>
        new CannyEdges { LowThreshold = lowThreshold, HighThreshold = highThreshold }.Apply(image, cancellationToken);

    /// <summary>Grows or shrinks the bright parts of pictures, and what can be made of that.</summary>
    /// <param name="image">The pictures; each channel is taken by itself.</param>
    /// <param name="operation">Erode, dilate, or a combination.</param>
    /// <param name="kernelSize">The side of the square of pixels that count.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    [Node("Morphology", "image/filters", DisplayName = "Image Morphology")]
    public static ImageBatch Morphology(
        ImageBatch image,
        [Input(Choices = ["erode", "dilate", "open", "close", "gradient", "bottom_hat", "top_hat"])] string operation,
        [Input(Default = 3, Min = 3, Max = 999, Step = 1)] int kernelSize,
        CancellationToken cancellationToken) =>
        new SquareMorphology { Operation = s_operations[operation], KernelSize = kernelSize }.Apply(image, cancellationToken);

    /// <summary>Adds grain.</summary>
    /// <param name="image">The pictures.</param>
    /// <param name="seed">One seed gives one grain; only its lower 32 bits count.</param>
    /// <param name="strength">How strong it is.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    [Node("ImageAddNoise", "image/filters", DisplayName = "Add Noise to Image")]
    public static ImageBatch AddNoise(
        ImageBatch image,
        [Input(Default = 0, Min = 0, Max = ulong.MaxValue, ControlAfterGenerate = true)] ulong seed,
        [Input(Default = 0.5, Min = 0.0, Max = 1.0, Step = 0.01)] double strength,
        CancellationToken cancellationToken) =>
        new AddNoise { Seed = seed, Strength = strength }.Apply(image, cancellationToken);
}
