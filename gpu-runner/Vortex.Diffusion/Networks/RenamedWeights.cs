using Vortex.Diffusion.Weights;
using Vortex.Tensors;

namespace Vortex.Diffusion.Networks;

/// <summary>Weights under other names: a part of a file, or another layout of the same network.</summary>
/// <param name="source">Where they come from; loads each at most once, as every source does.</param>
/// <param name="names">The source's name by the name to be used.</param>
internal sealed class RenamedWeights(IWeightSource source, IReadOnlyDictionary<string, string> names) : IWeightSource
{
    public ITensorBackend Backend => source.Backend;

    public IEnumerable<string> Names => names.Keys;

    /// <summary>Renames with a function; keys it returns null for are left out.</summary>
    public static RenamedWeights Of(IWeightSource source, Func<string, string?> rename)
    {
        Dictionary<string, string> names = new(StringComparer.Ordinal);
        foreach (string key in source.Names)
        {
            if (rename(key) is { } name)
            {
                names.TryAdd(name, key);
            }
        }

        return new RenamedWeights(source, names);
    }

    /// <summary>Takes what lies below a prefix.</summary>
    public static RenamedWeights Below(IWeightSource source, string prefix) =>
        Of(source, key => key.StartsWith(prefix, StringComparison.Ordinal) ? key[prefix.Length..] : null);

    public Shape? ShapeOf(string name) => names.TryGetValue(name, out string? key) ? source.ShapeOf(key) : null;

    public DType TypeOf(string name) => source.TypeOf(names[name]);

    public void Release(string name) => source.Release(names[name]);

    public Tensor Load(string name) => source.Load(names[name]);
}
