using System.Collections.Immutable;

namespace Vortex.Diffusion.Conditioning;

/// <summary>What a picture is made from: prompts that count together. ComfyUI's CONDITIONING.</summary>
/// <param name="Entries">The prompts, in the order they were combined; at least one.</param>
public sealed record ConditioningList(ImmutableArray<ConditioningEntry> Entries)
{
    /// <summary>Changes every entry.</summary>
    public ConditioningList Each(Func<ConditioningEntry, ConditioningEntry> change) => new([.. Entries.Select(change)]);
}
