using Microsoft.Extensions.Logging;
using Vortex.Diffusion.Management;
using Vortex.Runner.Models;
using Vortex.Runs;

namespace Vortex.Runner;

/// <summary>What executing a batch takes, shared by all batches of a runner.</summary>
internal sealed record RunnerParts(
    IRunStore Runs,
    IResultCache Cache,
    IArtifactStore Artifacts,
    NodeLibrary Library,
    ValueCodec Codec,
    ModelManager Models,
    ModelSupply? Supply,
    RunnerOptions Options,
    TimeProvider Time,
    ILogger Logger)
{
    public PlanStore Plans { get; } = new(Artifacts);

    public ValueCache Values { get; } = new(Options.ValueCacheBytes);
}
