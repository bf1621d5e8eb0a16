using System.Globalization;
using Vortex.Runs;

namespace Vortex.Azure;

/// <summary>Which container groups to start and which to let go. Pure: what is, goes in, and what to do comes out.</summary>
internal static class BurstPlan
{
    internal const string NamePrefix = "vx-burst-";

    /// <summary>Says which groups to start for what waits.</summary>
    /// <remarks>
    /// Names follow from the tenant and the lowest free number, so that a second call at the same moment names the same groups. Tenants get theirs in turn, the one with the
    /// fewest first. Nothing is started while a group that failed is there: what failed once mostly fails again, at a price.
    /// </remarks>
    internal static IReadOnlyList<ContainerGroupOrder> Starts(
        CapacityNeed need, IReadOnlyList<ContainerGroup> groups, BurstOptions options, IReadOnlyDictionary<string, string> environment, DateTimeOffset now)
    {
        int waiting = need.Waiting.Sum(work => work.Batches);
        if (options.MaxGroups == 0
            || (waiting < options.StartAfterWaiting && now - need.Since < options.StartAfterWait)
            || groups.Any(group => group.Phase == ContainerGroupPhase.Failed))
        {
            return [];
        }

        Dictionary<string, int> wanted = need.Waiting
            .GroupBy(work => TenantOf(work.Workspace), StringComparer.Ordinal)
            .ToDictionary(tenant => tenant.Key, tenant => Math.Min(options.MaxGroupsPerTenant, Groups(tenant.Sum(work => work.Batches), options)), StringComparer.Ordinal);
        Dictionary<string, int> alive = groups.Where(IsAlive).CountBy(group => group.Tenant).ToDictionary(StringComparer.Ordinal);
        HashSet<string> taken = [.. groups.Select(group => group.Name)];
        int room = Math.Min(options.MaxGroups, Groups(waiting, options)) - alive.Values.Sum();
        List<ContainerGroupOrder> starts = [];
        while (starts.Count < room)
        {
            string? next = wanted.Where(tenant => alive.GetValueOrDefault(tenant.Key) < tenant.Value)
                .OrderBy(tenant => alive.GetValueOrDefault(tenant.Key)).ThenBy(tenant => tenant.Key, StringComparer.Ordinal).Select(tenant => tenant.Key).FirstOrDefault();
            if (next is null)
            {
                break;
            }

            string name = Enumerable.Range(0, options.MaxGroups + groups.Count).Select(number => NameOf(next, number)).First(name => !taken.Contains(name));
            taken.Add(name);
            alive[next] = alive.GetValueOrDefault(next) + 1;
            starts.Add(new ContainerGroupOrder(name, Tags(next, now), Command(options), environment));
        }

        return starts;
    }

    /// <summary>Says which groups to delete: those that ended, those that failed a while ago, those that are too old.</summary>
    internal static IReadOnlyList<string> Leavers(IReadOnlyList<ContainerGroup> groups, BurstOptions options, DateTimeOffset now) =>
    [
        .. groups.Where(group => group.Phase switch
        {
            ContainerGroupPhase.Finished => true,
            ContainerGroupPhase.Failed => Age(group, now) >= options.KeepFailed,
            _ => Age(group, now) >= options.MaxAge,
        }).Select(group => group.Name),
    ];

    internal static bool IsAlive(ContainerGroup group) => group.Phase is ContainerGroupPhase.Starting or ContainerGroupPhase.Running;

    private static int Groups(int batches, BurstOptions options) => (batches + options.BatchesPerGroup - 1) / options.BatchesPerGroup;

    // Tags and names are seen by everybody with the portal; tenants are told apart there, not named.
    private static string TenantOf(WorkspaceId workspace) => DocumentKeys.Hash(workspace.Tenant)[..10];

    private static string NameOf(string tenant, int number) => string.Create(CultureInfo.InvariantCulture, $"{NamePrefix}{tenant}-{number}");

    private static TimeSpan Age(ContainerGroup group, DateTimeOffset now) => group.Started is { } at ? now - at : TimeSpan.MaxValue;

    private static Dictionary<string, string> Tags(string tenant, DateTimeOffset now) => new()
    {
        ["product"] = "vortex",
        [ContainerGroup.TenantTag] = tenant,
        [ContainerGroup.StartedTag] = now.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture),
    };

    // The whole command: a container group puts it in the place of the image's own.
    private static string[] Command(BurstOptions options) =>
        ["dotnet", "Vortex.Runner.dll", "--azure", "--cache", "/cache", "--drain-seconds", "25", "--exit-when-idle", options.IdleMinutes.ToString(CultureInfo.InvariantCulture)];
}
