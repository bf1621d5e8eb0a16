using Vortex.Imaging;
using Vortex.Tensors;

namespace Vortex.Nodes.Packs.Tensors;

/// <summary>Pictures and masks as tensors and back: channels last here, channels before places there.</summary>
internal static class PictureTensors
{
    /// <summary>Copies pictures into a tensor [batch, 3, height, width]; grey becomes RGB, alpha is left out.</summary>
    internal static Tensor ToTensor(ImageBatch image, ITensorBackend backend)
    {
        int places = image.Height * image.Width;
        float[] values = new float[checked(image.Count * 3 * places)];
        bool isGrey = image.Channels <= 2;
        for (int n = 0; n < image.Count; n++)
        {
            ReadOnlySpan<float> picture = image.Picture(n);
            for (int c = 0; c < 3; c++)
            {
                Span<float> plane = values.AsSpan(((n * 3) + c) * places, places);
                int from = isGrey ? 0 : c;
                for (int i = 0; i < plane.Length; i++)
                {
                    plane[i] = picture[(i * image.Channels) + from];
                }
            }
        }

        return backend.From(values, [image.Count, 3, image.Height, image.Width]);
    }

    /// <summary>Copies masks into a tensor [batch, 1, height, width].</summary>
    internal static Tensor ToTensor(MaskBatch mask, ITensorBackend backend) =>
        backend.From(mask.Values, [mask.Count, 1, mask.Height, mask.Width]);

    /// <summary>Copies a tensor [batch, channels, height, width] of 1 to 4 channels into pictures.</summary>
    internal static ImageBatch ToImage(Tensor tensor)
    {
        (int count, int channels, int height, int width) = (tensor.Shape[0], tensor.Shape[1], tensor.Shape[2], tensor.Shape[3]);
        float[] planes = tensor.ToArray();
        float[] values = new float[planes.Length];
        int places = height * width;
        for (int n = 0; n < count; n++)
        {
            for (int c = 0; c < channels; c++)
            {
                ReadOnlySpan<float> plane = planes.AsSpan(((n * channels) + c) * places, places);
                Span<float> picture = values.AsSpan(n * channels * places, channels * places);
                for (int i = 0; i < plane.Length; i++)
                {
                    picture[(i * channels) + c] = plane[i];
                }
            }
        }

        return new ImageBatch(count, height, width, channels, values);
    }
}
