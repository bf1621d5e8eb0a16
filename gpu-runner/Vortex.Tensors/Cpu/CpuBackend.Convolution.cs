using Vortex.Tensors.Shapes;

namespace Vortex.Tensors.Cpu;

// Convolutions.
public sealed unsafe partial class CpuBackend
{
    /// <inheritdoc/>
    public Tensor Conv2d(Tensor x, Tensor weight, Tensor? bias, ConvOptions options)
    {
        ConvShape shape = ConvShape.Of(x.Shape, weight.Shape, bias?.Shape, options);
        CpuTensor result = Make([shape.Batch, shape.OutChannels, shape.OutHeight, shape.OutWidth]);
        using Dense pixels = Floats(x);
        using CpuTensor filters = Weights(weight);
        using Dense shift = Floats(bias);
        StoredRows weights = new(filters.Bytes, filters.DType, (long)shape.Depth * shape.KernelHeight * shape.KernelWidth);
        if (Options.Winograd && WinogradJob.Fits(shape))
        {
            WinogradJob job = new() { Kernels = _kernels, Shape = shape, X = pixels.Floats, Weights = weights, Shift = shift.Floats, Result = result.Floats };
            job.Run(_threads, _memory);
        }
        else if (result.Count > 0)
        {
            ConvolutionJob job = new() { Kernels = _kernels, Shape = shape, X = pixels.Floats, Weights = weights, Shift = shift.Floats, Result = result.Floats };
            job.Run(_threads, _memory);
        }

        return result;
    }

    /// <inheritdoc/>
    public Tensor ConvTranspose2d(Tensor x, Tensor weight, Tensor? bias, ConvOptions options, int outputPadding = 0)
    {
        CpuTensor result = Make(OpShapes.ConvTranspose2d(x.Shape, weight.Shape, bias?.Shape, options, outputPadding));
        (int stride, int padding, int dilation, int groups) = (options.Stride, options.Padding, options.Dilation, options.Groups);
        (int batch, int inChannels, int height, int width) = (x.Shape[0], x.Shape[1], x.Shape[2], x.Shape[3]);
        (int perGroup, int kernelHeight, int kernelWidth) = (weight.Shape[1], weight.Shape[2], weight.Shape[3]);
        (int outChannels, int outHeight, int outWidth) = (result.Shape[1], result.Shape[2], result.Shape[3]);
        using Dense input = Floats(x);
        using Dense kernel = Floats(weight);
        using Dense shift = Floats(bias);
        (nint from, nint weights, nint shifts, nint to) = ((nint)input.Floats, (nint)kernel.Floats, (nint)shift.Floats, (nint)result.Floats);
        _threads.For((long)batch * outChannels, 1, (start, end) =>
        {
            for (long plane = start; plane < end; plane++)
            {
                int channel = (int)(plane % outChannels);
                float* target = (float*)to + (plane * outHeight * outWidth);
                new Span<float>(target, outHeight * outWidth).Fill(shifts == 0 ? 0 : ((float*)shifts)[channel]);
                int first = channel / perGroup * (inChannels / groups);
                for (int c = first; c < first + (inChannels / groups); c++)
                {
                    float* source = (float*)from + (((plane / outChannels * inChannels) + c) * height * width);
                    float* taps = (float*)weights + ((((long)c * perGroup) + (channel % perGroup)) * kernelHeight * kernelWidth);
                    Scatter(source, taps, target);
                }

                Activations.Apply(options.Activation, target, outHeight * outWidth);
            }
        });
        return result;

        void Scatter(float* source, float* taps, float* target)
        {
            for (int y = 0; y < height; y++)
            {
                for (int ky = 0; ky < kernelHeight; ky++)
                {
                    int outY = (y * stride) - padding + (ky * dilation);
                    if (outY < 0 || outY >= outHeight)
                    {
                        continue;
                    }

                    for (int x = 0; x < width; x++)
                    {
                        for (int kx = 0; kx < kernelWidth; kx++)
                        {
                            int outX = (x * stride) - padding + (kx * dilation);
                            if (outX >= 0 && outX < outWidth)
                            {
                                target[((long)outY * outWidth) + outX] += source[((long)y * width) + x] * taps[(ky * kernelWidth) + kx];
                            }
                        }
                    }
                }
            }
        }
    }
}
