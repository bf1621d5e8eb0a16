using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Vortex.Runner;

/// <summary>Where this assembly tells what it does: activities and figures under the name <see cref="Name"/>.</summary>
public static class RunnerDiagnostics
{
    /// <summary>The name of the activity source and of the meter.</summary>
    public const string Name = "Vortex.Runner";

    private static readonly Meter s_meter = new(Name);

    internal static ActivitySource Activities { get; } = new(Name);

    internal static Counter<long> Batches { get; } = s_meter.CreateCounter<long>("vortex.runner.batches", "{batch}", "Batches ended, by status.");

    internal static Counter<long> Nodes { get; } = s_meter.CreateCounter<long>("vortex.runner.nodes", "{node}", "Nodes ended, by type and status.");

    internal static Histogram<double> NodeDuration { get; } = s_meter.CreateHistogram<double>("vortex.runner.node.duration", "s", "How long nodes took, by type.");

    internal static UpDownCounter<long> ValueCacheBytes { get; } = s_meter.CreateUpDownCounter<long>("vortex.runner.value_cache.size", "By", "Memory held for later batches.");
}
