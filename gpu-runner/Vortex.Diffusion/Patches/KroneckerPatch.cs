using Vortex.Tensors;

namespace Vortex.Diffusion.Patches;

/// <summary>LoKr: the Kronecker product of two matrices, each whole or of low rank.</summary>
internal sealed class KroneckerPatch : DifferencePatch
{
    private readonly (Shape? Whole, Shape? A, Shape? B) _first;
    private readonly (Shape? Whole, Shape? A, Shape? B) _second;

    private KroneckerPatch(PatchTensors tensors, (Shape?, Shape?, Shape?) first, (Shape?, Shape?, Shape?) second)
        : base(tensors) => (_first, _second) = (first, second);

    /// <summary>Makes the patch where its tensors are there.</summary>
    /// <remarks>With a core (<c>lokr_t2</c>) there is none: the reference cannot compute it and leaves the weight as it is, and so do we, with a note.</remarks>
    public static WeightPatch? Find(PatchTensors tensors)
    {
        (Shape?, Shape?, Shape?) first = Factor(tensors, ".lokr_w1");
        (Shape?, Shape?, Shape?) second = Factor(tensors, ".lokr_w2");
        return !IsThere(first) || !IsThere(second) || tensors.Has(".lokr_t2") ? null : new KroneckerPatch(tensors, first, second);
    }

    protected override string? DifferenceMisfit(Shape weight) =>
        Count(_first) is { } first && Count(_second) is { } second && _first.Whole is not { Rank: not 2 } && _second.Whole is not { Rank: not (2 or 4) }
            ? Expect(first * second, weight)
            : $"{Description} has factors that do not fit each other";

    protected override (Tensor Difference, double Scale) Difference(Tensor weight, float strength)
    {
        Tensor first = Load(".lokr_w1", _first);
        Tensor second = Load(".lokr_w2", _second);
        int taps = second.Rank == 4 ? second.Shape[2] * second.Shape[3] : 1;
        (int a, int b, int c, int d) = (first.Shape[0], first.Shape[1], second.Shape[0], second.Shape[1]);
        Tensor product = first.Reshape(a, 1, b, 1, 1) * second.Reshape(1, c, 1, d, taps);
        // The rank of the second factor counts where both are of low rank.
        int? rank = _second.Whole is null ? _second.B!.Value[0] : _first.Whole is null ? _first.B!.Value[0] : null;
        return (product, Alpha is { } alpha && rank is { } known ? (double)alpha / known : 1);
    }

    private static (Shape? Whole, Shape? A, Shape? B) Factor(PatchTensors tensors, string name) =>
        (tensors.ShapeOf(name), tensors.ShapeOf(name + "_a"), tensors.ShapeOf(name + "_b"));

    private static bool IsThere((Shape? Whole, Shape? A, Shape? B) factor) => factor.Whole is not null || (factor.A is not null && factor.B is not null);

    private static long? Count((Shape? Whole, Shape? A, Shape? B) factor) =>
        factor.Whole is { } whole ? whole.Count
        : factor is { A: { Rank: 2 } a, B: { Rank: 2 } b } && a[1] == b[0] ? (long)a[0] * b[1]
        : null;

    private Tensor Load(string name, (Shape? Whole, Shape? A, Shape? B) factor) =>
        factor.Whole is not null ? Tensors.Load(name) : Tensors.Load(name + "_a").MatMul(Tensors.Load(name + "_b"));
}
