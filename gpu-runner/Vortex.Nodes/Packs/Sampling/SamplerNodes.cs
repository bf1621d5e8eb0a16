using System.Collections.Immutable;
using Vortex.Diffusion.Recipes;

namespace Vortex.Nodes.Packs.Sampling;

/// <summary>Nodes that choose a sampler and its settings.</summary>
public static class SamplerNodes
{
    private static readonly Choices<string> s_eulerVersions = new("version", ["regular", "alternative"], ["euler_cfg_pp", "euler_pp"]);

    /// <summary>Chooses a sampler.</summary>
    /// <param name="samplerName">The sampler.</param>
    [Node("KSamplerSelect", "model/sampling/samplers", DisplayName = "KSamplerSelect")]
    public static SamplerRecipe Select([Input(ChoicesOf = typeof(SamplerNames))] string samplerName) => new(samplerName);

    /// <summary>Euler steps with fresh noise after each.</summary>
    /// <param name="eta">How much of the noise is fresh; 0 is plain Euler.</param>
    /// <param name="sNoise">The factor of fresh noise.</param>
    [Node("SamplerEulerAncestral", "model/sampling/samplers", DisplayName = "SamplerEulerAncestral")]
    public static SamplerRecipe EulerAncestral(
        [Input(Default = 1.0, Min = 0.0, Max = 100.0, Step = 0.01)] double eta,
        [Input(Default = 1.0, Min = 0.0, Max = 100.0, Step = 0.01)] double sNoise) =>
        With("euler_ancestral", ("eta", eta), ("s_noise", sNoise));

    /// <summary>Euler steps with fresh noise after each, guided as CFG++ does.</summary>
    /// <param name="eta">How much of the noise is fresh.</param>
    /// <param name="sNoise">The factor of fresh noise.</param>
    [Node("SamplerEulerAncestralCFGPP", "model/sampling/samplers", DisplayName = "SamplerEulerAncestralCFG++")]
    public static SamplerRecipe EulerAncestralCfgPlusPlus(
        [Input(Default = 1.0, Min = 0.0, Max = 1.0, Step = 0.01)] double eta,
        [Input(Default = 1.0, Min = 0.0, Max = 10.0, Step = 0.01)] double sNoise) =>
        With("euler_ancestral_cfg_pp", ("eta", eta), ("s_noise", sNoise));

    /// <summary>Linear multistep.</summary>
    /// <param name="order">How many earlier steps count.</param>
    [Node("SamplerLMS", "model/sampling/samplers", DisplayName = "SamplerLMS")]
    public static SamplerRecipe Lms([Input(Default = 4, Min = 1, Max = 100)] int order) => With("lms", ("order", order));

    /// <summary>DPM-Solver++ of two steps, stochastic.</summary>
    /// <param name="solverType">How the second order is built.</param>
    /// <param name="eta">How much of the noise is fresh.</param>
    /// <param name="sNoise">The factor of fresh noise.</param>
    /// <param name="noiseDevice">Where ComfyUI draws noise; here it never depends on the device.</param>
    [Node("SamplerDPMPP_2M_SDE", "model/sampling/samplers", DisplayName = "SamplerDPMPP_2M_SDE")]
    public static SamplerRecipe Dpmpp2mSde(
        [Input(Choices = ["midpoint", "heun"])] string solverType,
        [Input(Default = 1.0, Min = 0.0, Max = 100.0, Step = 0.01)] double eta,
        [Input(Default = 1.0, Min = 0.0, Max = 100.0, Step = 0.01)] double sNoise,
        [Input(Choices = ["gpu", "cpu"])] string noiseDevice)
    {
        _ = noiseDevice;
        return With("dpmpp_2m_sde", ("eta", eta), ("s_noise", sNoise)) with
        {
            Texts = Told("solver_type", solverType),
        };
    }

