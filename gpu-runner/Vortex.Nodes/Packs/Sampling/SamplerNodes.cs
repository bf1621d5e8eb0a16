using System.Collections.Immutable;
using Vortex.Diffusion.Recipes;

namespace Vortex.Nodes.Packs.Sampling;

/// <summary>Nodes that choose a sampler and its settings.</summary>
public static class SamplerNodes
{
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
            Texts = ImmutableSortedDictionary<string, string>.Empty.Add("solver_type", solverType),
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
