using Vortex.Tensors;
using Vortex.Tensors.Torch;

namespace Vortex.Runner.Gpu;

/// <summary>What libtorch adds to a runner.</summary>
internal static class TorchKinds
{
    /// <summary>Gets the kinds, the one to prefer first.</summary>
    public static IReadOnlyList<TensorBackendKind> All { get; } =
    [
        Kind("cuda", "libtorch on an NVIDIA GPU", isAccelerator: true, () => TorchLibrary.CudaProblem),
        Kind("torch", "libtorch on the processor", isAccelerator: false, () => TorchLibrary.Problem),
    ];

    private static TensorBackendKind Kind(string name, string summary, bool isAccelerator, Func<string?> problem) => new()
    {
        Name = name,
        Summary = summary,
        IsAccelerator = isAccelerator,
        Precisions = Enum.GetValues<ComputePrecision>(),
        Problem = problem,
        Open = options => new TorchBackend(new TorchBackendOptions
        {
            Device = isAccelerator ? "cuda" : "cpu",
            Precision = options.TensorPrecision,
            Threads = options.TensorThreads,
            MemoryLimit = options.TensorMemoryBytes,
        }),
    };
}
