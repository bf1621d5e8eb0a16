using Vortex.Benchmarks;

// Prints figures beside their goals. Nothing here fails: a goal that is missed is for a person to see.
Benchmark[] all = [.. EngineBenchmarks.All, .. HostBenchmarks.All, .. PictureBenchmarks.All, .. TensorBenchmarks.All, .. DiffusionBenchmarks.All];
if (args is ["list"])
{
    foreach (Benchmark benchmark in all)
    {
        Console.WriteLine($"{benchmark.Name,-12} {benchmark.About}");
    }

    return 0;
}

string? unknown = args.FirstOrDefault(name => !all.Any(benchmark => benchmark.Name == name));
if (unknown is not null)
{
    Console.Error.WriteLine($"There is no benchmark '{unknown}'. 'vortex bench list' names them.");
    return 2;
}

Console.WriteLine($"{Environment.ProcessorCount} processors, {System.Runtime.InteropServices.RuntimeInformation.FrameworkDescription}. Figures of a shared machine move; compare ratios.");
foreach (Benchmark benchmark in all.Where(benchmark => args.Length == 0 || args.Contains(benchmark.Name)))
{
    Console.WriteLine();
    Console.WriteLine($"{benchmark.Name}: {benchmark.About}");
    await benchmark.RunAsync(new Report());
}

return 0;
