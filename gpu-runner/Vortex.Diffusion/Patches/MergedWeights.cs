using System.Collections.Concurrent;
using Vortex.Diffusion.Weights;
using Vortex.Tensors;

namespace Vortex.Diffusion.Patches;

/// <summary>How two networks become one.</summary>
public enum MergeMethod
{
    /// <summary>first * ratio + second * (1 - ratio).</summary>
    Blend,

    /// <summary>first + second.</summary>
    Add,

    /// <summary>(first - second) * ratio.</summary>
    Subtract,
}

/// <summary>Two networks of one build, joined weight by weight in float32. What only the first one has stays as it is.</summary>
/// <remarks>Each weight is computed once, when first asked for. Safe to use from several threads.</remarks>
public sealed class MergedWeights : IWeightSource, IDisposable
{
    private readonly IWeightSource _first;
    private readonly IWeightSource _second;
    private readonly MergeMethod _method;
    private readonly (string Prefix, float Ratio)[] _ratios;
    private readonly PatchedStorage _storage;
    private readonly ConcurrentDictionary<string, Lazy<Tensor>> _merged = new(StringComparer.Ordinal);

    /// <summary>Joins two sources, which stay the caller's.</summary>
    /// <param name="first">One; its keys count.</param>
    /// <param name="second">The other.</param>
    /// <param name="method">How.</param>
    /// <param name="ratios">The ratio by what a key begins with; the longest that fits counts. <c>""</c> fits all and should be there.</param>
    /// <param name="storage">The format results are kept in.</param>
    /// <exception cref="DiffusionException">Weights of one key differ in shape: <see cref="DiffusionCodes.Mismatch"/>.</exception>
    public MergedWeights(
        IWeightSource first, IWeightSource second, MergeMethod method, IReadOnlyDictionary<string, float> ratios, PatchedStorage storage = PatchedStorage.Float32)
    {
        (_first, _second, _method, _storage) = (first, second, method, storage);
        _ratios = [.. ratios.OrderByDescending(entry => entry.Key.Length).Select(entry => (entry.Key, entry.Value))];
        string[] misfits =
        [
            .. first.Names.Where(name => second.ShapeOf(name) is { } other && other != first.ShapeOf(name))
                .Select(name => $"{name} is {first.ShapeOf(name)} in one and {second.ShapeOf(name)} in the other"),
        ];
        if (misfits.Length > 0)
        {
            string more = misfits.Length > 5 ? $"; and {misfits.Length - 5} more" : "";
            throw new DiffusionException(DiffusionCodes.Mismatch, $"Models of different builds cannot be merged: {string.Join("; ", misfits.Take(5))}{more}.");
        }
    }

    /// <inheritdoc/>
    public ITensorBackend Backend => _first.Backend;

    /// <inheritdoc/>
    public IEnumerable<string> Names => _first.Names;

    /// <summary>Gets the bytes of the weights that were merged so far.</summary>
    public long MergedBytes => _merged.Values.Where(weight => weight.IsValueCreated).Sum(weight => weight.Value.Count * weight.Value.DType.Size());

    /// <inheritdoc/>
    public Shape? ShapeOf(string name) => _first.ShapeOf(name);

    /// <inheritdoc/>
    public DType TypeOf(string name) => IsKept(name) ? _first.TypeOf(name) : _storage.Of(_first.TypeOf(name));

    /// <inheritdoc/>
    public void Release(string name)
    {
        if (_merged.TryRemove(name, out Lazy<Tensor>? weight) && weight.IsValueCreated)
        {
            weight.Value.Dispose();
        }

        _first.Release(name);
        if (!IsKept(name))
        {
            _second.Release(name);
        }
    }

    /// <inheritdoc/>
    public Tensor Load(string name) => IsKept(name) ? _first.Load(name) : _merged.GetOrAdd(name, key => new Lazy<Tensor>(() => Merge(key))).Value;

    /// <summary>Gives the memory of merged weights back; networks made of them must not be used any more.</summary>
    public void Dispose()
    {
        foreach (Lazy<Tensor> weight in _merged.Values.Where(weight => weight.IsValueCreated))
        {
            weight.Value.Dispose();
        }

        _merged.Clear();
    }

    // Position ids are no weights, and the reference leaves CLIP's temperature alone.
    private bool IsKept(string name) =>
        name.EndsWith(".position_ids", StringComparison.Ordinal) || name.EndsWith("logit_scale", StringComparison.Ordinal) || _second.ShapeOf(name) is null;

    private Tensor Merge(string name)
    {
        (Tensor first, Tensor second) = (_first.Load(name), _second.Load(name));
        float ratio = _ratios.FirstOrDefault(entry => name.StartsWith(entry.Prefix, StringComparison.Ordinal), ("", 1)).Ratio;
        (float a, float b) = _method switch
        {
            MergeMethod.Add => (1f, 1f),
            MergeMethod.Subtract => (ratio, -ratio),
            _ => (ratio, (float)(1.0 - ratio)),
        };
        using TensorScope scope = TensorScope.Begin();
        Tensor sum = first.DType == DType.Float32 ? first.Clone() : first.To(DType.Float32);
        if (a != 1)
        {
            Backend.BinaryInPlace(BinaryOp.Multiply, sum, a);
        }

        Backend.AddScaledInPlace(sum, second.DType == DType.Float32 ? second : second.To(DType.Float32), b);
        return sum.To(_storage.Of(first.DType)).Detach();
    }
}
