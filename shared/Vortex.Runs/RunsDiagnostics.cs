using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Vortex.Runs;

/// <summary>The traces and metrics of this assembly, both named <c>Vortex.Runs</c>.</summary>
public static class RunsDiagnostics
{
    /// <summary>The name of the activity source and the meter.</summary>
    public const string Name = "Vortex.Runs";

    /// <summary>Gets the activity source.</summary>
    public static ActivitySource Source { get; } = new(Name);

    /// <summary>Gets the meter.</summary>
    public static Meter Meter { get; } = new(Name);

    internal static Counter<long> RunsAccepted { get; } = Meter.CreateCounter<long>("vortex.runs.accepted", "{run}", "Runs accepted");

    internal static Counter<long> RunsFinished { get; } = Meter.CreateCounter<long>("vortex.runs.finished", "{run}", "Runs that ended, by status");

    internal static Counter<long> BatchesDispatched { get; } = Meter.CreateCounter<long>("vortex.batches.dispatched", "{batch}", "Batches put on the queue");

    internal static Histogram<double> PlanDuration { get; } = Meter.CreateHistogram<double>("vortex.plan.duration", "ms", "Time to plan a run");
}
