using Vortex.Diffusion.Recipes;
using Vortex.Diffusion.Sampling.Schedules;

namespace Vortex.Nodes.Packs.Sampling;

/// <summary>Nodes that make lists of noise levels without a model.</summary>
public static class SchedulerNodes
{
    /// <summary>Makes noise levels that are denser near the end (Karras and others, 2022).</summary>
    /// <param name="steps">The steps.</param>
    /// <param name="sigmaMax">The first level.</param>
    /// <param name="sigmaMin">The last level before 0.</param>
    /// <param name="rho">How much denser.</param>
    [Node("KarrasScheduler", "model/sampling/schedulers", DisplayName = "KarrasScheduler")]
    public static SigmaSchedule Karras(
        [Input(Default = 20, Min = 1, Max = 10000)] int steps,
        [Input(Default = 14.614642, Min = 0.0, Max = 5000.0, Step = 0.01)] double sigmaMax,
        [Input(Default = 0.0291675, Min = 0.0, Max = 5000.0, Step = 0.01)] double sigmaMin,
        [Input(Default = 7.0, Min = 0.0, Max = 100.0, Step = 0.01)] double rho) =>
        new([.. NamedSchedules.Karras(steps, sigmaMax, sigmaMin, rho)]);

    /// <summary>Makes noise levels that fall by one factor.</summary>
    /// <param name="steps">The steps.</param>
    /// <param name="sigmaMax">The first level.</param>
    /// <param name="sigmaMin">The last level before 0.</param>
    [Node("ExponentialScheduler", "model/sampling/schedulers", DisplayName = "ExponentialScheduler")]
    public static SigmaSchedule Exponential(
        [Input(Default = 20, Min = 1, Max = 10000)] int steps,
        [Input(Default = 14.614642, Min = 0.0, Max = 5000.0, Step = 0.01)] double sigmaMax,
        [Input(Default = 0.0291675, Min = 0.0, Max = 5000.0, Step = 0.01)] double sigmaMin) =>
        new([.. NamedSchedules.Exponential(steps, sigmaMax, sigmaMin)]);

    /// <summary>Makes noise levels whose logarithm falls as a power of the step.</summary>
    /// <param name="steps">The steps.</param>
    /// <param name="sigmaMax">The first level.</param>
    /// <param name="sigmaMin">The last level before 0.</param>
    /// <param name="rho">The power.</param>
    [Node("PolyexponentialScheduler", "model/sampling/schedulers", DisplayName = "PolyexponentialScheduler")]
    public static SigmaSchedule Polyexponential(
        [Input(Default = 20, Min = 1, Max = 10000)] int steps,
        [Input(Default = 14.614642, Min = 0.0, Max = 5000.0, Step = 0.01)] double sigmaMax,
        [Input(Default = 0.0291675, Min = 0.0, Max = 5000.0, Step = 0.01)] double sigmaMin,
        [Input(Default = 1.0, Min = 0.0, Max = 100.0, Step = 0.01)] double rho) =>
        new([.. NamedSchedules.Polyexponential(steps, sigmaMax, sigmaMin, rho)]);

    /// <summary>Makes noise levels by the Laplace distribution.</summary>
    /// <param name="steps">The steps.</param>
    /// <param name="sigmaMax">The highest level.</param>
    /// <param name="sigmaMin">The lowest level.</param>
    /// <param name="mu">The middle of the logarithm.</param>
    /// <param name="beta">The spread of the logarithm.</param>
    [Node("LaplaceScheduler", "model/sampling/schedulers", DisplayName = "LaplaceScheduler")]
    public static SigmaSchedule Laplace(
        [Input(Default = 20, Min = 1, Max = 10000)] int steps,
        [Input(Default = 14.614642, Min = 0.0, Max = 5000.0, Step = 0.01)] double sigmaMax,
        [Input(Default = 0.0291675, Min = 0.0, Max = 5000.0, Step = 0.01)] double sigmaMin,
        [Input(Default = 0.0, Min = -10.0, Max = 10.0, Step = 0.1)] double mu,
        [Input(Default = 0.5, Min = 0.0, Max = 10.0, Step = 0.1)] double beta) =>
        new([.. NamedSchedules.Laplace(steps, sigmaMax, sigmaMin, mu, beta)]);

