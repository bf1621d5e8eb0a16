using Vortex.Tensors;

namespace Vortex.Diffusion.Patches;

/// <summary>A difference as it is: <c>diff</c>, <c>diff_b</c>, and the norms' <c>w_norm</c> and <c>b_norm</c>.</summary>
internal sealed class AddedPatch(PatchTensors tensors, string suffix, Shape shape) : WeightPatch(tensors.Description)
{
    public override string? Misfit(Shape weight) => weight == shape ? null : $"the {suffix[1..]} {shape} of {Description} does not fit a weight {weight}";

    public override Tensor Apply(Tensor weight, float strength)
    {
        using TensorScope scope = TensorScope.Begin();
        weight.Backend.AddScaledInPlace(weight, tensors.Load(suffix), strength);
        return weight;
    }
}

/// <summary>A weight in place of another, whatever the strength: <c>set_weight</c>.</summary>
internal sealed class ReplacingPatch(PatchTensors tensors, Shape shape) : WeightPatch(tensors.Description)
{
    public override string? Misfit(Shape weight) => weight == shape ? null : $"the set_weight {shape} of {Description} does not fit a weight {weight}";

    public override Tensor Apply(Tensor weight, float strength)
    {
        using TensorScope scope = TensorScope.Begin();
        return scope.Keep(tensors.Load(".set_weight").Clone());
    }
}
