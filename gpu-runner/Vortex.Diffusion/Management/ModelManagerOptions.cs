using Vortex.Diffusion.Patches;

namespace Vortex.Diffusion.Management;

/// <summary>How a <see cref="ModelManager"/> works.</summary>
public sealed record ModelManagerOptions
{
    /// <summary>Gets the most bytes of weights that stay loaded; beyond it networks that nobody uses go, those unused for longest first.</summary>
    /// <value>The default is half of what this process may use.</value>
    public long KeepBytes { get; init; } = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 2;

    /// <summary>Gets the format in which patched and merged weights are kept.</summary>
    /// <value>The default is the format of the file, as the reference has them on a GPU: a patched model then takes no more memory than its base.</value>
    public PatchedStorage PatchedStorage { get; init; } = PatchedStorage.AsStored;

    /// <summary>Gets where the tokenizer's vocabulary is looked for, in this order; the message about a missing one tells to install it into the last.</summary>
    public IReadOnlyList<string> VocabularyFolders { get; init; } = [];
}

/// <summary>What a <see cref="ModelManager"/> did since it was made.</summary>
/// <param name="Loads">Networks and files that were loaded.</param>
/// <param name="Hits">Requests that found theirs loaded.</param>
/// <param name="Evictions">Networks and files that went to make room.</param>
/// <param name="FilesOpened">Model files whose header was read.</param>
/// <param name="Bytes">Bytes of weights of the networks loaded now.</param>
public readonly record struct ModelCounters(long Loads, long Hits, long Evictions, long FilesOpened, long Bytes);
