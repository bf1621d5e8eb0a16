using System.Collections.Immutable;
using Vortex.Diffusion.Conditioning;
using Vortex.Diffusion.Recipes;
using Vortex.Diffusion.Sampling.Guidance.Changes;
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
        ("perp_neg", [ConditioningList positive, ConditioningList negative, ConditioningList empty], [float scale, float negativeScale]) =>
            new PerpNegGuider(model, positive, negative, empty, scale, negativeScale),
        _ => throw new DiffusionException(DiffusionCodes.OutOfRange, $"There is no guider '{recipe.Kind}' for {recipe.Conditionings.Length} conditionings.", "guider"),
    };

    /// <summary>Returns the clean latent.</summary>
    internal abstract Denoised Predict(ConditioningEvaluator evaluator, PreparedConditionings prepared, Tensor x, float sigma, bool needsUnconditional);

    /// <summary>Gets whether the negative prompt is asked for whatever the scale.</summary>
    private protected bool AlwaysNeedsNegative => Model.Changes.Any(change => change.NeedsNegative);

    /// <summary>Joins two answers by the model's rule, and changes the result as the model's options say.</summary>
    private protected Tensor Join(GuidedAnswer answer, float scale)
    {
        using TensorScope scope = TensorScope.Begin();
        Tensor guided = Model.Guidance is { } rule
            ? rule.Join(answer.X, answer.Wanted, answer.Unwanted, scale, answer.Sigma)
            : answer.Unwanted + ((answer.Wanted - answer.Unwanted) * scale);
        return scope.Keep(Changed(answer, guided));
    }

    /// <summary>Changes a result as the model's options say.</summary>
    private protected Tensor Changed(GuidedAnswer answer, Tensor guided) => Model.Changes.Aggregate(guided, (result, change) => change.Apply(answer, result));

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
        Tensor none = needsUnconditional || Model.Changes.Length > 0 ? x.Backend.Full(x.Shape, 0) : answer;
        Tensor changed = Changed(new GuidedAnswer(evaluator, x, sigma, prepared[0], null, answer, none), answer);
        return new Denoised(changed, needsUnconditional ? none : null);
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
        bool needsNegative = needsUnconditional || AlwaysNeedsNegative || !IsOne(scale);
        PreparedEntry[]? negative = needsNegative ? prepared[1] : null;
        Tensor[] answers = evaluator.Evaluate([prepared[0], negative], x, sigma);
        GuidedAnswer answer = new(evaluator, x, sigma, prepared[0], negative, answers[0], answers[1]);
        return !needsNegative && Model.Guidance is null
            ? new Denoised(Changed(answer, answers[0]))
            : new Denoised(Join(answer, scale), needsUnconditional ? answers[1] : null);
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
        bool needsNegative = isNested || needsUnconditional || AlwaysNeedsNegative || !IsOne(scaleSecond);
        bool needsSecond = needsNegative || !IsOne(scale);
        PreparedEntry[]? second = needsSecond ? prepared[1] : null;
        PreparedEntry[]? negative = needsNegative ? prepared[2] : null;
        Tensor[] answers = evaluator.Evaluate([prepared[0], second, negative], x, sigma);
        (Tensor wanted, Tensor middle, Tensor unwanted) = (answers[0], answers[1], answers[2]);
        if (isNested)
        {
            Tensor inner = Join(new GuidedAnswer(evaluator, x, sigma, prepared[0], second, wanted, middle), scale);
            return new Denoised(unwanted + ((inner - unwanted) * scaleSecond), needsUnconditional ? middle : null);
        }

        Tensor outer = Join(new GuidedAnswer(evaluator, x, sigma, second, negative, middle, unwanted), scaleSecond);
        return new Denoised(outer + ((wanted - middle) * scale), needsUnconditional ? unwanted : null);
    }
}
