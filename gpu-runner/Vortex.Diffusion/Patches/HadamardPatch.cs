using Vortex.Tensors;

namespace Vortex.Diffusion.Patches;

/// <summary>LoHa: the product value by value of two low-rank products, for convolutions each with a core (Tucker decomposition).</summary>
internal sealed class HadamardPatch : DifferencePatch
{
    private readonly Shape[] _shapes;
    private readonly Shape? _core1;
    private readonly Shape? _core2;

    private HadamardPatch(PatchTensors tensors, Shape[] shapes)
        : base(tensors)
    {
        _shapes = shapes;
        _core1 = tensors.ShapeOf(".hada_t1");
        _core2 = tensors.ShapeOf(".hada_t2");
    }

    /// <summary>Makes the patch where its tensors are there.</summary>
    public static HadamardPatch? Find(PatchTensors tensors) =>
        tensors.ShapeOf(".hada_w1_a") is { } a1 && tensors.ShapeOf(".hada_w1_b") is { } b1
        && tensors.ShapeOf(".hada_w2_a") is { } a2 && tensors.ShapeOf(".hada_w2_b") is { } b2
            ? new HadamardPatch(tensors, [a1, b1, a2, b2])
            : null;

    protected override string? DifferenceMisfit(Shape weight)
    {
        long? first = Count(_core1, _shapes[0], _shapes[1]);
        long? second = _core1 is null ? Count(null, _shapes[2], _shapes[3]) : _core2 is { } core ? Count(core, _shapes[2], _shapes[3]) : null;
        return first is { } size && second == size
            ? Expect(size, weight)
            : $"{Description} has factors {string.Join(", ", _shapes)}, which do not fit each other";
    }

    protected override (Tensor Difference, double Scale) Difference(Tensor weight, float strength)
    {
        (Tensor a1, Tensor b1) = (Tensors.Load(".hada_w1_a"), Tensors.Load(".hada_w1_b"));
        (Tensor a2, Tensor b2) = (Tensors.Load(".hada_w2_a"), Tensors.Load(".hada_w2_b"));
        Tensor first = _core1 is null ? a1.MatMul(b1) : TuckerProduct.Of(Tensors.Load(".hada_t1"), b1, a1);
        Tensor second = _core1 is null ? a2.MatMul(b2) : TuckerProduct.Of(Tensors.Load(".hada_t2"), b2, a2);
        return (first * second, Alpha is { } alpha ? (double)alpha / _shapes[1][0] : 1);
    }

    private static long? Count(Shape? core, Shape a, Shape b) =>
        core is { } known ? TuckerProduct.Count(known, b, a)
        : a.Rank == 2 && b.Rank == 2 && a[1] == b[0] ? (long)a[0] * b[1]
        : null;
}
