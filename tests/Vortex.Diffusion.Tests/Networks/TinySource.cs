using System.Runtime.InteropServices;
using Vortex.Diffusion.Files;
using Vortex.Diffusion.Tiny;
using Vortex.Diffusion.Weights;
using Vortex.Tensors;

namespace Vortex.Diffusion.Tests.Networks;

/// <summary>Tiny random weights in memory.</summary>
internal static class TinySource
{
    /// <summary>Takes what a writer of tiny models writes; keys that <paramref name="rename"/> returns null for are left out.</summary>
    public static TensorWeights Of(ITensorBackend backend, Action<TinyWeights> write, Func<string, string?>? rename = null)
    {
        TinyWeights weights = new("networks");
        write(weights);
        Dictionary<string, Tensor> tensors = [];
        foreach (SafetensorsEntry entry in weights.Entries.Where(entry => entry.Type == DType.Float16))
        {
            if ((rename is null ? entry.Name : rename(entry.Name)) is { } name)
            {
                float[] values = [.. MemoryMarshal.Cast<byte, Half>(entry.Data.Span).ToArray().Select(value => (float)value)];
                tensors[name] = backend.From(values, entry.Shape).Detach();
            }
        }

        return new TensorWeights(backend, tensors);
    }
}
