using Vortex.Tensors;

namespace Vortex.Diffusion.Text;

/// <summary>One place of a chunk of 77: a token of the vocabulary, or a row of a textual inversion.</summary>
/// <param name="Id">The token; or the row of <paramref name="Embedding"/>.</param>
/// <param name="Weight">How much it counts; 1 for as it is.</param>
/// <param name="Group">The number of the part of the prompt it belongs to, from 1; 0 for begin, end and padding.</param>
/// <param name="Embedding">Null, or the textual inversion: [rows, width].</param>
public readonly record struct PromptToken(int Id, double Weight, int Group, Tensor? Embedding = null);
