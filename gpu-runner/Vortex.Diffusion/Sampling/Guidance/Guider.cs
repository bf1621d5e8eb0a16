using System.Collections.Immutable;
using Vortex.Diffusion.Conditioning;
using Vortex.Diffusion.Recipes;
using Vortex.Diffusion.Sampling.Samplers;
using Vortex.Tensors;

namespace Vortex.Diffusion.Sampling.Guidance;

/// <summary>How the answers for several lists of prompts become one.</summary>
public abstract class Guider
{
    private protected Guider(DiffusionModel model, params ReadOnlySpan<ConditioningList?> lists) => (Model, Lists) = (model, [.. lists]);

    /// <summary>Gets the model.</summary>
    public DiffusionModel Model { get; }

    /// <summary>Gets the prompts, what is wanted first.</summary>
    internal ImmutableArray<ConditioningList?> Lists { get; }

    /// <summary>Makes a guider of a recipe.</summary>
    /// <param name="recipe">The recipe.</param>
    /// <param name="model">The recipe's model, loaded.</param>
    /// <exception cref="DiffusionException">There is no guider of that kind.</exception>
    public static Guider Of(GuiderRecipe recipe, DiffusionModel model) => (recipe.Kind, recipe.Conditionings, recipe.Scales) switch
    {
        ("basic", [ConditioningList positive], _) => new BasicGuider(model, positive),
        ("cfg", [ConditioningList positive, ConditioningList negative], [float scale]) => new CfgGuider(model, positive, negative, scale),
        ("dual_cfg", [ConditioningList first, ConditioningList second, ConditioningList negative], [float scale, float scaleSecond]) =>
            new DualCfgGuider(model, first, second, negative, scale, scaleSecond, recipe.Style == "nested"),
        _ => throw new DiffusionException(DiffusionCodes.OutOfRange, $"There is no guider '{recipe.Kind}' for {recipe.Conditionings.Length} conditionings.", "guider"),
    };

    /// <summary>Returns the clean latent.</summary>
    internal abstract Denoised Predict(ConditioningEvaluator evaluator, PreparedConditionings prepared, Tensor x, float sigma, bool needsUnconditional);

    /// <summary>Joins two answers by the model's rule.</summary>
    private protected Tensor Join(Tensor x, Tensor positive, Tensor negative, float scale, float sigma)
    {
        if (Model.Guidance is { } rule)
        {
            return rule.Join(x, positive, negative, scale, sigma);
        }

        using TensorScope scope = TensorScope.Begin();
        return scope.Keep(negative + ((positive - negative) * scale));
    }

    /// <summary>Says whether a scale is 1, as nearly as makes no difference.</summary>
    private protected static bool IsOne(float scale) => Math.Abs(scale - 1.0) <= 1e-9 * Math.Max(Math.Abs(scale), 1.0);
}

/// <summary>One list of prompts, no guidance.</summary>
/// <param name="model">The model.</param>
/// <param name="positive">The prompts.</param>
public sealed class BasicGuider(DiffusionModel model, ConditioningList positive) : Guider(model, positive)
{
    internal override Denoised Predict(ConditioningEvaluator evaluator, PreparedConditionings prepared, Tensor x, float sigma, bool needsUnconditional)
    {
        Tensor answer = evaluator.Evaluate([prepared[0]], x, sigma)[0];
        return new Denoised(answer, needsUnconditional ? x.Backend.Full(x.Shape, 0) : null);
    }
}

/// <summary>Classifier-free guidance (Ho and Salimans, 2022).</summary>
/// <param name="model">The model.</param>
/// <param name="positive">What is wanted.</param>
/// <param name="negative">What is not.</param>
/// <param name="scale">How much; 1 for none, which leaves the negative prompt out.</param>
public sealed class CfgGuider(DiffusionModel model, ConditioningList positive, ConditioningList negative, float scale) : Guider(model, positive, negative)
{
    internal override Denoised Predict(ConditioningEvaluator evaluator, PreparedConditionings prepared, Tensor x, float sigma, bool needsUnconditional)
    {
        bool needsNegative = needsUnconditional || !IsOne(scale);
        Tensor[] answers = evaluator.Evaluate([prepared[0], needsNegative ? prepared[1] : null], x, sigma);
        return !needsNegative && Model.Guidance is null
            ? new Denoised(answers[0])
            : new Denoised(Join(x, answers[0], answers[1], scale, sigma), needsUnconditional ? answers[1] : null);
    }
}

/// <summary>Guidance by two prompts and a negative one.</summary>
/// <param name="model">The model.</param>
/// <param name="first">What is wanted.</param>
/// <param name="second">What it is wanted against.</param>
/// <param name="negative">What is not wanted.</param>
/// <param name="scale">How much of the first against the second.</param>
/// <param name="scaleSecond">How much of the second against the negative.</param>
/// <param name="isNested">Whether the second guidance holds the result of the first.</param>
public sealed class DualCfgGuider(
    DiffusionModel model, ConditioningList first, ConditioningList second, ConditioningList negative, float scale, float scaleSecond, bool isNested)
    : Guider(model, first, second, negative)
{
    internal override Denoised Predict(ConditioningEvaluator evaluator, PreparedConditionings prepared, Tensor x, float sigma, bool needsUnconditional)
    {
        bool needsNegative = isNested || needsUnconditional || !IsOne(scaleSecond);
        bool needsSecond = needsNegative || !IsOne(scale);
        Tensor[] answers = evaluator.Evaluate([prepared[0], needsSecond ? prepared[1] : null, needsNegative ? prepared[2] : null], x, sigma);
        (Tensor wanted, Tensor middle, Tensor unwanted) = (answers[0], answers[1], answers[2]);
        if (isNested)
        {
            Tensor inner = Join(x, wanted, middle, scale, sigma);
            return new Denoised(unwanted + ((inner - unwanted) * scaleSecond), needsUnconditional ? middle : null);
        }

        return new Denoised(Join(x, middle, unwanted, scaleSecond, sigma) + ((wanted - middle) * scale), needsUnconditional ? unwanted : null);
    }
}
