[assembly: CollectionBehavior(DisableTestParallelization = true)] // libtorch's number of threads belongs to the process.

namespace Vortex.Tensors.Torch.Tests;

/// <summary>Says whether this machine can run a test at all.</summary>
internal static class Natives
{
    public static void SkipWithout(string device)
    {
        string? problem = device == "cpu" ? TorchLibrary.Problem : TorchLibrary.CudaProblem;
        Assert.SkipWhen(problem is not null, problem ?? "");
    }

    public static TorchBackend Open(string device = "cpu", ComputePrecision precision = ComputePrecision.Float32, long memoryLimit = 0)
    {
        SkipWithout(device);
        return new TorchBackend(new TorchBackendOptions { Device = device, Precision = precision, MemoryLimit = memoryLimit });
    }
}
