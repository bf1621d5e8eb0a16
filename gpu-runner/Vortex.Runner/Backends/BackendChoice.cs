using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Vortex.Tensors;
using Vortex.Tensors.Cpu;

namespace Vortex.Runner;

/// <summary>Finds the backend that the options name among those this process has, and refuses to start with one that it has not.</summary>
internal sealed class BackendChoice(IEnumerable<TensorBackendKind> brought) : IPostConfigureOptions<RunnerOptions>, IValidateOptions<RunnerOptions>
{
    private readonly TensorBackendKind[] _kinds = [.. brought, s_managed];

    private static readonly TensorBackendKind s_managed = new()
    {
        Name = TensorBackendKind.Managed,
        Summary = "managed code on the processor",
        Problem = () => null,
        Open = options => new CpuBackend(new CpuBackendOptions
        {
            Threads = options.TensorThreads > 0 ? options.TensorThreads : Environment.ProcessorCount,
            MemoryLimit = options.TensorMemoryBytes,
        }),
    };

    /// <summary>Puts the name of a backend in the place of <see cref="RunnerOptions.AutomaticBackend"/>, so that capabilities and logs tell what it is.</summary>
    public void PostConfigure(string? name, RunnerOptions options)
    {
        if (options.Backend == RunnerOptions.AutomaticBackend)
        {
            options.Backend = Array.Find(_kinds, kind => kind.IsAccelerator && kind.Problem() is null)?.Name ?? s_managed.Name;
        }
    }

    /// <inheritdoc/>
    public ValidateOptionsResult Validate(string? name, RunnerOptions options)
    {
        if (Find(options.Backend) is not { } kind)
        {
            return ValidateOptionsResult.Fail(
                $"This runner has no backend '{options.Backend}'. It has: {string.Join(", ", _kinds.Select(known => $"{known.Name} ({known.Summary})"))}; {RunnerOptions.AutomaticBackend} chooses.");
        }

        if (kind.Problem() is { } problem)
        {
            return ValidateOptionsResult.Fail($"The backend '{kind.Name}' cannot be used: {problem}");
        }

        return kind.Precisions.Contains(options.TensorPrecision)
            ? ValidateOptionsResult.Success
            : ValidateOptionsResult.Fail($"The backend '{kind.Name}' computes in {string.Join(" or ", kind.Precisions)}, not in {options.TensorPrecision}.");
    }

    /// <summary>Opens the chosen backend, and tells which it is and why no faster one was taken.</summary>
    public ITensorBackend Open(RunnerOptions options, ILogger logger)
    {
        TensorBackendKind chosen = Find(options.Backend)!;
        ITensorBackend backend = chosen.Open(options);
        logger.BackendOpened(chosen.Name, backend.Description, backend.NumericClass);
        foreach (TensorBackendKind kind in _kinds.Where(kind => kind.IsAccelerator && !chosen.IsAccelerator))
        {
            if (kind.Problem() is { } problem)
            {
                logger.AcceleratorMissing(kind.Name, problem);
            }
        }

        return backend;
    }

    private TensorBackendKind? Find(string name) => Array.Find(_kinds, kind => string.Equals(kind.Name, name, StringComparison.OrdinalIgnoreCase));
}
