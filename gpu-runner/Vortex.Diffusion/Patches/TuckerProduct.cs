using Vortex.Tensors;

namespace Vortex.Diffusion.Patches;

/// <summary>A convolution's kernel from a core and two factors.</summary>
internal static class TuckerProduct
{
    /// <summary>Computes result[p, r, k, l] = sum over i, j of core[i, j, k, l] * b[j, r] * a[i, p].</summary>
    public static Tensor Of(Tensor core, Tensor b, Tensor a)
    {
        (int i, int j, int k, int l) = (core.Shape[0], core.Shape[1], core.Shape[2], core.Shape[3]);
        (int p, int r) = (a.Shape[1], b.Shape[1]);
        Tensor byA = a.Transpose(0, 1).MatMul(core.Reshape(i, j * k * l)).Reshape(p, j, k * l);
        Tensor byBoth = b.Transpose(0, 1).MatMul(byA.Permute(1, 0, 2).Reshape(j, p * k * l));
        return byBoth.Reshape(r, p, k, l).Permute(1, 0, 2, 3);
    }

    /// <summary>Returns the number of values of the product, or null where the shapes do not fit each other.</summary>
    public static long? Count(Shape core, Shape b, Shape a) =>
        core.Rank == 4 && a.Rank == 2 && b.Rank == 2 && core[0] == a[0] && core[1] == b[0]
            ? (long)a[1] * b[1] * core[2] * core[3]
            : null;
}
