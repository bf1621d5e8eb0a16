using System.Collections.Immutable;
using System.Text.Json;
using Vortex.Runs;

namespace Vortex.Runner;

/// <summary>What a node gave, in memory: a list per slot, and what it made for people.</summary>
/// <param name="Slots">Entries by slot; nearly always one.</param>
/// <param name="Artifacts">Its files; their content is stored.</param>
/// <param name="Shown">What it shows beside files; an object or null.</param>
/// <param name="MadeFrom">The input files it came from, ordered, each once.</param>
internal sealed record NodeResult(
    ImmutableArray<IReadOnlyList<object?>> Slots, ImmutableArray<ArtifactRef> Artifacts, JsonElement? Shown, ImmutableArray<Digest> MadeFrom);
