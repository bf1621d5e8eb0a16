using Vortex.Diffusion.Management;
using Vortex.Runner.Models;
using Vortex.Tensors.Cpu;

namespace Vortex.Runner.Tests;

/// <summary>Model managers for tests.</summary>
internal static class SomeModels
{
    /// <summary>One whose machine has no models.</summary>
    public static ModelManager None() => new(new CpuBackend(), new ModelFolders([], new DigestCache(null)));
}
