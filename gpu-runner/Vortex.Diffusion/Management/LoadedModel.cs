using Vortex.Diffusion.Detection;
using Vortex.Diffusion.Networks;

namespace Vortex.Diffusion.Management;

/// <summary>A diffusion network, ready to predict.</summary>
/// <param name="Network">The network, patched and merged as its recipe says.</param>
/// <param name="Config">Its build.</param>
/// <param name="Detected">What its file is: family, prediction, latent format. Of a merge the first one's.</param>
/// <param name="Warnings">Sentences about what was left out, such as a LoRA's layers that this network lacks.</param>
public sealed record LoadedModel(IDiffusionNetwork Network, UNetConfig Config, DetectedModel Detected, IReadOnlyList<string> Warnings);
