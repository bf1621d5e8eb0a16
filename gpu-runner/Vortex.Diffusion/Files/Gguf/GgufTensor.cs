using Vortex.Tensors;

namespace Vortex.Diffusion.Files.Gguf;

/// <summary>A tensor as a GGUF file stores it.</summary>
/// <param name="Type">The number of its format there.</param>
/// <param name="Shape">Its shape, outermost dimension first.</param>
/// <param name="Begin">Where its bytes begin in the file.</param>
/// <param name="Length">How many there are.</param>
internal sealed record GgufTensor(uint Type, Shape Shape, long Begin, long Length);
