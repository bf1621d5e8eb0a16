using Vortex.Diffusion.Text;
using Vortex.Tensors;
using Vortex.Tensors.Cpu;

namespace Vortex.Diffusion.Tests.Text;

/// <summary>Textual inversions in memory, found by name with or without an ending.</summary>
internal sealed class SomeEmbeddings : IEmbeddingSource, IDisposable
{
    private readonly CpuBackend _backend = new();
    private readonly Dictionary<string, Tensor> _tensors;

    public SomeEmbeddings(int width, params (string Name, int Rows)[] entries) =>
        _tensors = entries.ToDictionary(entry => entry.Name, entry => _backend.Empty([entry.Rows, width]).Detach(), StringComparer.Ordinal);

    public Tensor? Find(string name, string encoder, int width) =>
        _tensors.GetValueOrDefault(name.EndsWith(".safetensors", StringComparison.Ordinal) ? Path.GetFileNameWithoutExtension(name) : name);

    public string NameOf(Tensor tensor) => _tensors.Single(entry => entry.Value == tensor).Key;

    public void Dispose() => _backend.Dispose();
}
