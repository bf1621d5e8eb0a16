using TorchSharp;
using Vortex.Tensors.Shapes;
using F = TorchSharp.torch.nn.functional;

namespace Vortex.Tensors.Torch;

// Windows over pictures, scaling, and channels turned into pixels and back.
public sealed unsafe partial class TorchBackend
{
    /// <inheritdoc/>
    public Tensor AveragePool2d(Tensor x, int kernel, int stride, int padding = 0) =>
        Make(OpShapes.Pool("AveragePool2d", x.Shape, kernel, stride, padding), () => F.avg_pool2d(Values(x), Both(kernel), Both(stride), Both(padding)));

    /// <inheritdoc/>
    public Tensor MaxPool2d(Tensor x, int kernel, int stride, int padding = 0) =>
        Make(OpShapes.Pool("MaxPool2d", x.Shape, kernel, stride, padding), () => F.max_pool2d(Values(x), Both(kernel), Both(stride), Both(padding)));

    /// <inheritdoc/>
    public Tensor PixelShuffle(Tensor x, int factor) => Make(OpShapes.PixelShuffle(x.Shape, factor), () => F.pixel_shuffle(Values(x), factor).clone());

    /// <inheritdoc/>
    public Tensor PixelUnshuffle(Tensor x, int factor) => Make(OpShapes.PixelUnshuffle(x.Shape, factor), () => F.pixel_unshuffle(Values(x), factor).clone());

    /// <inheritdoc/>
    public Tensor Interpolate(Tensor x, int height, int width, InterpolationMode mode, bool alignCorners = false, bool antialias = false)
    {
        Shape shape = OpShapes.Interpolate(x.Shape, height, width, mode, alignCorners, antialias);
        (torch.InterpolationMode native, bool hasCorners) = mode switch
        {
            InterpolationMode.Nearest => (torch.InterpolationMode.Nearest, false),
            // Corners are of no meaning here either, but libtorch warns where nothing is said.
            InterpolationMode.NearestExact => (torch.InterpolationMode.NearestExact, true),
            InterpolationMode.Bilinear => (torch.InterpolationMode.Bilinear, true),
            InterpolationMode.Bicubic => (torch.InterpolationMode.Bicubic, true),
            InterpolationMode.Area => (torch.InterpolationMode.Area, false),
            _ => throw new ArgumentOutOfRangeException(nameof(mode), mode, "There is no such way to scale."),
        };
        return Make(shape, () => F.interpolate(Values(x), [height, width], mode: native, align_corners: hasCorners ? alignCorners : null, antialias: antialias));
    }
}