    /// <summary>DPM-Solver++ of three steps, stochastic.</summary>
    /// <param name="eta">How much of the noise is fresh.</param>
    /// <param name="sNoise">The factor of fresh noise.</param>
    /// <param name="noiseDevice">Where ComfyUI draws noise; here it never depends on the device.</param>
    [Node("SamplerDPMPP_3M_SDE", "model/sampling/samplers", DisplayName = "SamplerDPMPP_3M_SDE")]
    public static SamplerRecipe Dpmpp3mSde(
        [Input(Default = 1.0, Min = 0.0, Max = 100.0, Step = 0.01)] double eta,
        [Input(Default = 1.0, Min = 0.0, Max = 100.0, Step = 0.01)] double sNoise,
        [Input(Choices = ["gpu", "cpu"])] string noiseDevice)
    {
        _ = noiseDevice;
        return With("dpmpp_3m_sde", ("eta", eta), ("s_noise", sNoise));
    }

    /// <summary>DPM-Solver++ of one step, stochastic; each step asks the model twice.</summary>
    /// <param name="eta">How much of the noise is fresh.</param>
    /// <param name="sNoise">The factor of fresh noise.</param>
    /// <param name="r">Where in a step the model is asked the second time.</param>
    /// <param name="noiseDevice">Where ComfyUI draws noise; here it never depends on the device.</param>
    [Node("SamplerDPMPP_SDE", "model/sampling/samplers", DisplayName = "SamplerDPMPP_SDE")]
    public static SamplerRecipe DpmppSde(
        [Input(Default = 1.0, Min = 0.0, Max = 100.0, Step = 0.01)] double eta,
        [Input(Default = 1.0, Min = 0.0, Max = 100.0, Step = 0.01)] double sNoise,
        [Input(Default = 0.5, Min = 0.0, Max = 100.0, Step = 0.01)] double r,
        [Input(Choices = ["gpu", "cpu"])] string noiseDevice)
    {
        _ = noiseDevice;
        return With("dpmpp_sde", ("eta", eta), ("s_noise", sNoise), ("r", r));
    }

    /// <summary>DPM-Solver++ of one step of second order, with fresh noise after each.</summary>
    /// <param name="eta">How much of the noise is fresh.</param>
    /// <param name="sNoise">The factor of fresh noise.</param>
    [Node("SamplerDPMPP_2S_Ancestral", "model/sampling/samplers", DisplayName = "SamplerDPMPP_2S_Ancestral")]
    public static SamplerRecipe Dpmpp2sAncestral(
        [Input(Default = 1.0, Min = 0.0, Max = 100.0, Step = 0.01)] double eta,
        [Input(Default = 1.0, Min = 0.0, Max = 100.0, Step = 0.01)] double sNoise) =>
        With("dpmpp_2s_ancestral", ("eta", eta), ("s_noise", sNoise));

