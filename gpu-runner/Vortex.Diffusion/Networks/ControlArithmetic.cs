using Vortex.Tensors;

namespace Vortex.Diffusion.Networks;

/// <summary>How residuals are weighed and joined.</summary>
public static class ControlArithmetic
{
    /// <summary>Returns residuals multiplied with a number.</summary>
    public static ControlResiduals Scaled(this ControlResiduals residuals, float strength) => strength == 1
        ? residuals
        : new ControlResiduals(Scaled(residuals.Input, strength), Scaled(residuals.Middle, strength), Scaled(residuals.Output, strength));

    /// <summary>Returns the sums of residuals of two networks that steer one UNet.</summary>
    public static ControlResiduals Plus(this ControlResiduals residuals, ControlResiduals others) => new(
        // Lists for input blocks are aligned at their ends (the deepest block), lists of skips at their begin.
        [.. Sum([.. residuals.Input.Reverse()], [.. others.Input.Reverse()]).Reverse()],
        Sum(residuals.Middle, others.Middle),
        Sum(residuals.Output, others.Output));

    private static Tensor?[] Scaled(IReadOnlyList<Tensor?> list, float strength) => [.. list.Select(one => one is null ? null : one * strength)];

    private static Tensor?[] Sum(IReadOnlyList<Tensor?> a, IReadOnlyList<Tensor?> b)
    {
        Tensor?[] sum = new Tensor?[Math.Max(a.Count, b.Count)];
        for (int i = 0; i < sum.Length; i++)
        {
            Tensor? left = i < a.Count ? a[i] : null;
            Tensor? right = i < b.Count ? b[i] : null;
            if (left is not null && right is not null && left.Shape.Span[1..].SequenceEqual(right.Shape.Span[1..]) is false)
            {
                throw new DiffusionException(DiffusionCodes.Mismatch, $"Control networks of different model families cannot be chained: one gives {left.Shape}, the other {right.Shape}.");
            }

            sum[i] = left is null ? right : right is null ? left : right + left;
        }

        return sum;
    }
}
