using Vortex.Testing;

namespace Vortex.Tensors.Torch.Tests;

/// <summary>The suite of the port for libtorch. Skips where the machine lacks the library or the device, and says which.</summary>
public abstract class TorchConformance(string device) : TensorBackendConformance
{
    /// <summary>Norms of a few values of about the same size cost libtorch, which keeps them in float32, a digit that the managed backend has.</summary>
    protected override double Tolerance => 5e-6;

    /// <inheritdoc/>
    protected override double Cancellation => 5e-7;

    /// <inheritdoc/>
    protected override ITensorBackend Open(long memoryLimit = 0, int? threads = null)
    {
        Natives.SkipWithout(device);
        return new TorchBackend(new TorchBackendOptions { Device = device, MemoryLimit = memoryLimit, Threads = threads ?? 2 });
    }
}

public sealed class TorchOnCpu() : TorchConformance("cpu");

public sealed class TorchOnCuda() : TorchConformance("cuda");