    /// <summary>DPM-Solver with steps as long as the error allows.</summary>
    /// <param name="order">The order, 2 or 3.</param>
    /// <param name="rtol">The relative error allowed.</param>
    /// <param name="atol">The absolute error allowed.</param>
    /// <param name="hInit">The first step.</param>
    /// <param name="pcoeff">The proportional part of the step control.</param>
    /// <param name="icoeff">The integral part of the step control.</param>
    /// <param name="dcoeff">The differential part of the step control.</param>
    /// <param name="acceptSafety">From which factor on a step counts.</param>
    /// <param name="eta">How much of the noise is fresh.</param>
    /// <param name="sNoise">The factor of fresh noise.</param>
    [Node("SamplerDPMAdaptative", "model/sampling/samplers", DisplayName = "SamplerDPMAdaptative")]
    public static SamplerRecipe DpmAdaptive(
        [Input(Default = 3, Min = 2, Max = 3)] int order,
        [Input(Default = 0.05, Min = 0.0, Max = 100.0, Step = 0.01)] double rtol,
        [Input(Default = 0.0078, Min = 0.0, Max = 100.0, Step = 0.01)] double atol,
        [Input(Default = 0.05, Min = 0.0, Max = 100.0, Step = 0.01)] double hInit,
        [Input(Default = 0.0, Min = 0.0, Max = 100.0, Step = 0.01)] double pcoeff,
        [Input(Default = 1.0, Min = 0.0, Max = 100.0, Step = 0.01)] double icoeff,
        [Input(Default = 0.0, Min = 0.0, Max = 100.0, Step = 0.01)] double dcoeff,
        [Input(Default = 0.81, Min = 0.0, Max = 100.0, Step = 0.01)] double acceptSafety,
        [Input(Default = 0.0, Min = 0.0, Max = 100.0, Step = 0.01)] double eta,
        [Input(Default = 1.0, Min = 0.0, Max = 100.0, Step = 0.01)] double sNoise) =>
        With(
            "dpm_adaptive", ("order", order), ("rtol", rtol), ("atol", atol), ("h_init", hInit), ("pcoeff", pcoeff), ("icoeff", icoeff), ("dcoeff", dcoeff),
            ("accept_safety", acceptSafety), ("eta", eta), ("s_noise", sNoise));

    /// <summary>Extended reverse-time SDE solver of up to three stages.</summary>
    /// <param name="solverType">Which noise: that of the paper, that of the reversed process, or none.</param>
    /// <param name="maxStage">How many earlier steps count, and one.</param>
    /// <param name="eta">How much noise; for the reverse-time SDE alone, where 0 is none.</param>
    /// <param name="sNoise">The factor of fresh noise.</param>
    [Node("SamplerER_SDE", "model/sampling/samplers", DisplayName = "SamplerER_SDE")]
    public static SamplerRecipe ErSde(
        [Input(Choices = ["ER-SDE", "Reverse-time SDE", "ODE"])] string solverType,
        [Input(Default = 3, Min = 1, Max = 3)] int maxStage,
        [Input(Default = 1.0, Min = 0.0, Max = 100.0, Step = 0.01)] double eta,
        [Input(Default = 1.0, Min = 0.0, Max = 100.0, Step = 0.01)] double sNoise) =>
        With("er_sde", ("max_stage", maxStage), ("eta", eta), ("s_noise", sNoise)) with { Texts = Told("solver_type", solverType) };

    /// <summary>Stochastic Adams solver with predictor and corrector.</summary>
    /// <param name="model">The model that is sampled; its levels say where noise is added.</param>
    /// <param name="eta">How much noise.</param>
    /// <param name="sdeStartPercent">From which part of sampling on noise is added.</param>
    /// <param name="sdeEndPercent">Up to which part.</param>
    /// <param name="sNoise">The factor of fresh noise.</param>
    /// <param name="predictorOrder">How many earlier steps the prediction goes by.</param>
    /// <param name="correctorOrder">How many the correction goes by; 0 corrects nothing.</param>
    /// <param name="usePece">Whether the model is asked again after the correction.</param>
    /// <param name="simpleOrder2">Whether order 2 is built in the simpler way.</param>
    [Node("SamplerSASolver", "model/sampling/samplers", DisplayName = "SamplerSASolver")]
    public static SamplerRecipe SaSolver(
        ModelRecipe model,
        [Input(Default = 1.0, Min = 0.0, Max = 10.0, Step = 0.01)] double eta,
        [Input(Default = 0.2, Min = 0.0, Max = 1.0, Step = 0.001)] double sdeStartPercent,
        [Input(Default = 0.8, Min = 0.0, Max = 1.0, Step = 0.001)] double sdeEndPercent,
        [Input(Default = 1.0, Min = 0.0, Max = 100.0, Step = 0.01)] double sNoise,
        [Input(Default = 3, Min = 1, Max = 6)] int predictorOrder,
        [Input(Default = 4, Min = 0, Max = 6)] int correctorOrder,
        [Input(Default = false)] bool usePece,
        [Input(Name = "simple_order_2", Default = false)] bool simpleOrder2)
    {
        // Parts become levels where sampling happens, by the model that is sampled.
        _ = model;
        return With(
            "sa_solver", ("eta", eta), ("sde_start_percent", sdeStartPercent), ("sde_end_percent", sdeEndPercent), ("s_noise", sNoise), ("predictor_order", predictorOrder),
            ("corrector_order", correctorOrder), ("use_pece", usePece ? 1 : 0), ("simple_order_2", simpleOrder2 ? 1 : 0));
    }

