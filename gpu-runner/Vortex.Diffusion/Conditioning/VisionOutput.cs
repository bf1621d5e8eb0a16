using Vortex.Tensors;

namespace Vortex.Diffusion.Conditioning;

/// <summary>What a picture encoder saw. ComfyUI's CLIP_VISION_OUTPUT. Tensors are detached and never changed.</summary>
/// <param name="Embedding">The projected picture: [batch, width].</param>
/// <param name="LastHidden">The last layer: [batch, patches + 1, width].</param>
/// <param name="PenultimateHidden">The layer before the last: [batch, patches + 1, width].</param>
public sealed record VisionOutput(Tensor Embedding, Tensor LastHidden, Tensor PenultimateHidden);
