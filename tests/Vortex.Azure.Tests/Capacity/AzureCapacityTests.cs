using Azure;
using Microsoft.Extensions.Logging.Abstractions;
using Vortex.Azure.Tests.Cosmos;
using Vortex.Runs;
using Vortex.Testing;

namespace Vortex.Azure.Tests.Capacity;

/// <summary>Capacity in Azure over the real Cosmos client and a stand-in for the service of container groups.</summary>
public sealed class AzureCapacityTests(CosmosDesk desk) : CapacityConformance, IClassFixture<CosmosDesk>
{
    private readonly DeskGroups _groups = new();
    private readonly CapacityOptions _options = new()
    {
        Region = "swedencentral",
        Burst = new BurstOptions { MaxGroups = 6, MaxGroupsPerTenant = 4, Region = "swedencentral", IdentityClientId = "client", Image = "registry.azurecr.io/runner:1" },
    };

    private CosmosPlace? _place;

    [Fact]
    public async Task What_the_timer_found_is_what_others_read()
    {
        ICapacity timer = await OpenAsync();
        ICapacity api = await OpenAsync();
        Assert.Equal(CapacityStatus.Unknown, (await api.ReadAsync(new BatchRequirements { Backend = "CUDA" })).Status);
        CapacityState said = await timer.AskAsync(Need("cuda", 3));
        Assert.Equal(said, await api.ReadAsync(new BatchRequirements { Backend = "CUDA" }));
        // Of the other kind of runner nobody has said anything.
        Assert.Equal(CapacityStatus.Unknown, (await api.ReadAsync(new BatchRequirements())).Status);
    }

    [Fact]
    public async Task Groups_are_started_for_a_backlog_within_the_limits_and_are_told_where_the_stores_are()
    {
        ICapacity capacity = await OpenAsync();
        CapacityState state = await capacity.AskAsync(Need("cpu", 500));
        Assert.Equal((CapacityStatus.Coming, CapacityCodes.Starting), (state.Status, state.Code));
        Assert.Equal(6, _groups.Orders.Count);
        Assert.Equal([3, 3], _groups.Orders.CountBy(order => order.Tags[ContainerGroup.TenantTag]).Select(tenant => tenant.Value));
        Assert.All(_groups.Orders, order =>
        {
            Assert.Matches("^vx-burst-[0-9a-f]{10}-[0-9]$", order.Name);
            Assert.Equal(["--exit-when-idle", "2"], order.Command.TakeLast(2));
            Assert.Equal("https://blobs/", order.Environment["Vortex__Azure__Blobs__ServiceUri"]);
            Assert.Equal("client", order.Environment["AZURE_CLIENT_ID"]);
        });
    }

    [Fact]
    public async Task Retry_after_a_crash_between_two_starts_finishes_what_was_begun_and_starts_nothing_twice()
    {
        await (await OpenAsync()).AskAsync(Need("cpu", 500));
        string[] all = [.. _groups.Orders.Select(order => order.Name)];
        await _groups.DeleteAsync(all[^1]);
        _groups.Orders.Clear();
        // Another process, which knows nothing of the first.
        await (await OpenAsync()).AskAsync(Need("cpu", 500));
        Assert.Equal([all[^1]], _groups.Orders.Select(order => order.Name));
    }

    [Fact]
    public async Task Refusal_is_told_where_no_other_runner_comes_and_is_not_where_one_does()
    {
        _groups.Refuses = new RequestFailedException(409, "Resource type 'Microsoft.ContainerInstance/containerGroups' container group quota 'StandardCores' exceeded in region 'swedencentral'.", "ServiceUnavailable", null);
        ICapacity capacity = await OpenAsync();
        Assert.Equal(CapacityCodes.Starting, (await capacity.AskAsync(Need("cpu", 500))).Code);
        Time.Advance(_options.Patience);
        CapacityState none = await capacity.AskAsync(Need("cpu", 500));
        Assert.Equal((CapacityStatus.Missing, CapacityCodes.Quota), (none.Status, none.Code));
        Assert.Equal(CapacityStatus.Ready, (await capacity.AskAsync(Need("cpu", 500, held: 3))).Status);
    }

