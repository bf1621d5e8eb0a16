using Vortex.Diffusion.Detection;
using Vortex.Diffusion.Networks;
using Vortex.Diffusion.Recipes;
using Vortex.Diffusion.Upscale;
using Vortex.Diffusion.Vae;
using Vortex.Diffusion.Vision;

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
            : (ControlNetwork.Load(builder.Control(recipe, file), model), WeightBuilder.Bytes(file.File));
    });

    /// <summary>Leases a hypernetwork.</summary>
    /// <exception cref="DiffusionException">As for <see cref="Model"/>.</exception>
    public ModelLease<Hypernetwork> Hypernetwork(ModelFileRef file) => Lease<Hypernetwork>("hypernetwork " + file.Digest, builder =>
    {
        OpenModelFile opened = builder.Open(file);
        opened.Detected.Expect(ModelKind.Hypernetwork);
        return (Networks.Hypernetwork.Load(opened.File, opened.Weights), WeightBuilder.Bytes(opened.File));
    });

    /// <summary>Leases a GLIGEN.</summary>
    /// <exception cref="DiffusionException">As for <see cref="Model"/>.</exception>
    public ModelLease<Gligen> Gligen(GligenRecipe recipe) => Lease<Gligen>(recipe, builder =>
    {
        OpenModelFile file = builder.Single(recipe, ModelKind.Gligen);
        return (Networks.Gligen.Load(file.Weights), WeightBuilder.Bytes(file.File));
    });

    /// <summary>Leases a style model.</summary>
    /// <exception cref="DiffusionException">As for <see cref="Model"/>.</exception>
    public ModelLease<StyleModel> Style(StyleRecipe recipe) => Lease<StyleModel>(recipe, builder =>
    {
        NetworkWeights weights = builder.Style(recipe);
        return (StyleModel.Load(weights.Weights), weights.StoredBytes);
    });

    /// <summary>Leases a tiny decoder that shows latents as the network sees them, for previews.</summary>
    /// <exception cref="DiffusionException">As for <see cref="Model"/>.</exception>
    public ModelLease<Taesd> PreviewDecoder(ModelFileRef file) => Lease<Taesd>("preview " + file.Digest, builder =>
    {
        OpenModelFile opened = builder.Open(file);
        opened.Detected.Expect(ModelKind.TinyVae);
        return (Taesd.LoadDecoder(opened.Weights), WeightBuilder.Bytes(opened.File));
    });

    /// <summary>Leases an upscaler of pictures.</summary>
    /// <exception cref="DiffusionException">As for <see cref="Model"/>.</exception>
    public ModelLease<Upscaler> Upscaler(UpscalerRecipe recipe) => Lease<Upscaler>(recipe, builder =>
    {
        OpenModelFile file = builder.Single(recipe, ModelKind.Upscaler);
        return (Upscale.Upscaler.Load(file.Weights), WeightBuilder.Bytes(file.File));
    });
}
