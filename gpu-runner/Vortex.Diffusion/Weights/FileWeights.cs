using System.Collections.Concurrent;
using Vortex.Diffusion.Files;
using Vortex.Tensors;

namespace Vortex.Diffusion.Weights;

/// <summary>Weights of a model file: all of it, the part below a prefix, or under other names. Each is loaded once, when first asked for.</summary>
/// <remarks>Safe to use from several threads. The file must stay open as long as weights may be asked for.</remarks>
public sealed class FileWeights : IWeightSource, IDisposable
{
    private readonly IModelFile _file;
    private readonly Dictionary<string, TensorInfo> _infos = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Lazy<Tensor>> _loaded = new(StringComparer.Ordinal);

    /// <summary>Takes a file.</summary>
    /// <param name="file">The file; stays the caller's.</param>
    /// <param name="backend">What computes with the weights.</param>
    /// <param name="rename">Gives the key that a tensor goes by here, or null to leave it out; null for the file's own keys. Where two get one key, the first counts.</param>
    public FileWeights(IModelFile file, ITensorBackend backend, Func<string, string?>? rename = null)
    {
        (_file, Backend) = (file, backend);
        foreach ((string name, TensorInfo info) in file.Tensors)
        {
            if ((rename is null ? name : rename(name)) is { } key)
            {
                _infos.TryAdd(key, info);
            }
        }
    }

    /// <inheritdoc/>
    public ITensorBackend Backend { get; }

    /// <inheritdoc/>
    public IEnumerable<string> Names => _infos.Keys;

    /// <summary>Takes the part of a file below a prefix, which the keys then lack.</summary>
    public static FileWeights Under(IModelFile file, ITensorBackend backend, string prefix) =>
        new(file, backend, name => name.StartsWith(prefix, StringComparison.Ordinal) ? name[prefix.Length..] : null);

    /// <inheritdoc/>
    public Shape? ShapeOf(string name) => _infos.TryGetValue(name, out TensorInfo? info) ? info.Shape : null;

    /// <inheritdoc/>
    public DType TypeOf(string name) => _infos[name].Type;

    /// <inheritdoc/>
    public Tensor Load(string name) =>
        _loaded.GetOrAdd(name, key => new Lazy<Tensor>(() => _file.Load(_infos[key].Name, Backend))).Value;

    /// <summary>Gives the memory of what was loaded back; networks made of it must not be used any more. What is asked for after that is loaded anew.</summary>
    public void Dispose()
    {
        foreach (Lazy<Tensor> weight in _loaded.Values.Where(weight => weight.IsValueCreated))
        {
            weight.Value.Dispose();
        }

        _loaded.Clear();
    }
}