    /// <summary>Exponential solver of two stages: seeds_2, and with phi_2, r = 1 and an eta of 0 or 1 exp_heun_2_x0 and exp_heun_2_x0_sde.</summary>
    /// <param name="solverType">How the second stage counts.</param>
    /// <param name="eta">How much noise.</param>
    /// <param name="sNoise">The factor of fresh noise.</param>
    /// <param name="r">Where in a step the second stage is.</param>
    [Node("SamplerSEEDS2", "model/sampling/samplers", DisplayName = "SamplerSEEDS2")]
    public static SamplerRecipe Seeds2(
        [Input(Choices = ["phi_1", "phi_2"])] string solverType,
        [Input(Default = 1.0, Min = 0.0, Max = 100.0, Step = 0.01)] double eta,
        [Input(Default = 1.0, Min = 0.0, Max = 100.0, Step = 0.01)] double sNoise,
        [Input(Default = 0.5, Min = 0.01, Max = 1.0, Step = 0.01)] double r) =>
        With("seeds_2", ("eta", eta), ("s_noise", sNoise), ("r", r)) with { Texts = Told("solver_type", solverType) };

    /// <summary>Euler steps guided as CFG++ does.</summary>
    /// <param name="version">The published way, or one that subtracts guidance in full.</param>
    [Node("SamplerEulerCFGpp", "experimental", DisplayName = "SamplerEulerCFG++")]
    public static SamplerRecipe EulerCfgPlusPlus([Input(Choices = ["regular", "alternative"])] string version) =>
        new(s_eulerVersions[version]);

    /// <summary>Consistency steps that enlarge the latent on the way.</summary>
    /// <remarks>Cannot be used with a noise mask, masked prompts or models that see more than the latent, such as inpainting models.</remarks>
    /// <param name="scaleRatio">How much larger it is in the end.</param>
    /// <param name="scaleSteps">In how many steps it grows; -1 for half of them.</param>
    /// <param name="upscaleMethod">How places in between are computed.</param>
    [Node("SamplerLCMUpscale", "model/sampling/samplers", DisplayName = "SamplerLCMUpscale")]
    public static SamplerRecipe LcmUpscale(
        [Input(Default = 1.0, Min = 0.1, Max = 20.0, Step = 0.01)] double scaleRatio,
        [Input(Default = -1, Min = -1, Max = 1000, Step = 1)] int scaleSteps,
        [Input(Choices = ["bislerp", "nearest-exact", "bilinear", "area", "bicubic"])] string upscaleMethod) =>
        With("lcm_upscale", ("scale_ratio", scaleRatio), ("scale_steps", scaleSteps)) with { Texts = Told("upscale_method", upscaleMethod) };

    private static ImmutableSortedDictionary<string, string> Told(string name, string value) => ImmutableSortedDictionary<string, string>.Empty.Add(name, value);

    private static SamplerRecipe With(string name, params ReadOnlySpan<(string Name, double Value)> numbers)
    {
        ImmutableSortedDictionary<string, double>.Builder settings = ImmutableSortedDictionary.CreateBuilder<string, double>(StringComparer.Ordinal);
        foreach ((string setting, double value) in numbers)
        {
            settings.Add(setting, value);
        }

        return new SamplerRecipe(name) { Numbers = settings.ToImmutable() };
    }
}
