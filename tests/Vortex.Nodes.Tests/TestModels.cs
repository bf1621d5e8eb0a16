using Vortex.Diffusion;
using Vortex.Diffusion.Management;
using Vortex.Diffusion.Recipes;
using Vortex.Tensors;
using Vortex.Tensors.Cpu;

namespace Vortex.Nodes.Tests;

/// <summary>A backend for nodes under test, and no model files.</summary>
internal static class TestModels
{
    public static ModelManager Shared { get; } = new(new CpuBackend(), new NoFiles());

    public static ITensorBackend Backend => Shared.Backend;

    private sealed class NoFiles : IModelFiles
    {
        public string PathOf(ModelFileRef file) => throw new DiffusionException(DiffusionCodes.FileGone, $"There is no '{file.Name}'.");

        public ModelFileRef? Find(string folder, string name) => null;

        public IReadOnlyList<string> List(string folder) => [];
    }
}