    [Fact]
    public async Task Group_that_failed_is_told_kept_for_its_logs_and_keeps_others_from_being_started()
    {
        ICapacity capacity = await OpenAsync();
        await capacity.AskAsync(Need("cpu", 500));
        foreach (ContainerGroup group in _groups.All)
        {
            _groups.Set(group.Name, one => one with { ProvisioningState = "Succeeded", State = "Pending", ContainerState = "Waiting", Detail = "ImagePullBackOff" });
        }

        Time.Advance(_options.Patience);
        CapacityState state = await capacity.AskAsync(Need("cpu", 500));
        Assert.Equal((CapacityStatus.Missing, CapacityCodes.Image), (state.Status, state.Code));
        Assert.Equal(6, _groups.Orders.Count);
        Assert.Equal(0, await capacity.ReleaseAsync());
        Time.Advance(_options.Burst.KeepFailed);
        Assert.Equal(6, await capacity.ReleaseAsync());
        Assert.Equal(0, await capacity.ReleaseAsync());
        await capacity.AskAsync(Need("cpu", 500));
        Assert.Equal(12, _groups.Orders.Count);
    }

    [Fact]
    public async Task Groups_that_ended_go_and_those_at_work_stay()
    {
        ICapacity capacity = await OpenAsync();
        await capacity.AskAsync(Need("cpu", 500));
        string[] names = [.. _groups.Orders.Select(order => order.Name)];
        _groups.Set(names[0], one => one with { ProvisioningState = "Succeeded", State = "Succeeded", ContainerState = "Terminated", ExitCode = 0 });
        _groups.Set(names[1], one => one with { ProvisioningState = "Succeeded", State = "Running", ContainerState = "Running" });
        Assert.Equal(1, await capacity.ReleaseAsync());
        Assert.Equal([names[0]], _groups.Deleted);
        Time.Advance(_options.Burst.MaxAge);
        Assert.Equal(5, await capacity.ReleaseAsync());
    }

    [Fact]
    public async Task Gpu_that_does_not_come_is_explained_with_quota_and_second_region()
    {
        ICapacity capacity = await OpenAsync();
        Assert.Equal((CapacityStatus.Coming, CapacityCodes.Starting), Short(await capacity.AskAsync(Need("cuda", 3))));
        Assert.Equal((CapacityStatus.Ready, CapacityCodes.Ready), Short(await capacity.AskAsync(Need("cuda", 3, held: 1))));
        Time.Advance(TimeSpan.FromMinutes(12));
        CapacityState none = await capacity.AskAsync(Need("cuda", 3));
        Assert.Equal((CapacityStatus.Missing, CapacityCodes.NotGiven), Short(none));
        Assert.Contains("12 minutes", none.Reason, StringComparison.Ordinal);
        Assert.Contains("VORTEX_OVERFLOW_LOCATION", none.Reason, StringComparison.Ordinal);
        Assert.Contains("Nobody has noted the quota", none.Reason, StringComparison.Ordinal);
        (_options.OverflowRegion, _options.GpuQuota) = ("westus3", 8);
        none = await capacity.AskAsync(Need("cuda", 3));
        Assert.Contains("westus3, helps when 20 batches wait; now 3 do", none.Reason, StringComparison.Ordinal);
        Assert.Contains("The quota was 8", none.Reason, StringComparison.Ordinal);
        Assert.Contains("westus3, was asked too", (await capacity.AskAsync(Need("cuda", 30))).Reason, StringComparison.Ordinal);
        Assert.Empty(_groups.Orders);
        _options.MaxGpuRunners = 0;
        Assert.Equal((CapacityStatus.Missing, CapacityCodes.NoRunner), Short(await capacity.AskAsync(Need("cuda", 3))));
    }

    [Fact]
    public async Task Few_batches_that_wait_briefly_start_no_group()
    {
        ICapacity capacity = await OpenAsync();
        await capacity.AskAsync(Need("cpu", _options.Burst.StartAfterWaiting - 1));
        Assert.Empty(_groups.Orders);
        Time.Advance(_options.Burst.StartAfterWait);
        await capacity.AskAsync(Need("cpu", 2));
        Assert.Single(_groups.Orders);
    }

    protected override ValueTask<int> StartedAsync() => ValueTask.FromResult(_groups.Orders.Count);

    protected override async ValueTask<ICapacity> OpenAsync()
    {
        _place ??= await desk.NewOrSkipAsync();
        BurstEnvironment environment = BurstEnvironment.Of(new BlobStoreOptions { ServiceUri = new Uri("https://blobs") }, new CosmosStoreOptions(), new BatchQueueOptions(), _options.Burst);
        return new AzureCapacity(_place.Documents, _options, new BatchQueueOptions(), environment, _groups, Time, NullLogger.Instance);
    }

    private static (CapacityStatus Status, string Code) Short(CapacityState state) => (state.Status, state.Code);
}
