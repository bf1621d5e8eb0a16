using Vortex.Tensors;

namespace Vortex.Diffusion.Patches;

/// <summary>What a LoRA file does to one weight.</summary>
public abstract class WeightPatch
{
    private protected WeightPatch(string description) => Description = description;

    /// <summary>Gets the layer and the file, for messages.</summary>
    public string Description { get; }

    /// <summary>Says why the patch does not fit a weight of that shape; null when it does. Reads shapes only.</summary>
    public abstract string? Misfit(Shape weight);

    /// <summary>Applies the patch in float32.</summary>
    /// <param name="weight">The weight, float32 and contiguous. May be changed.</param>
    /// <param name="strength">How strongly.</param>
    /// <returns>The patched weight, the same tensor or a new one of its shape in the scope of this thread.</returns>
    public abstract Tensor Apply(Tensor weight, float strength);

    private protected static long Size(Shape shape) => shape.Count;

    /// <summary>Returns the tensor as a matrix: the first dimension, and all others as one.</summary>
    private protected static Tensor Flat(Tensor tensor) => tensor.Rank < 2 ? tensor.Reshape(-1, 1) : tensor.Reshape(tensor.Shape[0], -1);

    /// <summary>Says what differs in sizes.</summary>
    private protected string? Expect(long size, Shape weight) =>
        size == weight.Count ? null : $"{Description} is for a weight of {size:N0} values, and this one is {weight}";
}

/// <summary>A patch that is a difference, perhaps with the weight's magnitude learned apart (DoRA).</summary>
internal abstract class DifferencePatch(PatchTensors tensors) : WeightPatch(tensors.Description)
{
    private readonly Shape? _magnitude = tensors.ShapeOf(".dora_scale");

    /// <summary>Gets the tensors.</summary>
    protected PatchTensors Tensors => tensors;

    /// <summary>Gets the file's scale; null for none.</summary>
    protected float? Alpha { get; } = tensors.Number(".alpha");

    public sealed override string? Misfit(Shape weight)
    {
        if (_magnitude is { } magnitude && (weight.Rank < 2 || magnitude.Rank == 0 || magnitude.Count > weight.Count))
        {
            return $"the dora_scale {magnitude} of {Description} does not fit a weight {weight}";
        }

        return DifferenceMisfit(weight);
    }

    public sealed override Tensor Apply(Tensor weight, float strength)
    {
        using TensorScope scope = TensorScope.Begin();
        (Tensor difference, double scale) = Difference(weight, strength);
        difference = difference.Reshape(weight.Shape.Span);
        if (_magnitude is null)
        {
            weight.Backend.AddScaledInPlace(weight, difference, (float)(strength * scale));
            return weight;
        }

        return scope.Keep(Decompose(weight, difference, (float)scale, tensors.Load(".dora_scale"), strength));
    }

    /// <summary>Says why the difference does not fit.</summary>
    protected abstract string? DifferenceMisfit(Shape weight);

    /// <summary>Computes the difference, of as many values as the weight has, and the scale it is multiplied by beside the strength.</summary>
    protected abstract (Tensor Difference, double Scale) Difference(Tensor weight, float strength);

    // DoRA: the direction of weight + difference, with a magnitude per input or output. Over outputs the reference divides by the norm of the
    // weight as it was, over inputs by that of the sum.
    private static Tensor Decompose(Tensor weight, Tensor difference, float scale, Tensor magnitude, float strength)
    {
        ITensorBackend backend = weight.Backend;
        Tensor sum = weight.Clone();
        backend.AddScaledInPlace(sum, difference, scale);
        bool isByOutput = magnitude.Shape[0] == weight.Shape[0];
        int kept = isByOutput ? 0 : 1;
        int[] reduced = [.. Enumerable.Range(0, weight.Rank).Where(dimension => dimension != kept)];
        Tensor norm = backend.Reduce(ReduceOp.Norm, isByOutput ? weight : sum, reduced, keep: true) + 1.1920929e-7f;
        Tensor directed = sum * (Spread(magnitude, norm.Shape) / norm);
        return strength == 1 ? directed : backend.Lerp(weight, directed, strength);
    }

    // Stored as [n, 1], [1, n] or with more ones behind: as many values as the norm in the same order, or already of a shape that broadcasts.
    private static Tensor Spread(Tensor magnitude, Shape norm) => magnitude.Count == norm.Count ? magnitude.Reshape(norm.Span) : magnitude;
}
