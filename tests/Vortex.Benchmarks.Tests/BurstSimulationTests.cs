using Vortex.Benchmarks.Burst;

namespace Vortex.Benchmarks.Tests;

/// <summary>The laws of the simulated burst. Its delays are assumptions; these hold for any of them.</summary>
public sealed class BurstSimulationTests
{
    private static readonly BurstTenant[] s_tenants = [new("large", 200), new("middle", 95), new("tiny", 20)];

    [Theory]
    [InlineData(1, 120.0)]
    [InlineData(4, 120.0)]
    [InlineData(16, 120.0)]
    [InlineData(16, 2.0)]
    [InlineData(400, 2.0)]
    public async Task Every_batch_is_completed_once_and_the_quota_is_never_exceeded(int quota, double meanLifeMinutes)
    {
        BurstResult result = await RunAsync(new BurstModel { Quota = quota, MeanLife = TimeSpan.FromMinutes(meanLifeMinutes) });
        Assert.Equal(315, result.Completions.Count);
        Assert.All(result.Completions, batch => Assert.Equal(1, batch.Value));
        Assert.InRange(result.PeakReplicas, 1, quota);
        Assert.True(result.Billed >= result.Useful, "What is useful is billed.");
        Assert.Equal([200, 95, 20], result.Tenants.Select(tenant => tenant.Completed));
    }

    [Fact]
    public async Task More_quota_never_takes_longer()
    {
        List<TimeSpan> drained = [];
        foreach (int quota in new[] { 1, 2, 4, 8, 16, 32 })
        {
            drained.Add((await RunAsync(new BurstModel { Quota = quota, SlowStartPercent = 0, MeanLife = TimeSpan.FromDays(10_000) })).Drained);
        }

        Assert.Equal(drained.OrderDescending(), drained);
        Assert.True(drained[0] > drained[^1] * 8);
    }

    [Fact]
    public async Task Drain_is_never_faster_than_the_work_divided_by_the_quota_nor_than_the_first_gpu_comes()
    {
        BurstModel model = new() { Quota = 8 };
        BurstResult result = await RunAsync(model);
        Assert.True(result.Drained > (result.Useful / model.Quota) + (model.ColdStart * 0.75));
    }

    [Fact]
    public async Task Same_seed_gives_the_same_burst_and_another_seed_another()
    {
        BurstResult one = await RunAsync(new BurstModel());
        BurstResult again = await RunAsync(new BurstModel());
        BurstResult other = await RunAsync(new BurstModel { Seed = 7 });
        Assert.Equal((one.Drained, one.Billed, one.LostReplicas), (again.Drained, again.Billed, again.LostReplicas));
        Assert.NotEqual(one.Drained, other.Drained);
    }

    [Fact]
    public async Task Lost_gpus_cost_time_and_attempts_and_no_batch()
    {
        BurstResult calm = await RunAsync(new BurstModel { MeanLife = TimeSpan.FromDays(10_000) });
        BurstResult rough = await RunAsync(new BurstModel { MeanLife = TimeSpan.FromMinutes(3) });
        Assert.Equal((0, 0), (calm.LostReplicas, calm.WastedAttempts));
        Assert.True(rough.LostReplicas > 0 && rough.WastedAttempts > 0 && rough.Drained > calm.Drained);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Tenants_share_the_gpus_whoever_came_first(bool interleaved)
    {
        BurstTenant[] equal = [new("a", 100), new("b", 100), new("c", 100)];
        BurstResult result = await BurstSimulation.RunAsync(new BurstModel { Quota = 4 }, equal, interleaved);
        Assert.InRange(result.Fairness, 0.95, 1);
        Assert.InRange(result.WorstWait, 1, 1.1);
    }

    [Fact]
    public async Task Large_tenant_that_came_first_does_not_keep_a_small_one_waiting()
    {
        BurstTenant[] tenants = [new("large", 300), new("small", 20)];
        BurstResult result = await BurstSimulation.RunAsync(new BurstModel { Quota = 4 }, tenants, interleaved: false);
        Assert.Equal(1, result.Tenants[1].AtHalf);
        Assert.True(result.Tenants[1].MeanWait < result.Tenants[0].MeanWait / 3);
    }

    private static Task<BurstResult> RunAsync(BurstModel model) => BurstSimulation.RunAsync(model, s_tenants, interleaved: true);
}
