namespace Vortex.Functions;

/// <summary>One repair of what processes left behind that died between two steps. It may be done twice, and by several hosts at once.</summary>
/// <param name="Name">What is repaired, for operators.</param>
/// <param name="RunAsync">Does it.</param>
internal sealed record Sweep(string Name, Func<CancellationToken, Task> RunAsync);
