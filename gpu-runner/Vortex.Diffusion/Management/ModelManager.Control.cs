using Vortex.Diffusion.Detection;
using Vortex.Diffusion.Networks;
using Vortex.Diffusion.Recipes;
using Vortex.Diffusion.Upscale;

namespace Vortex.Diffusion.Management;

// What steers and enlarges.
public sealed partial class ModelManager
{
    /// <summary>Leases a ControlNet or T2I-Adapter.</summary>
    /// <exception cref="DiffusionException">As for <see cref="Model"/>.</exception>
    public ModelLease<ControlNetwork> Control(ControlRecipe recipe) => Lease<ControlNetwork>(recipe, builder =>
    {
        OpenModelFile file = builder.Single(recipe, ModelKind.ControlNet, ModelKind.T2IAdapter);
        // A T2I-Adapter has no half of a UNet, and its maker does not ask for one.
        UNetConfig model = file.Detected.UNet ?? new UNetConfig { ModelChannels = 320, ChannelMult = [], NumResBlocks = [], TransformerDepth = [], TransformerDepthOutput = [] };
        return file.Detected.Kind == ModelKind.ControlNet && file.Detected.UNet is null
            ? throw new DiffusionException(DiffusionCodes.FamilyUnsupported, $"'{file.File.Name}' is {file.Detected.Describe()}, which is not supported yet.")
            : (ControlNetwork.Load(file.Weights, model), WeightBuilder.Bytes(file.File));
    });

    /// <summary>Leases an upscaler of pictures.</summary>
    /// <exception cref="DiffusionException">As for <see cref="Model"/>.</exception>
    public ModelLease<Upscaler> Upscaler(UpscalerRecipe recipe) => Lease<Upscaler>(recipe, builder =>
    {
        OpenModelFile file = builder.Single(recipe, ModelKind.Upscaler);
        return (Upscale.Upscaler.Load(file.Weights), WeightBuilder.Bytes(file.File));
    });
}
