using System.Globalization;

namespace Vortex.Benchmarks.Burst;

/// <summary>What a burst costs and how long it takes, simulated: see <see cref="BurstModel"/> for what is known and what is assumed.</summary>
internal static class BurstBenchmarks
{
    private static readonly BurstTenant[] s_tenants = [new("large", 6_000), new("middle", 2_500), new("small", 1_000), new("tiny", 500)];

    public static IEnumerable<Benchmark> All => [new("burst", "Scaling from zero for 10,000 queued batches, simulated (no figure here is measured in Azure)", RunAsync)];

    private static async Task RunAsync(Report report)
    {
        foreach (int quota in new[] { 5, 20, 80 })
        {
            await TellAsync(report, new BurstModel { Quota = quota }, interleaved: true, $"{quota} GPUs");
        }

        await TellAsync(report, new BurstModel { Quota = 20, MeanLife = TimeSpan.FromMinutes(10) }, interleaved: true, "20 GPUs, lost every 10 min");
        await TellAsync(report, new BurstModel { Quota = 20 }, interleaved: false, "20 GPUs, large tenant first");
    }

    private static async Task TellAsync(Report report, BurstModel model, bool interleaved, string what)
    {
        BurstResult result = await BurstSimulation.RunAsync(model, s_tenants, interleaved);
        double dollars = result.Billed.TotalSeconds * model.DollarsPerSecond;
        double always = model.Quota * TimeSpan.FromDays(1).TotalSeconds * model.DollarsPerSecond;
        static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
        report.Line($"{what}: time to drain", Text($"{result.Drained:h\\:mm\\:ss}, {result.Useful / (result.Drained * model.Quota):0%} of the quota's time is useful"), "-");
        report.Line($"{what}: cost (prices assumed)", Text($"{dollars:0.00} $ against {always:0.00} $ a day always on ({dollars / always:0%})"), "below always on");
        report.Line($"{what}: waste", Text($"{1 - (result.Useful / result.Billed):0%} of what is billed; {result.LostReplicas} lost, {result.WastedAttempts} attempts for nothing"), "-");
        report.Line($"{what}: fairness between 4 tenants", Text($"Jain {result.Fairness:0.00}, worst mean wait {result.WorstWait:0.00} x the average"), ">= 0.85, -");
        int lost = result.Completions.Values.Count(times => times == 0);
        int twice = result.Completions.Values.Count(times => times > 1);
        report.Line($"{what}: batches lost, completed twice", Text($"{lost}, {twice}"), "0, 0");
    }
}
