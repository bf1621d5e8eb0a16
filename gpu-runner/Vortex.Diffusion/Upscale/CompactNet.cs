using Vortex.Diffusion.Layers;
using Vortex.Diffusion.Weights;
using Vortex.Tensors;

namespace Vortex.Diffusion.Upscale;

/// <summary>Real-ESRGAN's compact network (SRVGG): convolutions at the small size, one rearrangement of channels at the end, added to the picture enlarged plainly.</summary>
internal sealed class CompactNet : UpscaleNetwork
{
    private const int MaximumLayers = 512;

    private readonly List<Func<Tensor, Tensor>> _layers = [];

    public CompactNet(WeightSet weights)
    {
        Backend = weights.Backend;
        WeightSet body = weights.Under("body");
        int channels = 0;
        for (int i = 0; i < MaximumLayers && body.ShapeOf($"{i}.weight") is { } shape; i++)
        {
            if (shape.Rank == 4)
            {
                Channels = i == 0 ? shape[1] : Channels;
                Conv2d conv = new(body.Under(i), i == 0 ? shape[1] : channels, shape[0], 3);
                _layers.Add(x => conv.Forward(x));
                channels = shape[0];
            }
            else
            {
                Tensor slope = body.Get($"{i}.weight", [shape.Count == 1 ? 1 : channels]);
                _layers.Add(x => Backend.PRelu(x, slope));
            }
        }

        Scale = (int)Math.Round(Math.Sqrt((double)channels / Math.Max(1, Channels)));
        if (Scale < 1 || channels != Channels * Scale * Scale)
        {
            throw new DiffusionException(DiffusionCodes.FamilyUnsupported, $"A compact upscaler from {Channels} to {channels} channels is not known.", "model_name");
        }

        weights.ThrowIfIncomplete("a compact upscaler");
    }

    public override int Scale { get; }

    public override int Channels { get; }

    public override ITensorBackend Backend { get; }

    /// <summary>Says whether the weights are those of one: numbered convolutions, with slopes between them.</summary>
    public static bool IsIn(IWeightSource source) => source.ShapeOf("body.0.weight") is { Rank: 4 } && source.ShapeOf("body.1.weight") is { Rank: 1 };

    public override Tensor Forward(Tensor x, CancellationToken cancellationToken = default)
    {
        using TensorScope scope = TensorScope.Begin();
        Tensor h = x;
        foreach (Func<Tensor, Tensor> layer in _layers)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Tensor next = layer(h);
            if (h != x)
            {
                h.Dispose();
            }

            h = next;
        }

        Tensor result = Backend.PixelShuffle(h, Scale);
        Tensor plain = Backend.Interpolate(x, x.Shape[2] * Scale, x.Shape[3] * Scale, InterpolationMode.Nearest);
        Backend.BinaryInPlace(BinaryOp.Add, result, plain);
        return scope.Keep(result);
    }
}
