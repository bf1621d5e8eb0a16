using Vortex.Tensors;

namespace Vortex.Diffusion.Patches;

/// <summary>GLoRA: weight * A + B with both of low rank. Files of an earlier version have their factors the other way round.</summary>
internal sealed class GeneralizedPatch : DifferencePatch
{
    private readonly Shape _a1;
    private readonly Shape _a2;
    private readonly Shape _b1;
    private readonly Shape _b2;

    private GeneralizedPatch(PatchTensors tensors, Shape a1, Shape a2, Shape b1, Shape b2)
        : base(tensors) => (_a1, _a2, _b1, _b2) = (a1, a2, b1, b2);

    /// <summary>Makes the patch where its tensors are there.</summary>
    public static GeneralizedPatch? Find(PatchTensors tensors) =>
        tensors.ShapeOf(".a1.weight") is { } a1 && tensors.ShapeOf(".a2.weight") is { } a2
        && tensors.ShapeOf(".b1.weight") is { } b1 && tensors.ShapeOf(".b2.weight") is { } b2
            ? new GeneralizedPatch(tensors, a1, a2, b1, b2)
            : null;

    protected override string? DifferenceMisfit(Shape weight)
    {
        if (weight.Rank < 2 || _a1.Rank < 2 || _a2.Rank < 2 || _b1.Rank < 2 || _b2.Rank < 2 || _a1.Count == 0 || _a2.Count == 0 || _b1.Count == 0 || _b2.Count == 0)
        {
            return $"{Description} has factors {_a1}, {_a2}, {_b1} and {_b2}, which are no matrices";
        }

        (long inputs, long outputs) = (weight.Count / weight[0], weight[0]);
        bool fits = IsEarlier(weight)
            ? _a2[0] == inputs && _a1.Count / _a1[0] == inputs && _b2[0] == outputs && _b1.Count / _b1[0] == inputs
            : _a1[0] == weight[1] && _a2.Count / _a2[0] == weight[1] && _b1[0] == outputs && _b2.Count / _b2[0] == inputs;
        return fits ? null : $"{Description} has factors {_a1}, {_a2}, {_b1} and {_b2}, which do not fit a weight {weight}";
    }

    protected override (Tensor Difference, double Scale) Difference(Tensor weight, float strength)
    {
        (Tensor a1, Tensor a2) = (Flat(Tensors.Load(".a1.weight")), Flat(Tensors.Load(".a2.weight")));
        (Tensor b1, Tensor b2) = (Flat(Tensors.Load(".b1.weight")), Flat(Tensors.Load(".b2.weight")));
        bool isEarlier = IsEarlier(weight.Shape);
        int rank = isEarlier ? _a1[0] : _a2[0];
        double scale = Alpha is { } alpha ? (double)alpha / rank : 1;
        if (isEarlier)
        {
            return (b2.MatMul(b1) + Flat(weight).MatMul(a2).MatMul(a1), scale);
        }

        // Over the input channels; those of a convolution come first of the taps.
        Tensor byInput = weight.Rank == 2
            ? weight.MatMul(a1).MatMul(a2)
            : weight.Reshape(weight.Shape[0], weight.Shape[1], -1).Permute(0, 2, 1).MatMul(a1).MatMul(a2).Permute(0, 2, 1);
        return (byInput.Reshape(weight.Shape[0], -1) + b1.MatMul(b2), scale);
    }

    private bool IsEarlier(Shape weight)
    {
        bool earlier = _b2[1] == _b1[0] && _b1[0] == _a1[0] && _a1[0] == _a2[1];
        bool current = _b2[0] == _b1[1] && _b1[1] == _a1[1] && _a1[1] == _a2[0];
        // Where every factor is square both fit; the reference then takes the earlier form for a square weight.
        return current ? earlier && _a2[0] == weight[0] && weight[0] == weight[1] : earlier;
    }
}
