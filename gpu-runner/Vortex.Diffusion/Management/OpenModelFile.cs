using Vortex.Diffusion.Detection;
using Vortex.Diffusion.Files;
using Vortex.Diffusion.Weights;

namespace Vortex.Diffusion.Management;

/// <summary>An open model file, shared by all networks that are made of it: what it holds, and its weights, each loaded once.</summary>
/// <param name="File">The file.</param>
/// <param name="Detected">What it holds.</param>
/// <param name="Weights">All of its weights by their own keys.</param>
public sealed record OpenModelFile(IModelFile File, DetectedModel Detected, FileWeights Weights);
