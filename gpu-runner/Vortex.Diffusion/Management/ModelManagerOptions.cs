namespace Vortex.Diffusion.Management;

/// <summary>How a <see cref="ModelManager"/> works.</summary>
public sealed record ModelManagerOptions
{
    /// <summary>Gets how many bytes of loaded networks are kept while nobody uses them; those unused for longest go first.</summary>
    /// <value>The default is half of what this process may use.</value>
    public long KeepBytes { get; init; } = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 2;
}

/// <summary>What a <see cref="ModelManager"/> did since it was made.</summary>
/// <param name="Loads">Networks that were loaded.</param>
/// <param name="Hits">Requests that found theirs loaded.</param>
/// <param name="Evictions">Networks that went to make room.</param>
/// <param name="FilesOpened">Model files whose header was read.</param>
/// <param name="Bytes">Bytes of weights of the networks loaded now.</param>
public readonly record struct ModelCounters(long Loads, long Hits, long Evictions, long FilesOpened, long Bytes);
