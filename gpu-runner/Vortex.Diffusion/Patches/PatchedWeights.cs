using System.Collections.Concurrent;
using System.Collections.Immutable;
using Vortex.Diffusion.Weights;
using Vortex.Tensors;

namespace Vortex.Diffusion.Patches;

/// <summary>A patch at work.</summary>
/// <param name="Patch">What.</param>
/// <param name="Strength">How strongly; 0 does nothing but for whole weights.</param>
public readonly record struct AppliedPatch(WeightPatch Patch, float Strength);

/// <summary>Weights of another source with patches applied, one after the other on what the one before left; all others are the source's own.</summary>
/// <remarks>A patched weight is computed once, in float32, when first asked for, and then kept as the storage says. Safe to use from several threads.</remarks>
public sealed class PatchedWeights : IWeightSource, IDisposable
{
    private readonly IWeightSource _source;
    private readonly IReadOnlyDictionary<string, ImmutableArray<AppliedPatch>> _patches;
    private readonly PatchedStorage _storage;
    private readonly ConcurrentDictionary<string, Lazy<Tensor>> _patched = new(StringComparer.Ordinal);

    /// <summary>Puts patches over a source.</summary>
    /// <param name="source">The weights; stays the caller's.</param>
    /// <param name="patches">The patches by key, in the order they are applied. Those of keys the source lacks do nothing.</param>
    /// <param name="storage">The format patched weights are kept in.</param>
    /// <exception cref="DiffusionException">Patches do not fit their weights: <see cref="DiffusionCodes.Mismatch"/>, with the first ones listed.</exception>
    public PatchedWeights(IWeightSource source, IReadOnlyDictionary<string, ImmutableArray<AppliedPatch>> patches, PatchedStorage storage = PatchedStorage.Float32)
    {
        (_source, _patches, _storage) = (source, patches, storage);
        string[] misfits =
        [
            .. patches.SelectMany(entry => entry.Value.Select(applied => source.ShapeOf(entry.Key) is { } shape ? applied.Patch.Misfit(shape) : null)).OfType<string>(),
        ];
        if (misfits.Length > 0)
        {
            string more = misfits.Length > 5 ? $"; and {misfits.Length - 5} more" : "";
            throw new DiffusionException(DiffusionCodes.Mismatch, $"A patch file does not fit this model, and may have been made for another kind: {string.Join("; ", misfits.Take(5))}{more}.");
        }
    }

    /// <inheritdoc/>
    public ITensorBackend Backend => _source.Backend;

    /// <inheritdoc/>
    public IEnumerable<string> Names => _source.Names;

    /// <summary>Gets the bytes of the weights that were patched so far.</summary>
    public long PatchedBytes => _patched.Values.Where(weight => weight.IsValueCreated).Sum(weight => weight.Value.Count * weight.Value.DType.Size());

    /// <inheritdoc/>
    public Shape? ShapeOf(string name) => _source.ShapeOf(name);

    /// <inheritdoc/>
    public DType TypeOf(string name) => _patches.ContainsKey(name) ? _storage.Of(_source.TypeOf(name)) : _source.TypeOf(name);

    /// <inheritdoc/>
    public void Release(string name)
    {
        if (_patched.TryRemove(name, out Lazy<Tensor>? weight) && weight.IsValueCreated)
        {
            weight.Value.Dispose();
        }

        _source.Release(name);
    }

    /// <inheritdoc/>
    public Tensor Load(string name) => _patches.TryGetValue(name, out ImmutableArray<AppliedPatch> patches)
        ? _patched.GetOrAdd(name, key => new Lazy<Tensor>(() => Patch(key, patches))).Value
        : _source.Load(name);

    /// <summary>Gives the memory of patched weights back; networks made of them must not be used any more.</summary>
    public void Dispose()
    {
        foreach (Lazy<Tensor> weight in _patched.Values.Where(weight => weight.IsValueCreated))
        {
            weight.Value.Dispose();
        }

        _patched.Clear();
    }

    private Tensor Patch(string name, ImmutableArray<AppliedPatch> patches)
    {
        Tensor stored = _source.Load(name);
        using TensorScope scope = TensorScope.Begin();
        Tensor weight = stored.DType == DType.Float32 ? stored.Clone() : stored.To(DType.Float32);
        foreach (AppliedPatch applied in patches)
        {
            weight = applied.Patch.Apply(weight, applied.Strength);
        }

        return weight.To(_storage.Of(stored.DType)).Detach();
    }
}

/// <summary>The format that computed weights are kept in.</summary>
public enum PatchedStorage
{
    /// <summary>Float32, as computed: what the reference has on a CPU.</summary>
    Float32,

    /// <summary>As the weight was stored where that is a half format, rounded once more; float16 where it is a float8, which would lose what small patches do.</summary>
    AsStored,
}

/// <summary>What <see cref="PatchedStorage"/> means for a weight.</summary>
internal static class PatchedStorages
{
    /// <summary>Returns the format a computed weight is kept in.</summary>
    /// <param name="storage">The rule.</param>
    /// <param name="stored">The format of the weight it was computed from.</param>
    public static DType Of(this PatchedStorage storage, DType stored) => (storage, stored) switch
    {
        (PatchedStorage.AsStored, DType.Float16 or DType.BFloat16) => stored,
        (PatchedStorage.AsStored, DType.Float8E4M3 or DType.Float8E5M2) => DType.Float16,
        _ => DType.Float32,
    };
}
