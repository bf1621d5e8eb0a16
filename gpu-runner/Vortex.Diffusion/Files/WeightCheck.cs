using Vortex.Tensors;

namespace Vortex.Diffusion.Files;

/// <summary>Looks for NaN and infinity in weights: a network made of them gives black pictures and says nothing.</summary>
public static class WeightCheck
{
    private const int Named = 10;

    /// <summary>Reads a file through, a tensor at a time.</summary>
    /// <exception cref="DiffusionException">Some weights are not finite: <see cref="DiffusionCodes.WeightsNotFinite"/>, with the first of them named.</exception>
    public static void ThrowUnlessFinite(IModelFile file, ITensorBackend backend, CancellationToken cancellationToken = default)
    {
        List<string> bad = [];
        foreach (TensorInfo info in file.Tensors.Values.Where(info => info.Type.IsFloat() && info.Shape.Count > 0))
        {
            cancellationToken.ThrowIfCancellationRequested();
            using Tensor tensor = file.Load(info.Name, backend);
            if (!IsFinite(tensor))
            {
                bad.Add(info.Name);
            }
        }

        if (bad.Count > 0)
        {
            string more = bad.Count > Named ? $" and {bad.Count - Named} more" : "";
            throw new DiffusionException(DiffusionCodes.WeightsNotFinite, $"The model file '{file.Name}' holds NaN or infinity in {string.Join(", ", bad.Take(Named))}{more}. It is broken; take another copy or version of it.");
        }
    }

    /// <summary>Says whether all values of a tensor are finite. Nothing is converted or copied as a whole.</summary>
    public static bool IsFinite(Tensor tensor)
    {
        using TensorScope scope = TensorScope.Begin();
        Tensor flat = tensor.Rank == 1 ? tensor : tensor.Reshape(-1);
        const int Step = 1 << 16;
        float[] values = new float[(int)Math.Min(Step, flat.Count)];
        for (int start = 0; start < flat.Count; start += Step)
        {
            int length = (int)Math.Min(Step, flat.Count - start);
            using Tensor part = flat.Slice(0, start, length);
            part.Backend.Read(part, values.AsSpan(0, length));
            if (!IsFinite(values.AsSpan(0, length)))
            {
                return false;
            }
        }

        return true;
    }

    // Times zero, every finite number is zero; NaN and infinity are NaN and stay it in the sum.
    private static bool IsFinite(ReadOnlySpan<float> values)
    {
        System.Numerics.Vector<float> sum = default;
        int width = System.Numerics.Vector<float>.Count;
        int i = 0;
        for (; i <= values.Length - width; i += width)
        {
            sum += new System.Numerics.Vector<float>(values[i..]) * 0f;
        }

        float rest = System.Numerics.Vector.Sum(sum);
        for (; i < values.Length; i++)
        {
            rest += values[i] * 0f;
        }

        return rest == 0;
    }
}
