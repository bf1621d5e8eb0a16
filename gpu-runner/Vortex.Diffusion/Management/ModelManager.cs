using Vortex.Tensors;

namespace Vortex.Diffusion.Management;

/// <summary>Makes networks from recipes, once each, and keeps them for the next run as long as memory allows. Safe to use from several threads.</summary>
/// <remarks>
/// Two that ask for the same recipe at once wait for one load. Weights that no patch touches are those of the mapped file, shared by all recipes
/// over it. Loading is computed on the calling thread.
/// </remarks>
public sealed class ModelManager : IDisposable
{
    /// <summary>Makes a manager without any network.</summary>
    public ModelManager(ITensorBackend backend, IModelFiles files, ModelManagerOptions? options = null) =>
        (Backend, Files, Options) = (backend, files, options ?? new ModelManagerOptions());

    /// <summary>Gets what computes.</summary>
    public ITensorBackend Backend { get; }

    /// <summary>Gets where model files lie.</summary>
    public IModelFiles Files { get; }

    /// <summary>Gets how it works.</summary>
    public ModelManagerOptions Options { get; }

    /// <summary>Lets go of everything. Leases given out stay usable until they are disposed of.</summary>
    public void Dispose()
    {
    }
}
