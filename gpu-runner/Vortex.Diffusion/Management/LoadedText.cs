using Vortex.Diffusion.Text;

namespace Vortex.Diffusion.Management;

/// <summary>Text encoders, ready to encode.</summary>
/// <param name="Encoder">The encoders, patched and merged as their recipe says.</param>
/// <param name="Warnings">Sentences about what was left out, such as a LoRA's layers that these encoders lack.</param>
public sealed record LoadedText(TextEncoder Encoder, IReadOnlyList<string> Warnings);
