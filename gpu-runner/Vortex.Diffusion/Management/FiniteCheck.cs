using System.Numerics;
using Vortex.Diffusion.Files;
using Vortex.Tensors;

namespace Vortex.Diffusion.Management;

/// <summary>Looks for values that are no numbers.</summary>
public static class FiniteCheck
{
    private const int Piece = 1 << 20;

    /// <summary>Returns the first tensor of a file that holds NaN or infinity; null where none does. Reads the whole file.</summary>
    public static string? FirstNotFinite(IModelFile file, ITensorBackend backend, CancellationToken cancellationToken = default)
    {
        float[] buffer = new float[Piece];
        foreach (TensorInfo info in file.Tensors.Values.Where(info => info.Type.IsFloat()).OrderBy(info => info.Name, StringComparer.Ordinal))
        {
            cancellationToken.ThrowIfCancellationRequested();
            using Tensor tensor = file.Load(info.Name, backend);
            if (!IsFinite(tensor, buffer))
            {
                return info.Name;
            }
        }

        return null;
    }

    /// <summary>Says whether all values of a tensor are numbers.</summary>
    public static bool IsFinite(Tensor tensor) => IsFinite(tensor, new float[(int)Math.Min(tensor.Count, Piece)]);

    private static bool IsFinite(Tensor tensor, float[] buffer)
    {
        using TensorScope scope = TensorScope.Begin();
        Tensor flat = tensor.Reshape(-1);
        for (int at = 0; at < flat.Shape[0]; at += Piece)
        {
            int length = Math.Min(Piece, flat.Shape[0] - at);
            using Tensor piece = flat.Slice(0, at, length);
            Span<float> values = buffer.AsSpan(0, length);
            tensor.Backend.Read(piece, values);
            if (!IsFinite(values))
            {
                return false;
            }
        }

        return true;
    }

    // x - x is 0 for numbers, and NaN for all else; NaN differs from 0.
    private static bool IsFinite(ReadOnlySpan<float> values)
    {
        int width = Vector<float>.Count;
        int i = 0;
        for (; i <= values.Length - width; i += width)
        {
            Vector<float> x = new(values[i..]);
            if (!Vector.EqualsAll(x - x, Vector<float>.Zero))
            {
                return false;
            }
        }

        for (; i < values.Length; i++)
        {
            if (!float.IsFinite(values[i]))
            {
                return false;
            }
        }

        return true;
    }
}
