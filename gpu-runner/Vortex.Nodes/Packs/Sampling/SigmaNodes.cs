using System.Collections.Immutable;
using System.Globalization;
using System.Text.RegularExpressions;
using Vortex.Diffusion.Recipes;
using Vortex.Diffusion.Sampling.Schedules;

namespace Vortex.Nodes.Packs.Sampling;

/// <summary>Nodes that change lists of noise levels.</summary>
public static partial class SigmaNodes
{
    // More text than any list of levels has; keeps the search for numbers short.
    private const int MaxText = 1 << 20;

    /// <summary>Splits noise levels before a step. The level between belongs to both parts.</summary>
    /// <param name="sigmas">The noise levels.</param>
    /// <param name="step">The step.</param>
    [Node("SplitSigmas", "model/sampling/sigmas", DisplayName = "SplitSigmas")]
    [Outputs("high_sigmas", "low_sigmas")]
    public static (SigmaSchedule High, SigmaSchedule Low) Split(SigmaSchedule sigmas, [Input(Default = 0, Min = 0, Max = 10000)] int step) =>
        Both(SigmaTools.Split([.. sigmas.Values], step));

    /// <summary>Splits noise levels so that the second part is a share of the steps.</summary>
    /// <param name="sigmas">The noise levels.</param>
    /// <param name="denoise">The share of the second part.</param>
    [Node("SplitSigmasDenoise", "model/sampling/sigmas", DisplayName = "SplitSigmasDenoise")]
    [Outputs("high_sigmas", "low_sigmas")]
    public static (SigmaSchedule High, SigmaSchedule Low) SplitByDenoise(
        SigmaSchedule sigmas, [Input(Default = 1.0, Min = 0.0, Max = 1.0, Step = 0.01)] double denoise) =>
        Both(SigmaTools.SplitByDenoise([.. sigmas.Values], denoise));

    /// <summary>Turns noise levels round, to go from a picture to noise.</summary>
    /// <param name="sigmas">The noise levels.</param>
    [Node("FlipSigmas", "model/sampling/sigmas", DisplayName = "FlipSigmas")]
    public static SigmaSchedule Flip(SigmaSchedule sigmas) => new([.. SigmaTools.Flip([.. sigmas.Values])]);

    /// <summary>Replaces the first noise level.</summary>
    /// <param name="sigmas">The noise levels.</param>
    /// <param name="sigma">The new first level.</param>
    [Node("SetFirstSigma", "model/sampling/sigmas", DisplayName = "SetFirstSigma")]
    public static SigmaSchedule SetFirst(SigmaSchedule sigmas, [Input(Default = 136.0, Min = 0.0, Max = 20000.0, Step = 0.001)] double sigma) =>
        new([.. SigmaTools.WithFirst([.. sigmas.Values], sigma)]);

    /// <summary>Takes noise levels from a text: every number in it.</summary>
    /// <param name="sigmas">The levels, separated by anything.</param>
    [Node("ManualSigmas", "experimental/custom_sampling", DisplayName = "ManualSigmas")]
    public static SigmaSchedule Manual([Input(Default = "1, 0.5")] string sigmas)
    {
        if (sigmas.Length > MaxText)
        {
            throw new NodeProblemException("text.too_long", "sigmas", $"'sigmas' has {sigmas.Length:N0} characters; at most {MaxText:N0} are read.");
        }

        return new([.. Numbers().Matches(sigmas).Select(match => float.Parse(match.ValueSpan, NumberStyles.Float, CultureInfo.InvariantCulture))]);
    }

    /// <summary>Puts further levels between those of a range.</summary>
    /// <param name="sigmas">The noise levels.</param>
    /// <param name="steps">How many steps one becomes.</param>
    /// <param name="startAtSigma">The highest level that is divided; -1 for no bound.</param>
    /// <param name="endAtSigma">The lowest level that is divided.</param>
    /// <param name="spacing">How the new levels lie between the old ones.</param>
    [Node("ExtendIntermediateSigmas", "model/sampling/sigmas", DisplayName = "ExtendIntermediateSigmas")]
    public static SigmaSchedule Extend(
        SigmaSchedule sigmas,
        [Input(Default = 2, Min = 1, Max = 100)] int steps,
        [Input(Default = -1.0, Min = -1.0, Max = 20000.0, Step = 0.01)] double startAtSigma,
        [Input(Default = 12.0, Min = 0.0, Max = 20000.0, Step = 0.01)] double endAtSigma,
        [Input(Choices = ["linear", "cosine", "sine"])] string spacing)
    {
        double start = startAtSigma < 0 ? double.PositiveInfinity : startAtSigma;
        ImmutableArray<float>.Builder extended = ImmutableArray.CreateBuilder<float>();
        for (int i = 0; i < sigmas.Values.Length; i++)
        {
            float current = sigmas.Values[i];
            extended.Add(current);
            if (i + 1 == sigmas.Values.Length || !(endAtSigma <= current && current <= start))
            {
                continue;
            }

            for (int step = 1; step < steps; step++)
            {
                float part = (float)step / steps;
                float at = spacing switch
                {
                    "cosine" => MathF.Sin(part * MathF.PI / 2),
                    "sine" => 1 - MathF.Cos(part * MathF.PI / 2),
                    _ => part,
                };
                extended.Add((at * (sigmas.Values[i + 1] - current)) + current);
            }
        }

        return new(extended.ToImmutable());
    }

    private static (SigmaSchedule High, SigmaSchedule Low) Both((float[] High, float[] Low) parts) => (new([.. parts.High]), new([.. parts.Low]));

    [GeneratedRegex(@"[-+]?(?:\d*\.*\d+)", RegexOptions.NonBacktracking)]
    private static partial Regex Numbers();
}
