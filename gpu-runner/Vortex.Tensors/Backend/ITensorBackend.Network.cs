namespace Vortex.Tensors;

public partial interface ITensorBackend
{
    /// <summary>Matrix product of the last two dimensions; those before broadcast.</summary>
    /// <param name="a">[.., m, k].</param>
    /// <param name="b">[.., k, n]. A transposed view costs nothing extra.</param>
    /// <returns>[.., m, n].</returns>
    Tensor MatMul(Tensor a, Tensor b);

    /// <summary>x * weight^T + bias, then the activation.</summary>
    /// <param name="x">[.., in].</param>
    /// <param name="weight">[out, in], any floating format.</param>
    /// <param name="bias">[out], or null.</param>
    /// <param name="activation">Applied to each result.</param>
    Tensor Linear(Tensor x, Tensor weight, Tensor? bias = null, Activation activation = Activation.None);

    /// <summary>Two-dimensional convolution (cross-correlation).</summary>
    /// <param name="x">[batch, in, height, width].</param>
    /// <param name="weight">[out, in / groups, kernel height, kernel width], any floating format.</param>
    /// <param name="bias">[out], or null.</param>
    /// <param name="options">Stride, padding, dilation, groups, activation.</param>
    Tensor Conv2d(Tensor x, Tensor weight, Tensor? bias, ConvOptions options);

    /// <summary>Transposed convolution (the gradient of a convolution).</summary>
    /// <param name="x">[batch, in, height, width].</param>
    /// <param name="weight">[in, out / groups, kernel height, kernel width].</param>
    /// <param name="bias">[out], or null.</param>
    /// <param name="options">Stride, padding, dilation, groups.</param>
    /// <param name="outputPadding">Rows and columns added at the end.</param>
    Tensor ConvTranspose2d(Tensor x, Tensor weight, Tensor? bias, ConvOptions options, int outputPadding = 0);

    /// <summary>The mean of kernel x kernel windows; windows at the edge count the padding as zeros.</summary>
    Tensor AveragePool2d(Tensor x, int kernel, int stride, int padding = 0);

    /// <summary>The greatest value of kernel x kernel windows.</summary>
    Tensor MaxPool2d(Tensor x, int kernel, int stride, int padding = 0);

    /// <summary>Moves channels into space: [b, c * f * f, h, w] to [b, c, h * f, w * f].</summary>
    Tensor PixelShuffle(Tensor x, int factor);

    /// <summary>Moves space into channels: [b, c, h * f, w * f] to [b, c * f * f, h, w].</summary>
    Tensor PixelUnshuffle(Tensor x, int factor);

    /// <summary>Normalises groups of channels, then applies the activation (None or Silu).</summary>
    /// <param name="x">[batch, channels, ...].</param>
    /// <param name="groups">Divides the channels.</param>
    /// <param name="weight">[channels], or null for 1.</param>
    /// <param name="bias">[channels], or null for 0.</param>
    /// <param name="epsilon">Added to the variance.</param>
    /// <param name="activation">Applied to each result.</param>
    Tensor GroupNorm(Tensor x, int groups, Tensor? weight, Tensor? bias, float epsilon, Activation activation = Activation.None);

    /// <summary>Normalises the last dimension.</summary>
    /// <param name="x">[.., width].</param>
    /// <param name="weight">[width], or null for 1.</param>
    /// <param name="bias">[width], or null for 0.</param>
    /// <param name="epsilon">Added to the variance.</param>
    Tensor LayerNorm(Tensor x, Tensor? weight, Tensor? bias, float epsilon);

    /// <summary>Divides the last dimension by its root mean square.</summary>
    Tensor RmsNorm(Tensor x, Tensor? weight, float epsilon);

    /// <summary>softmax(q k^T * scale + mask) v, without a matrix of the size of queries times keys in memory.</summary>
    /// <param name="q">[batch, heads, queries, width]; any strides, so heads may be a view of [batch, queries, heads * width].</param>
    /// <param name="k">[batch, heads, keys, width].</param>
    /// <param name="v">[batch, heads, keys, value width].</param>
    /// <param name="mask">Added to the scores; broadcasts to [batch, heads, queries, keys]; null for none. May hold negative infinity; the result of a query that so sees no key is not defined.</param>
    /// <param name="scale">Null for 1 / sqrt(width).</param>
    /// <param name="causal">Whether query i sees keys 0 to i only.</param>
    /// <returns>[batch, heads, queries, value width]; laid out so that permuting to [batch, queries, heads, width] is contiguous.</returns>
    Tensor Attention(Tensor q, Tensor k, Tensor v, Tensor? mask = null, float? scale = null, bool causal = false);

    /// <summary>Scales pictures.</summary>
    /// <param name="x">[batch, channels, height, width].</param>
    /// <param name="height">New height.</param>
    /// <param name="width">New width.</param>
    /// <param name="mode">How values between pixels are found.</param>
    /// <param name="alignCorners">Whether corner pixels map to corner pixels (bilinear, bicubic).</param>
    /// <param name="antialias">Whether the filter widens when shrinking (bilinear, bicubic).</param>
    Tensor Interpolate(Tensor x, int height, int width, InterpolationMode mode, bool alignCorners = false, bool antialias = false);
}
