using System.Globalization;
using Vortex.Runs;

namespace Vortex.Azure;

/// <summary>Says how things stand with runners that a scale rule starts: nobody here starts them, and nobody is told why one does not come.</summary>
internal static class CapacityReport
{
    /// <summary>Says how things stand with GPU runners.</summary>
    internal static CapacityState Gpu(CapacityNeed need, CapacityOptions options, DateTimeOffset now)
    {
        if (options.MaxGpuRunners == 0)
        {
            return new CapacityState(CapacityStatus.Missing, CapacityCodes.NoRunner, "This deployment has no GPU runners. Set VORTEX_GPU_PROFILE and provision, or run it with target_backend 'cpu'.");
        }

        int most = options.MaxGpuRunners * (string.IsNullOrEmpty(options.OverflowRegion) ? 1 : 2);
        if (need.Held > 0)
        {
            return AtWork("GPU", need.Held, most);
        }

        TimeSpan waited = now - need.Since;
        return waited < options.Patience
            ? new CapacityState(CapacityStatus.Coming, CapacityCodes.Starting, $"A GPU runner was asked for {Ago(waited)} ago. A machine, the image, the process and the models take from half a minute to several.")
            : new CapacityState(
                CapacityStatus.Missing,
                CapacityCodes.NotGiven,
                $"No GPU has come for {Ago(waited)}: {Where(options.Region)} has none to give at the moment, or the quota is used up; the platform does not say which. {Quota(options)} {Overflow(need, options)} What waits is not lost.");
    }

    /// <summary>Says how things stand with CPU runners of the scale rule.</summary>
    internal static CapacityState Cpu(CapacityNeed need, CapacityOptions options, DateTimeOffset now)
    {
        if (need.Held > 0)
        {
            return AtWork("CPU", need.Held, options.MaxCpuRunners + options.Burst.MaxGroups);
        }

        TimeSpan waited = now - need.Since;
        return waited < options.Patience
            ? new CapacityState(CapacityStatus.Coming, CapacityCodes.Starting, $"A CPU runner was asked for {Ago(waited)} ago. A machine, the image and the process take up to a minute or two.")
            : new CapacityState(
                CapacityStatus.Missing,
                CapacityCodes.NotGiven,
                $"No CPU runner has come for {Ago(waited)}. See why replicas do not start: the dashboard's tile 'Why runners do not start', or az containerapp replica list. What waits is not lost.");
    }

    /// <summary>Says that a deployment has no runners of a backend.</summary>
    internal static CapacityState None(string backend, CapacityOptions options, string cpuBackend) => new(
        CapacityStatus.Missing,
        CapacityCodes.NoRunner,
        $"This deployment has runners of the backend{(options.MaxGpuRunners > 0 ? $"s '{cpuBackend}' and '{options.GpuBackend}'" : $" '{cpuBackend}'")}, and it asks for '{backend}'. Run it with another target_backend.");

    private static CapacityState AtWork(string kind, int held, int most) => new(
        CapacityStatus.Ready,
        CapacityCodes.Ready,
        string.Create(CultureInfo.InvariantCulture, $"{kind} runners are at work on {held} batches; {most} runners are allowed in all, and more come while much waits."));

    private static string Quota(CapacityOptions options) => options.GpuQuota is { } quota
        ? string.Create(CultureInfo.InvariantCulture, $"The quota was {quota} when somebody looked.")
        : "Nobody has noted the quota: az containerapp env list-usages shows it.";

    private static string Overflow(CapacityNeed need, CapacityOptions options)
    {
        int waiting = need.Waiting.Sum(work => work.Batches);
        return string.IsNullOrEmpty(options.OverflowRegion)
            ? "No second region is set up (VORTEX_OVERFLOW_LOCATION)."
            : waiting < options.OverflowAfter
                ? string.Create(CultureInfo.InvariantCulture, $"The second region, {options.OverflowRegion}, helps when {options.OverflowAfter} batches wait; now {waiting} do.")
                : $"The second region, {options.OverflowRegion}, was asked too.";
    }

    private static string Where(string? region) => string.IsNullOrEmpty(region) ? "the region" : region;

    private static string Ago(TimeSpan time) => time < TimeSpan.FromMinutes(2)
        ? string.Create(CultureInfo.InvariantCulture, $"{Math.Max(0, (int)time.TotalSeconds)} seconds")
        : string.Create(CultureInfo.InvariantCulture, $"{(long)time.TotalMinutes} minutes");
}
