using Vortex.Diffusion.Layers;
using Vortex.Diffusion.Weights;
using Vortex.Tensors;

namespace Vortex.Diffusion.Upscale;

/// <summary>ESRGAN and Real-ESRGAN: residual blocks of dense blocks, then nearest doublings.</summary>
/// <remarks>Real-ESRGAN's x2 (and x1) put 2x2 (4x4) pixels into channels first and enlarge four times; a size that does not divide is mirrored at its end.</remarks>
internal sealed class RrdbNet : UpscaleNetwork
{
    private const float Slope = 0.2f;
    private const float ResidualScale = 0.2f;

    private readonly int _unshuffle;
    private readonly Conv2d _first;
    private readonly Dense[][] _blocks;
    private readonly Conv2d _trunk;
    private readonly Conv2d[] _ups;
    private readonly Conv2d _high;
    private readonly Conv2d _last;

    public RrdbNet(WeightSet weights, RrdbLayout layout)
    {
        Backend = weights.Backend;
        Shape first = Convolution(weights, layout.First);
        Shape last = Convolution(weights, layout.Last);
        int filters = first[0];
        Channels = last[0];
        int ratio = first[1] / Math.Max(1, Channels);
        _unshuffle = first[1] == Channels * ratio && ratio is 1 or 4 or 16 ? (int)Math.Sqrt(ratio) : 1;
        Scale = (1 << layout.Ups.Length) / _unshuffle;
        if (Scale < 1 || first[1] != Channels * _unshuffle * _unshuffle)
        {
            throw new DiffusionException(DiffusionCodes.FamilyUnsupported, $"An ESRGAN from {first[1]} to {Channels} channels with {layout.Ups.Length} doublings is not known.", "model_name");
        }

        _first = Conv(weights, layout.First, first[1], filters);
        _blocks = [.. Enumerable.Range(0, layout.Blocks).Select(i => (Dense[])[.. Enumerable.Range(1, 3)
            .Select(j => new Dense(Path(weights, $"{layout.Body}.{i}.{layout.Dense}{j}"), layout.Suffix, filters))])];
        _trunk = Conv(weights, layout.Trunk, filters, filters);
        _ups = [.. layout.Ups.Select(name => Conv(weights, name, filters, filters))];
        _high = Conv(weights, layout.High, filters, filters);
        _last = Conv(weights, layout.Last, filters, Channels);
        weights.ThrowIfIncomplete("an ESRGAN upscaler");
    }

    public override int Scale { get; }

    public override int Channels { get; }

    // The reference's loader asks for more than the network needs, and what is mirrored shows in the picture.
    public override int Multiple => _unshuffle == 1 ? 1 : 4;

    public override ITensorBackend Backend { get; }

    public override Tensor Forward(Tensor x, CancellationToken cancellationToken = default)
    {
        using TensorScope scope = TensorScope.Begin();
        (int height, int width) = (x.Shape[2], x.Shape[3]);
        Tensor h = _first.Forward(Unshuffled(x));
        Tensor body = Body(h, cancellationToken);
        Backend.BinaryInPlace(BinaryOp.Add, h, body);
        body.Dispose();
        foreach (Conv2d up in _ups)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Tensor large = Backend.Interpolate(h, h.Shape[2] * 2, h.Shape[3] * 2, InterpolationMode.Nearest);
            h.Dispose();
            h = Activated(up, large);
            large.Dispose();
        }

        cancellationToken.ThrowIfCancellationRequested();
        Tensor high = Activated(_high, h);
        h.Dispose();
        Tensor result = _last.Forward(high);
        high.Dispose();
        return scope.Keep(Backend.Contiguous(result.Slice(2, 0, height * Scale).Slice(3, 0, width * Scale)));
    }

    private Tensor Body(Tensor input, CancellationToken cancellationToken)
    {
        using TensorScope scope = TensorScope.Begin();
        Tensor h = input;
        foreach (Dense[] block in _blocks)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Tensor one = block[0].Forward(h);
            Tensor two = block[1].Forward(one);
            one.Dispose();
            Tensor three = block[2].Forward(two);
            two.Dispose();
            Backend.BinaryInPlace(BinaryOp.Multiply, three, ResidualScale);
            Backend.BinaryInPlace(BinaryOp.Add, three, h);
            if (h != input)
            {
                h.Dispose();
            }

            h = three;
        }

        return scope.Keep(_trunk.Forward(h));
    }

    private Tensor Unshuffled(Tensor x) => _unshuffle == 1 ? x : Backend.PixelUnshuffle(PadToMultiple(x, _unshuffle), _unshuffle);

    private static Tensor Activated(Conv2d conv, Tensor x)
    {
        using TensorScope scope = TensorScope.Begin();
        return scope.Keep(x.Backend.LeakyRelu(conv.Forward(x), Slope));
    }

    private static Shape Convolution(WeightSet weights, string name) => weights.ShapeOf($"{name}.weight") is { Rank: 4 } shape
        ? shape
        : throw new DiffusionException(DiffusionCodes.WeightsMissing, $"The file does not hold an ESRGAN upscaler: {name}.weight is missing or no convolution.", "model_name");

    private static WeightSet Path(WeightSet weights, string name) => name.Split('.').Aggregate(weights, (set, part) => set.Under(part));

    private static Conv2d Conv(WeightSet weights, string name, int inputs, int outputs) => new(Path(weights, name), inputs, outputs, 3);

    /// <summary>Five convolutions that each see what all before them gave.</summary>
    private sealed class Dense
    {
        private readonly int _filters;
        private readonly int _growth;
        private readonly Conv2d[] _convs;
        private readonly Conv2d? _pointwise;

        public Dense(WeightSet weights, string suffix, int filters)
        {
            _filters = filters;
            _growth = weights.ShapeOf($"conv1{suffix}.weight") is { Rank: 4 } shape ? shape[0] : 1;
            _convs = [.. Enumerable.Range(0, 5).Select(i =>
                Conv(weights, $"conv{i + 1}{suffix}", filters + (i * _growth), i < 4 ? _growth : filters))];

            // ESRGAN+ adds a 1x1 convolution beside the second one.
            _pointwise = weights.Has("conv1x1.weight") ? new Conv2d(weights.Under("conv1x1"), filters, _growth, 1) : null;
        }

        public Tensor Forward(Tensor x)
        {
            using TensorScope scope = TensorScope.Begin();
            ITensorBackend backend = x.Backend;

            // One buffer for everything: what the convolutions see grows without being joined anew each time.
            Tensor all = backend.Empty(x.Shape.With(1, _filters + (4 * _growth)));
            backend.CopyInto(all.Slice(1, 0, _filters), x);
            Tensor? second = null;
            for (int i = 0; i < 4; i++)
            {
                int known = _filters + (i * _growth);
                using TensorScope step = TensorScope.Begin();
                Tensor next = backend.LeakyRelu(_convs[i].Forward(all.Slice(1, 0, known)), Slope);
                if (_pointwise is not null && i == 1)
                {
                    backend.BinaryInPlace(BinaryOp.Add, next, _pointwise.Forward(x));
                    second = step.Keep(next);
                }
                else if (_pointwise is not null && i == 3)
                {
                    backend.BinaryInPlace(BinaryOp.Add, next, second!);
                }

                backend.CopyInto(all.Slice(1, known, _growth), next);
            }

            Tensor result = _convs[4].Forward(all);
            backend.BinaryInPlace(BinaryOp.Multiply, result, ResidualScale);
            backend.BinaryInPlace(BinaryOp.Add, result, x);
            return scope.Keep(result);
        }
    }
}
