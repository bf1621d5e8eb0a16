using Vortex.Runs;

namespace Vortex.Runner.Models;

/// <summary>A model of the deployment could not be brought here.</summary>
/// <param name="code">The stable code; see <c>docs/problems/model.md</c>.</param>
/// <param name="message">What to do.</param>
/// <param name="kind">Whether trying again may help.</param>
internal sealed class ModelSupplyException(string code, string message, ProblemClass kind) : Exception(message)
{
    /// <summary>The cache is full of models that batches use, or its disk of other things.</summary>
    internal const string CacheFull = "model.cache_full";

    /// <summary>A model is larger than the whole cache.</summary>
    internal const string TooLarge = "model.too_large_for_cache";

    /// <summary>What the deployment keeps under a digest is something else.</summary>
    internal const string ContentDamaged = "model.content_damaged";

    /// <summary>Gets the stable code.</summary>
    public string Code { get; } = code;

    /// <summary>Gets whether trying again may help.</summary>
    public ProblemClass Class { get; } = kind;
}
