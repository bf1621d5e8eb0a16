using System.Collections.Concurrent;
using Vortex.Tensors;

namespace Vortex.Diffusion.Weights;

/// <summary>Weights of a source under other keys, where needed as a part of a tensor or transposed. Nothing is copied but what is transposed.</summary>
/// <remarks>Made by <see cref="Builder"/>. Safe to use from several threads. Owns the parts and copies it made, not the source's tensors.</remarks>
public sealed class MappedWeights : IWeightSource, IDisposable
{
    private readonly Dictionary<string, Entry> _entries;
    private readonly ConcurrentDictionary<string, Lazy<Tensor>> _loaded = new(StringComparer.Ordinal);

    private MappedWeights(ITensorBackend backend, Dictionary<string, Entry> entries) => (Backend, _entries) = (backend, entries);

    /// <inheritdoc/>
    public ITensorBackend Backend { get; }

    /// <inheritdoc/>
    public IEnumerable<string> Names => _entries.Keys;

    /// <inheritdoc/>
    public Shape? ShapeOf(string name) => _entries.TryGetValue(name, out Entry? entry) ? entry.Shape : null;

    /// <inheritdoc/>
    public DType TypeOf(string name) => _entries[name].Source.TypeOf(_entries[name].Key);

    /// <inheritdoc/>
    public void Release(string name)
    {
        if (_loaded.TryRemove(name, out Lazy<Tensor>? loaded) && _entries[name].Change is not null && loaded.IsValueCreated)
        {
            loaded.Value.Dispose();
        }

        _entries[name].Source.Release(_entries[name].Key);
    }

    /// <inheritdoc/>
    public Tensor Load(string name) => _loaded.GetOrAdd(name, key => new Lazy<Tensor>(() => _entries[key].Load())).Value;

    /// <summary>Lets go of parts and copies. What was loaded must not be used any more.</summary>
    public void Dispose()
    {
        foreach ((string name, Lazy<Tensor> loaded) in _loaded)
        {
            if (_entries[name].Change is not null && loaded.IsValueCreated)
            {
                loaded.Value.Dispose();
            }
        }
    }

    /// <summary>Collects the keys.</summary>
    /// <param name="backend">What computes with the weights.</param>
    public sealed class Builder(ITensorBackend backend)
    {
        private readonly Dictionary<string, Entry> _entries = new(StringComparer.Ordinal);

        /// <summary>Takes a weight as it is.</summary>
        public void Add(string name, IWeightSource source, string key) => Put(name, source, key, shape => shape, null);

        /// <summary>Takes one of <paramref name="parts"/> equal parts of the first dimension.</summary>
        public void AddPart(string name, IWeightSource source, string key, int part, int parts) => Put(
            name,
            source,
            key,
            shape => shape.With(0, shape[0] / parts),
            whole => whole.Slice(0, whole.Shape[0] / parts * part, whole.Shape[0] / parts));

        /// <summary>Takes a matrix with rows and columns swapped.</summary>
        public void AddTransposed(string name, IWeightSource source, string key) => Put(
            name,
            source,
            key,
            shape => [shape[1], shape[0]],
            whole => whole.Backend.Contiguous(whole.Transpose(0, 1)));

        /// <summary>Ends.</summary>
        public MappedWeights Build() => new(backend, _entries);

        private void Put(string name, IWeightSource source, string key, Func<Shape, Shape> shapeOf, Func<Tensor, Tensor>? change)
        {
            if (source.ShapeOf(key) is not { } shape)
            {
                return;
            }

            // A shape that cannot be cut or turned stays; whoever asks for the weight then sees what is wrong with it.
            bool fits = change is null || shape.Rank == 2 || (shape.Rank == 1 && name.EndsWith(".bias", StringComparison.Ordinal));
            _entries[name] = fits ? new Entry(source, key, shapeOf(shape), change) : new Entry(source, key, shape, null);
        }
    }

    private sealed record Entry(IWeightSource Source, string Key, Shape Shape, Func<Tensor, Tensor>? Change)
    {
        public Tensor Load()
        {
            Tensor whole = Source.Load(Key);
            return Change is null ? whole : Change(whole).Detach();
        }
    }
}
