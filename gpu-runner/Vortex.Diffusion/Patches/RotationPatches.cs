using Vortex.Tensors;

namespace Vortex.Diffusion.Patches;

/// <summary>OFT: output channels are rotated in blocks. The alpha bounds how far.</summary>
internal sealed class OrthogonalPatch : DifferencePatch
{
    private readonly Shape _blocks;

    private OrthogonalPatch(PatchTensors tensors, Shape blocks)
        : base(tensors)
    {
        _blocks = blocks;
        // Trained magnitudes come along with some files; the reference does not apply them here.
        tensors.Has(".rescale");
    }

    /// <summary>Makes the patch where its tensors are there.</summary>
    public static OrthogonalPatch? Find(PatchTensors tensors) => tensors.ShapeOf(".oft_blocks") is { Rank: 3 } blocks ? new OrthogonalPatch(tensors, blocks) : null;

    protected override string? DifferenceMisfit(Shape weight) =>
        weight.Rank >= 2 && _blocks[1] == _blocks[2] && (long)_blocks[0] * _blocks[1] == weight[0]
            ? null
            : $"{Description} rotates blocks {_blocks}, which do not make up the outputs of a weight {weight}";

    protected override (Tensor Difference, double Scale) Difference(Tensor weight, float strength)
    {
        int n = _blocks[1];
        Tensor rotation = Rotations.Cayley(Tensors.Load(".oft_blocks"), Alpha ?? 0);
        // The strength counts here and once more where the difference is added, as in the reference.
        Tensor turned = (rotation * strength) - (Identity(weight.Backend, n) * strength);
        return (turned.Transpose(1, 2).MatMul(weight.Reshape(_blocks[0], n, -1)), 1);
    }

    internal static Tensor Identity(ITensorBackend backend, int n)
    {
        float[] values = new float[n * n];
        for (int i = 0; i < n; i++)
        {
            values[i * (n + 1)] = 1;
        }

        return backend.From(values, [n, n]);
    }
}

/// <summary>BOFT: rotations in several rounds, each over channels that lie twice as far apart as in the round before (a butterfly).</summary>
internal sealed class ButterflyPatch : DifferencePatch
{
    private readonly Shape _blocks;
    private readonly Shape? _rescale;

    private ButterflyPatch(PatchTensors tensors, Shape blocks)
        : base(tensors) => (_blocks, _rescale) = (blocks, tensors.ShapeOf(".rescale"));

    /// <summary>Makes the patch where its tensors are there.</summary>
    public static ButterflyPatch? Find(PatchTensors tensors) => tensors.ShapeOf(".oft_blocks") is { Rank: 4 } blocks ? new ButterflyPatch(tensors, blocks) : null;

    protected override string? DifferenceMisfit(Shape weight)
    {
        bool fits = weight.Rank >= 2 && _blocks[2] == _blocks[3] && _blocks[2] >= 2 && _blocks[2] % 2 == 0 && (long)_blocks[1] * _blocks[2] == weight[0]
            && _blocks[0] is >= 1 and < 24 && weight[0] % ((1L << _blocks[0]) * (_blocks[2] / 2)) == 0
            && (_rescale is not { } rescale || rescale.Count == weight[0] || rescale.Count == 1);
        return fits ? null : $"{Description} rotates blocks {_blocks}, which do not make up the outputs of a weight {weight}";
    }

    protected override (Tensor Difference, double Scale) Difference(Tensor weight, float strength)
    {
        Tensor rotations = Rotations.Cayley(Tensors.Load(".oft_blocks"), Alpha ?? 0);
        int n = _blocks[2];
        int outputs = weight.Shape[0];
        int rest = (int)(weight.Count / outputs);
        Tensor turned = weight.Reshape(outputs, rest);
        for (int round = 0; round < _blocks[0]; round++)
        {
            int distance = (1 << round) * (n / 2);
            Tensor rotation = rotations.Select(0, round);
            if (strength != 1)
            {
                rotation = (rotation * strength) + (OrthogonalPatch.Identity(weight.Backend, n) * (1 - strength));
            }

            Tensor gathered = turned.Reshape(-1, 2, distance, rest).Transpose(1, 2).Reshape(-1, n, rest);
            turned = rotation.MatMul(gathered).Reshape(-1, distance, 2, rest).Transpose(1, 2).Reshape(outputs, rest);
        }

        if (_rescale is not null)
        {
            turned = turned * Tensors.Load(".rescale").Reshape(-1, 1);
        }

        return (turned - weight.Reshape(outputs, rest), 1);
    }
}
