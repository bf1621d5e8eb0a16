using System.Collections.Immutable;
using Vortex.Tensors;

namespace Vortex.Diffusion.Text;

/// <summary>What a prompt became.</summary>
/// <param name="Text">[1, 77 * chunks, width], kept for the caller's scope.</param>
/// <param name="Pooled">[1, width]: the first chunk as one vector.</param>
/// <param name="Warnings">Sentences on textual inversions that are missing or do not fit.</param>
public sealed record EncodedText(Tensor Text, Tensor Pooled, ImmutableArray<string> Warnings);
