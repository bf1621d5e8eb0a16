using System.Globalization;
using System.Text.RegularExpressions;
using Vortex.Diffusion.Layers;
using Vortex.Diffusion.Weights;
using Vortex.Tensors;

namespace Vortex.Diffusion.Networks;

/// <summary>A T2I-Adapter: features of a hint, added on the UNet's way down, the same in every step. Full, light and XL.</summary>
public sealed partial class T2IAdapter : ControlNetwork
{
    private const int Levels = 4;

    private readonly Conv2d? _first;
    private readonly Func<Tensor, Tensor>[] _levels;
    private readonly int _unshuffle;
    private readonly int _channels;
    private readonly bool _isXl;

    private T2IAdapter(WeightSet weights)
    {
        bool isLight = weights.Has("body.0.in_conv.weight");
        if (weights.ShapeOf(isLight ? "body.0.in_conv.weight" : "conv_in.weight") is not { Rank: 4 } shape)
        {
            throw new DiffusionException(DiffusionCodes.WeightsMissing, "The file does not hold a T2I-Adapter: its first convolution is missing.");
        }

        // XL adapters look at 16x16 pixels at once: 256 channels of a grey hint, 768 of a coloured one.
        _isXl = !isLight && shape[1] is 256 or 768;
        _unshuffle = _isXl ? 16 : 8;
        _channels = shape[1] / (_unshuffle * _unshuffle);
        if (_channels < 1)
        {
            throw new DiffusionException(DiffusionCodes.WeightsMissing, $"The file does not hold a T2I-Adapter: its first convolution has shape {shape}.");
        }

        if (isLight)
        {
            _levels = [.. Enumerable.Range(0, Levels).Select(level => (Func<Tensor, Tensor>)new LightLevel(weights.Under("body").Under(level), level > 0).Forward)];
        }
        else
        {
            _first = new Conv2d(weights.Under("conv_in"), shape[1], shape[0], 3);
            _levels = [.. Enumerable.Range(0, Levels).Select(level => (Func<Tensor, Tensor>)new Level(weights.Under("body"), level, _isXl ? level == 2 : level > 0).Forward)];
        }

        weights.ThrowIfIncomplete("a T2I-Adapter");
    }

    /// <inheritdoc/>
    public override bool SeesLatent => false;

    /// <summary>Says whether the weights are those of a T2I-Adapter.</summary>
    public static bool IsIn(IWeightSource source) => source.Names.Any(name =>
        name is "body.0.in_conv.weight" or "adapter.body.0.resnets.0.block1.weight" or "adapter.body.0.in_conv.weight" or "adapter.conv_in.weight" or "body.0.block1.weight");

    /// <summary>Makes one of a file's weights, in the original or diffusers' layout.</summary>
    /// <exception cref="DiffusionException">Weights are missing.</exception>
    public static T2IAdapter Load(IWeightSource source) => new(new WeightSet(RenamedWeights.Of(source, key =>
    {
        string name = key.StartsWith("adapter.", StringComparison.Ordinal) ? key["adapter.".Length..] : key;
        return source.ShapeOf("adapter.body.0.resnets.0.block1.weight") is null
            ? name
            : Other().Replace(Resnet().Replace(name, match => $"body.#{(2 * Number(match.Groups[1])) + Number(match.Groups[2])}."), match => $"body.{2 * Number(match.Groups[1])}.").Replace("#", "", StringComparison.Ordinal);
    })));

    /// <inheritdoc/>
    public override ControlHint Prepare(Tensor hint, int latentHeight, int latentWidth)
    {
        using TensorScope scope = TensorScope.Begin();
        int RoundUp(int size) => ((size * LatentScale) + _unshuffle - 1) / _unshuffle * _unshuffle;
        Tensor pixels = Fit(hint, RoundUp(latentHeight), RoundUp(latentWidth));
        if (_channels == 1 && pixels.Shape[1] > 1)
        {
            pixels = pixels.Mean([1], keep: true);
        }

        if (pixels.Shape[1] != _channels)
        {
            throw new DiffusionException(DiffusionCodes.Mismatch, $"This T2I-Adapter takes hints of {_channels} channels, not {hint.Shape}.", "image");
        }

        Tensor h = pixels.Backend.PixelUnshuffle(pixels, _unshuffle);
        h = _first is null ? h : _first.Forward(h);
        List<Tensor> features = [];
        foreach (Func<Tensor, Tensor> level in _levels)
        {
            h = level(h);
            features.Add(h);
        }

        return new ControlHint(pixels, features);
    }

