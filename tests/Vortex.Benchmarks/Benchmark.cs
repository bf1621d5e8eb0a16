namespace Vortex.Benchmarks;

/// <summary>Something that can be measured by name.</summary>
/// <param name="Name">What a person types.</param>
/// <param name="About">What it measures.</param>
/// <param name="RunAsync">Measures and reports.</param>
internal sealed record Benchmark(string Name, string About, Func<Report, Task> RunAsync);
