using Vortex.Benchmarks;
using Vortex.Benchmarks.Burst;

// Prints figures beside their goals. Nothing here fails: a goal that is missed is for a person to see.
Benchmark[] all = [.. EngineBenchmarks.All, .. QueueBenchmarks.All, .. HostBenchmarks.All, .. PictureBenchmarks.All, .. TensorBenchmarks.All, .. DiffusionBenchmarks.All, .. WholeRunBenchmarks.All, .. BurstBenchmarks.All];
if (args is ["list"])
{
    foreach (Benchmark benchmark in all)
    {
        Console.WriteLine($"{benchmark.Name,-12} {benchmark.About}");
    }

    return 0;
}

// NAME, or NAME:TEXT for the cases of a benchmark whose names contain a text.
string? unknown = args.FirstOrDefault(name => !all.Any(benchmark => benchmark.Name == name.Split(':')[0]));
if (unknown is not null)
{
    Console.Error.WriteLine($"There is no benchmark '{unknown}'. 'vortex bench list' names them.");
    return 2;
}

Console.WriteLine($"{Environment.ProcessorCount} processors, {System.Runtime.InteropServices.RuntimeInformation.FrameworkDescription}. Figures of a shared machine move; compare ratios.");
foreach ((Benchmark benchmark, string only) in args.Length == 0
    ? all.Select(benchmark => (benchmark, ""))
    : args.Select(name => (all.First(benchmark => benchmark.Name == name.Split(':')[0]), name.Contains(':', StringComparison.Ordinal) ? name[(name.IndexOf(':', StringComparison.Ordinal) + 1)..] : "")))
{
    Console.WriteLine();
    Console.WriteLine($"{benchmark.Name}: {benchmark.About}");
    await benchmark.RunAsync(new Report(only));
}

return 0;