    /// <inheritdoc/>
    protected override ControlResiduals Compute(NetworkInput input, ControlHint hint)
    {
        Tensor?[] features = [.. hint.Features.Select(feature => Spread(feature!, input))];
        return _isXl
            ? new ControlResiduals([null, null, null, features[0], null, features[1], null, null, features[2], null], [features[3]], [])
            : new ControlResiduals([.. features.SelectMany(feature => (Tensor?[])[null, null, feature])], [], []);
    }

    private static int Number(Group group) => int.Parse(group.ValueSpan, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^body\.(\d)\.resnets\.(\d)\.")]
    private static partial Regex Resnet();

    [GeneratedRegex(@"^body\.(\d)\.")]
    private static partial Regex Other();

    // Halves the size by means of 2x2 pixels; an odd size gets a border of zeros first, which count.
    private static Tensor Halve(Tensor x)
    {
        (int rows, int columns) = (x.Shape[2] % 2, x.Shape[3] % 2);
        Tensor padded = rows + columns == 0 ? x : x.Backend.Pad(x, [columns, columns, rows, rows]);
        return x.Backend.AveragePool2d(padded, 2, 2);
    }

    private sealed class Level
    {
        private readonly Block[] _blocks;

        public Level(WeightSet body, int level, bool isHalved) =>
            _blocks = [.. Enumerable.Range(0, 2).Select(i => new Block(body.Under((2 * level) + i), isHalved && i == 0))];

        public Tensor Forward(Tensor x) => _blocks.Aggregate(x, (h, block) => block.Forward(h));
    }

    private sealed class Block
    {
        private readonly bool _isHalved;
        private readonly Conv2d? _down;
        private readonly Conv2d? _in;
        private readonly Conv2d _first;
        private readonly Conv2d _second;
        private readonly Conv2d? _skip;

        public Block(WeightSet weights, bool isHalved)
        {
            _isHalved = isHalved;
            int outputs = weights.ShapeOf("block1.weight") is { Rank: 4 } shape ? shape[0] : 1;
            int inputs = weights.ShapeOf("in_conv.weight") is { Rank: 4 } first ? first[1] : outputs;
            int kernel = weights.ShapeOf("block2.weight") is { Rank: 4 } second ? second[2] : 3;
            _down = weights.Has("down_opt.op.weight") ? new Conv2d(weights.Under("down_opt").Under("op"), inputs, inputs, 3, new ConvOptions(2, 1)) : null;
            _in = weights.Has("in_conv.weight") ? new Conv2d(weights.Under("in_conv"), inputs, outputs, kernel) : null;
            _first = new Conv2d(weights.Under("block1"), outputs, outputs, 3);
            _second = new Conv2d(weights.Under("block2"), outputs, outputs, kernel);
            _skip = weights.Has("skep.weight") ? new Conv2d(weights.Under("skep"), inputs, outputs, kernel) : null;
        }

        public Tensor Forward(Tensor x)
        {
            x = _down is not null ? _down.Forward(x) : _isHalved ? Halve(x) : x;
            x = _in?.Forward(x) ?? x;
            Tensor result = _second.Forward(_first.Forward(x, Activation.Relu));
            x.Backend.BinaryInPlace(BinaryOp.Add, result, _skip?.Forward(x) ?? x);
            return result;
        }
    }

    private sealed class LightLevel
    {
        private readonly bool _isHalved;
        private readonly Conv2d _in;
        private readonly (Conv2d First, Conv2d Second)[] _blocks;
        private readonly Conv2d _out;

        public LightLevel(WeightSet weights, bool isHalved)
        {
            _isHalved = isHalved;
            Shape first = weights.ShapeOf("in_conv.weight") ?? [1, 1, 1, 1];
            int outputs = weights.ShapeOf("out_conv.weight")?[0] ?? 1;
            _in = new Conv2d(weights.Under("in_conv"), first[1], first[0], 1);
            int count = 0;
            while (count < 64 && weights.Has($"body.{count}.block1.weight"))
            {
                count++;
            }

            WeightSet body = weights.Under("body");
            _blocks = [.. Enumerable.Range(0, count).Select(i => (
                new Conv2d(body.Under(i).Under("block1"), first[0], first[0], 3),
                new Conv2d(body.Under(i).Under("block2"), first[0], first[0], 3)))];
            _out = new Conv2d(weights.Under("out_conv"), first[0], outputs, 1);
        }

        public Tensor Forward(Tensor x)
        {
            Tensor h = _in.Forward(_isHalved ? Halve(x) : x);
            foreach ((Conv2d first, Conv2d second) in _blocks)
            {
                Tensor change = second.Forward(first.Forward(h, Activation.Relu));
                x.Backend.BinaryInPlace(BinaryOp.Add, h, change);
            }

            return _out.Forward(h);
        }
    }
}
