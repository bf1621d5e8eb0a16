namespace Vortex.Diffusion;

/// <summary>The codes of <see cref="DiffusionException"/>. Clients may depend on them; documented in <c>docs/problems/model.md</c>.</summary>
public static class DiffusionCodes
{
    /// <summary>A model file is damaged: truncated, overlapping, hostile, over a limit.</summary>
    public const string FileDamaged = "model.file_damaged";

    /// <summary>A model file is no longer there with the content it had when the run was accepted.</summary>
    public const string FileGone = "model.file_gone";

    /// <summary>A model file is of a kind or version that is not read.</summary>
    public const string FileUnsupported = "model.file_unsupported";

    /// <summary>A model family is known but not supported yet, or not known at all.</summary>
    public const string FamilyUnsupported = "model.family_unsupported";

    /// <summary>Weights are missing or have the wrong shape; the message lists all of them.</summary>
    public const string WeightsMissing = "model.weights_missing";

    /// <summary>Weights hold NaN or infinity.</summary>
    public const string WeightsNotFinite = "model.weights_not_finite";

    /// <summary>A value is outside of what can be worked with.</summary>
    public const string OutOfRange = "model.out_of_range";

    /// <summary>Values do not fit each other: sizes, channels, kinds of model.</summary>
    public const string Mismatch = "model.mismatch";

    /// <summary>The tokenizer's vocabulary is not installed.</summary>
    public const string VocabularyMissing = "model.vocabulary_missing";

    /// <summary>The memory does not suffice.</summary>
    public const string OutOfMemory = "model.out_of_memory";
}
