using Vortex.Diffusion.Detection;
using Vortex.Diffusion.Weights;

namespace Vortex.Diffusion.Management;

/// <summary>The weights of one network as its recipe makes them, with all that must be let go of with them.</summary>
/// <param name="Weights">The weights.</param>
/// <param name="Detected">What the (first) file holds.</param>
/// <param name="StoredBytes">Bytes of weights that lie in files.</param>
internal sealed record NetworkWeights(IWeightSource Weights, DetectedModel Detected, long StoredBytes);
