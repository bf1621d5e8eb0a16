using System.Collections.Concurrent;
using Vortex.Diffusion.Weights;
using Vortex.Tensors;

namespace Vortex.Diffusion.Management;

/// <summary>Weights of another source in another number format, each converted once.</summary>
/// <param name="source">The weights; stay the caller's.</param>
/// <param name="type">The format.</param>
internal sealed class ConvertedWeights(IWeightSource source, DType type) : IWeightSource, IDisposable
{
    private readonly ConcurrentDictionary<string, Lazy<Tensor>> _converted = new(StringComparer.Ordinal);

    public ITensorBackend Backend => source.Backend;

    public IEnumerable<string> Names => source.Names;

    public Shape? ShapeOf(string name) => source.ShapeOf(name);

    public DType TypeOf(string name) => type;

    public void Release(string name)
    {
        if (_converted.TryRemove(name, out Lazy<Tensor>? weight) && weight.IsValueCreated)
        {
            weight.Value.Dispose();
        }

        source.Release(name);
    }

    public Tensor Load(string name) => _converted.GetOrAdd(name, key => new Lazy<Tensor>(() => Convert(key))).Value;

    public void Dispose()
    {
        foreach (Lazy<Tensor> weight in _converted.Values.Where(weight => weight.IsValueCreated))
        {
            weight.Value.Dispose();
        }

        _converted.Clear();
    }

    private Tensor Convert(string name)
    {
        Tensor stored = source.Load(name);
        using TensorScope scope = TensorScope.Begin();
        return (stored.DType == type ? stored.Reshape(stored.Shape.Span) : stored.To(type)).Detach();
    }
}
