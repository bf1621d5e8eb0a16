using System.Text.Json.Serialization;
using Azure;
using Microsoft.Extensions.Logging;
using Vortex.Runs;

namespace Vortex.Azure;

/// <summary>Capacity in Azure: scale rules start runners by the length of their queue, and container groups help where CPU batches pile up.</summary>
/// <remarks>
/// A timer asks; what it found is kept as a document per backend, which every look at a waiting run reads. Container groups are known by what the service lists, not by notes of
/// our own: what was started twice, or by a process that died, is seen.
/// </remarks>
internal sealed class AzureCapacity(
    DocumentContainer documents, CapacityOptions options, BatchQueueOptions queue, BurstEnvironment environment, IContainerGroups? groups, TimeProvider time, ILogger logger) : ICapacity
{
    private static readonly CapacityState s_unknown = new(CapacityStatus.Unknown, CapacityCodes.Unknown, "Nobody has looked yet whether runners are there; that happens every minute.");

    /// <inheritdoc />
    public async ValueTask<CapacityState> AskAsync(CapacityNeed need, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        string backend = (need.Backend ?? queue.DefaultBackend).ToLowerInvariant();
        CapacityState state = IsGpu(backend) ? CapacityReport.Gpu(need, options, time.GetUtcNow())
            : IsCpu(backend) ? await AskCpuAsync(need, cancellationToken)
            : CapacityReport.None(backend, options, queue.DefaultBackend);
        state = state with { Since = need.Since };
        await documents.PutAsync(CapacityDocument.Place, CapacityDocument.Of(backend, state), cancellationToken);
        return state;
    }

    /// <inheritdoc />
    public async ValueTask<CapacityState> ReadAsync(BatchRequirements requires, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        string backend = (requires.Backend ?? queue.DefaultBackend).ToLowerInvariant();
        return IsGpu(backend) || IsCpu(backend)
            ? (await documents.FindAsync<CapacityDocument>(CapacityDocument.Place, CapacityDocument.TheScope, CapacityDocument.IdOf(backend), cancellationToken))?.State ?? s_unknown
            : CapacityReport.None(backend, options, queue.DefaultBackend);
    }

    /// <inheritdoc />
    public async ValueTask<int> ReleaseAsync(CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (groups is null)
        {
            return 0;
        }

        // Also where bursts were switched off since: what is there still is over some time.
        int deleted = 0;
        try
        {
            foreach (string name in BurstPlan.Leavers(await groups.ListAsync(cancellationToken), options.Burst, time.GetUtcNow()))
            {
                await groups.DeleteAsync(name, cancellationToken);
                deleted++;
            }
        }
        catch (RequestFailedException refused)
        {
            logger.GroupsNotDeleted(refused);
        }

        return deleted;
    }

    private async ValueTask<CapacityState> AskCpuAsync(CapacityNeed need, CancellationToken cancellationToken)
    {
        CapacityState byRule = CapacityReport.Cpu(need, options, time.GetUtcNow());
        if (groups is null || options.Burst.MaxGroups == 0)
        {
            return byRule;
        }

        try
        {
            IReadOnlyList<ContainerGroup> there = await groups.ListAsync(cancellationToken);
            IReadOnlyList<ContainerGroupOrder> starts = BurstPlan.Starts(need, there, options.Burst, environment.Settings, time.GetUtcNow());
            foreach (ContainerGroupOrder start in starts)
            {
                cancellationToken.ThrowIfCancellationRequested();
                await groups.StartAsync(start, cancellationToken);
                logger.GroupStarted(start.Name, need.Waiting.Sum(work => work.Batches));
            }

            return Judge(byRule, there, starts.Count);
        }
        catch (RequestFailedException refused)
        {
            // The runners of the scale rule come all the same; what the burst met is told only where they do not.
            CapacityState fault = CapacityFault.Of(refused, options.Burst.Region);
            logger.GroupNotStarted(fault.Code, fault.Reason);
            return byRule.Status is CapacityStatus.Ready or CapacityStatus.Coming ? byRule : fault;
        }
    }

    private CapacityState Judge(CapacityState byRule, IReadOnlyList<ContainerGroup> there, int started)
    {
        if (byRule.Status == CapacityStatus.Ready)
        {
            return byRule;
        }

        int alive = there.Count(BurstPlan.IsAlive) + started;
        return alive > 0 ? new CapacityState(CapacityStatus.Coming, CapacityCodes.Starting, FormattableString.Invariant($"Runners are on their way, {alive} of them as container groups. A machine, the image and the process take a minute or two."))
            : byRule.Status == CapacityStatus.Missing && there.FirstOrDefault(group => group.Phase == ContainerGroupPhase.Failed) is { } failed ? CapacityFault.Of(failed, options.Burst.Region)
            : byRule;
    }

    private bool IsGpu(string backend) => string.Equals(backend, options.GpuBackend, StringComparison.OrdinalIgnoreCase);

    private bool IsCpu(string backend) => string.Equals(backend, queue.DefaultBackend, StringComparison.OrdinalIgnoreCase);
}

/// <summary>What a runner in a container group is told: where the stores and queues are, and who it is.</summary>
/// <param name="Settings">By name of the environment variable.</param>
internal sealed record BurstEnvironment(IReadOnlyDictionary<string, string> Settings)
{
    /// <summary>Makes the settings of a runner from those of the host, so that both use the same stores.</summary>
    internal static BurstEnvironment Of(BlobStoreOptions blobs, CosmosStoreOptions cosmos, BatchQueueOptions queue, BurstOptions burst) => new(new Dictionary<string, string>
    {
        ["Vortex__Azure__Blobs__ServiceUri"] = blobs.ServiceUri?.ToString() ?? "",
        ["Vortex__Azure__Blobs__Container"] = blobs.Container,
        ["Vortex__Azure__Cosmos__Endpoint"] = cosmos.Endpoint?.ToString() ?? "",
        ["Vortex__Azure__Cosmos__Database"] = cosmos.Database,
        ["Vortex__Azure__Queue__Namespace"] = queue.Namespace ?? "",
        ["AZURE_CLIENT_ID"] = burst.IdentityClientId ?? "",
    });
}

/// <summary>How things stood with one backend when a timer last looked.</summary>
internal sealed record CapacityDocument : Document
{
    internal const string TheKind = "capacity";
    internal const string TheScope = "capacity";

    /// <summary>Where it lies: in no customer's workspace. Tenants of Entra ID are GUIDs and begin with no underscore.</summary>
    internal static readonly WorkspaceId Place = new("_vortex", "_capacity");

    // A timer that no longer looks leaves nothing that looks like news.
    private static readonly TimeSpan s_kept = TimeSpan.FromMinutes(5);

    [JsonPropertyName("state")]
    public required CapacityState State { get; init; }

    internal static string IdOf(string backend) => "capacity-" + DocumentKeys.Hash(backend)[..16];

    internal static CapacityDocument Of(string backend, CapacityState state) =>
        In(Place, TheScope, new CapacityDocument { Id = IdOf(backend), Kind = TheKind, State = state }, s_kept);
}