    /// <summary>Makes noise levels of the variance preserving process.</summary>
    /// <param name="steps">The steps.</param>
    /// <param name="betaD">By how much beta rises.</param>
    /// <param name="betaMin">The lowest beta.</param>
    /// <param name="epsS">The time of the last level before 0.</param>
    [Node("VPScheduler", "model/sampling/schedulers", DisplayName = "VPScheduler")]
    public static SigmaSchedule VariancePreserving(
        [Input(Default = 20, Min = 1, Max = 10000)] int steps,
        [Input(Default = 19.9, Min = 0.0, Max = 5000.0, Step = 0.01)] double betaD,
        [Input(Default = 0.1, Min = 0.0, Max = 5000.0, Step = 0.01)] double betaMin,
        [Input(Default = 0.001, Min = 0.0, Max = 1.0, Step = 0.0001)] double epsS) =>
        new([.. NamedSchedules.VariancePreserving(steps, betaD, betaMin, epsS)]);

    /// <summary>Makes noise levels that were optimised for a family of models (Align Your Steps).</summary>
    /// <param name="modelType">The family.</param>
    /// <param name="steps">The steps.</param>
    /// <param name="denoise">Which part of the way is gone; below 1 the last steps.</param>
    [Node("AlignYourStepsScheduler", "model/sampling/schedulers", DisplayName = "AlignYourStepsScheduler")]
    public static SigmaSchedule AlignYourSteps(
        [Input(Choices = ["SD1", "SDXL", "SVD"])] string modelType,
        [Input(Default = 10, Min = 1, Max = 10000)] int steps,
        [Input(Default = 1.0, Min = 0.0, Max = 1.0, Step = 0.01)] double denoise) =>
        new([.. NamedSchedules.AlignYourSteps(modelType, steps, denoise)]);

    /// <summary>Makes noise levels by the geometry of the trajectories of SD 1 (GITS).</summary>
    /// <param name="coeff">0.8 to 1.5 in steps of 0.05: low has more steps at high noise.</param>
    /// <param name="steps">The steps.</param>
    /// <param name="denoise">Which part of the way is gone; below 1 the last steps.</param>
    [Node("GITSScheduler", "model/sampling/schedulers", DisplayName = "GITSScheduler")]
    public static SigmaSchedule Gits(
        [Input(Default = 1.2, Min = 0.8, Max = 1.5, Step = 0.05)] double coeff,
        [Input(Default = 10, Min = 2, Max = 1000)] int steps,
        [Input(Default = 1.0, Min = 0.0, Max = 1.0, Step = 0.01)] double denoise) =>
        new([.. NamedSchedules.Gits(coeff, steps, denoise)]);

    /// <summary>Makes noise levels that were optimised for a family of flow models (Optimal Steps).</summary>
    /// <param name="modelType">The family.</param>
    /// <param name="steps">The steps.</param>
    /// <param name="denoise">Which part of the way is gone; below 1 the last steps.</param>
    [Node("OptimalStepsScheduler", "model/sampling/schedulers", DisplayName = "OptimalStepsScheduler")]
    public static SigmaSchedule OptimalSteps(
        [Input(Choices = ["FLUX", "Wan", "Chroma"])] string modelType,
        [Input(Default = 20, Min = 3, Max = 1000)] int steps,
        [Input(Default = 1.0, Min = 0.0, Max = 1.0, Step = 0.01)] double denoise) =>
        new([.. NamedSchedules.OptimalSteps(modelType, steps, denoise)]);
}
