using Vortex.Tensors;

namespace Vortex.Runner;

/// <summary>A way to compute that a host brings to its runner, as a service beside the managed one that every runner has.</summary>
public sealed record TensorBackendKind
{
    /// <summary>The name of the managed backend, which every runner has.</summary>
    public const string Managed = "cpu";

    /// <summary>Gets the name that <see cref="RunnerOptions.Backend"/>, the runner's capabilities and runs that ask for a backend use, such as <c>cuda</c>.</summary>
    public required string Name { get; init; }

    /// <summary>Gets what a person is told about it, in a few words.</summary>
    public required string Summary { get; init; }

    /// <summary>Gets whether it is so much faster than the managed backend that the automatic choice prefers it.</summary>
    public bool IsAccelerator { get; init; }

    /// <summary>Gets the number formats it can compute products in.</summary>
    public IReadOnlyList<ComputePrecision> Precisions { get; init; } = [ComputePrecision.Float32];

    /// <summary>Gets what tells why it cannot be used on this machine, in one sentence; null when it can.</summary>
    public required Func<string?> Problem { get; init; }

    /// <summary>Gets what opens it as the options say.</summary>
    public required Func<RunnerOptions, ITensorBackend> Open { get; init; }
}
