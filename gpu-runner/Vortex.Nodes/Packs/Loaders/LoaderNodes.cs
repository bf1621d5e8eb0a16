using Vortex.Diffusion.Recipes;

namespace Vortex.Nodes.Packs.Loaders;

/// <summary>Nodes that name model files. Nothing is read here: what they give says how a network is made, and it is made when something computes with it.</summary>
public static class LoaderNodes
{
    /// <summary>Loads a checkpoint: the network, its text encoders and its VAE. The family is found out from the file.</summary>
    /// <param name="ckptName">A file of the checkpoints folder.</param>
    [Node("CheckpointLoaderSimple", "model/loaders", DisplayName = "Load Checkpoint")]
    public static (ModelRecipe Model, TextRecipe Clip, VaeRecipe Vae) Checkpoint([Input(ModelFolder = "checkpoints")] ModelFileRef ckptName)
    {
        WeightsRecipe source = From(ckptName);
        return (new ModelRecipe(source), new TextRecipe(source), new VaeRecipe(source));
    }

    /// <summary>Loads a checkpoint. The configuration is not needed: the family is found out from the file.</summary>
    /// <param name="configName">A file of the configs folder.</param>
    /// <param name="ckptName">A file of the checkpoints folder.</param>
    [Node("CheckpointLoader", "model/loaders", DisplayName = "Load Checkpoint With Config (DEPRECATED)", IsDeprecated = true)]
    public static (ModelRecipe Model, TextRecipe Clip, VaeRecipe Vae) CheckpointWithConfig(
        [Input(ModelFolder = "configs")] ModelFileRef configName,
        [Input(ModelFolder = "checkpoints")] ModelFileRef ckptName)
    {
        _ = configName;
        return Checkpoint(ckptName);
    }

    /// <summary>Loads an unCLIP checkpoint, which has a picture encoder as well.</summary>
    /// <param name="ckptName">A file of the checkpoints folder.</param>
    [Node("unCLIPCheckpointLoader", "model/loaders", DisplayName = "Load unCLIP Checkpoint")]
    public static (ModelRecipe Model, TextRecipe Clip, VaeRecipe Vae, VisionRecipe ClipVision) UnclipCheckpoint(
        [Input(ModelFolder = "checkpoints")] ModelFileRef ckptName)
    {
        WeightsRecipe source = From(ckptName);
        return (new ModelRecipe(source), new TextRecipe(source), new VaeRecipe(source), new VisionRecipe(source));
    }

    /// <summary>Loads a VAE.</summary>
    /// <param name="vaeName">A file of the vae folder; pixel_space for models whose latents are pictures.</param>
    [Node("VAELoader", "model/loaders", DisplayName = "Load VAE")]
    public static VaeRecipe Vae([Input(ModelFolder = "vae", Choices = [VaeRecipe.PixelSpace])] object vaeName) => vaeName switch
    {
        ModelFileRef file => new VaeRecipe(From(file)),
        VaeRecipe.PixelSpace => new VaeRecipe(new WeightsRecipe.FromFiles([], VaeRecipe.PixelSpace)),
        _ => throw new NodeProblemException("node.wrong_type", "vae_name", "'vae_name' takes a file of the vae folder or pixel_space."),
    };

    /// <summary>Loads a diffusion network without text encoder and VAE.</summary>
    /// <param name="unetName">A file of the diffusion_models folder.</param>
    /// <param name="weightDtype">The number format weights are kept in; the file's own by default.</param>
    [Node("UNETLoader", "model/loaders", DisplayName = "Load Diffusion Model")]
    public static ModelRecipe Unet(
        [Input(ModelFolder = "diffusion_models")] ModelFileRef unetName,
        [Input(Choices = ["default", "fp8_e4m3fn", "fp8_e4m3fn_fast", "fp8_e5m2"])] string weightDtype) =>
        new(From(unetName)) { Options = weightDtype == "default" ? [] : [ModelOptions.Of(ModelOptions.WeightType, ("type", weightDtype))] };

    /// <summary>Loads a text encoder.</summary>
    /// <param name="clipName">A file of the text_encoders folder.</param>
    /// <param name="type">The family of models it is for.</param>
    /// <param name="device">Where ComfyUI computes it; means nothing here.</param>
    [Node("CLIPLoader", "model/loaders", DisplayName = "Load CLIP")]
    public static TextRecipe Clip(
        [Input(ModelFolder = "text_encoders")] ModelFileRef clipName,
        [Input(Choices = [
            "stable_diffusion", "stable_cascade", "sd3", "stable_audio", "mochi", "ltxv", "pixart", "cosmos", "lumina2", "wan", "hidream", "chroma", "ace",
            "omnigen2", "qwen_image", "hunyuan_image", "flux2", "ovis", "longcat_image", "cogvideox", "lens", "pixeldit", "ideogram4", "boogu", "krea2",
        ])] string type,
        [Input(Choices = ["default", "cpu"])] string? device) =>
        Encoders(type, device, clipName);

    /// <summary>Loads two text encoders that work together.</summary>
    /// <param name="clipName1">A file of the text_encoders folder.</param>
    /// <param name="clipName2">Another one.</param>
    /// <param name="type">The family of models they are for.</param>
    /// <param name="device">Where ComfyUI computes them; means nothing here.</param>
    [Node("DualCLIPLoader", "model/loaders", DisplayName = "Load CLIP (Dual)")]
    public static TextRecipe DualClip(
        [Input(ModelFolder = "text_encoders")] ModelFileRef clipName1,
        [Input(ModelFolder = "text_encoders")] ModelFileRef clipName2,
        [Input(Choices = [
            "sdxl", "sd3", "flux", "hunyuan_video", "hidream", "hunyuan_image", "hunyuan_video_15", "kandinsky5", "kandinsky5_image", "ltxv", "newbie", "ace",
        ])] string type,
        [Input(Choices = ["default", "cpu"])] string? device) =>
        Encoders(type, device, clipName1, clipName2);

    /// <summary>Loads a ControlNet or a T2I-Adapter.</summary>
    /// <param name="controlNetName">A file of the controlnet folder.</param>
    [Node("ControlNetLoader", "model/loaders", DisplayName = "Load ControlNet Model")]
    public static ControlRecipe ControlNet([Input(ModelFolder = "controlnet")] ModelFileRef controlNetName) => new(From(controlNetName));

    /// <summary>Loads a ControlNet that is stored as what it adds to a model. One that stands alone is loaded as by ControlNetLoader.</summary>
    /// <param name="model">The model that the ControlNet was made for; its LoRAs count.</param>
    /// <param name="controlNetName">A file of the controlnet folder.</param>
    [Node("DiffControlNetLoader", "loaders", DisplayName = "Load ControlNet Model (diff)")]
    public static ControlRecipe DiffControlNet(ModelRecipe model, [Input(ModelFolder = "controlnet")] ModelFileRef controlNetName) =>
        new(From(controlNetName)) { Base = model };

    /// <summary>Loads a style model.</summary>
    /// <param name="styleModelName">A file of the style_models folder.</param>
    [Node("StyleModelLoader", "model/loaders", DisplayName = "Load Style Model")]
    public static StyleRecipe StyleModel([Input(ModelFolder = "style_models")] ModelFileRef styleModelName) => new(From(styleModelName));

    /// <summary>Loads a GLIGEN, which says where in the picture something is.</summary>
    /// <param name="gligenName">A file of the gligen folder.</param>
    [Node("GLIGENLoader", "model/loaders", DisplayName = "Load GLIGEN Model")]
    public static GligenRecipe Gligen([Input(ModelFolder = "gligen")] ModelFileRef gligenName) => new(From(gligenName));

    /// <summary>Loads a picture encoder.</summary>
    /// <param name="clipName">A file of the clip_vision folder.</param>
    [Node("CLIPVisionLoader", "model/loaders", DisplayName = "Load CLIP Vision")]
    public static VisionRecipe ClipVision([Input(ModelFolder = "clip_vision")] ModelFileRef clipName) => new(From(clipName));

    /// <summary>Loads an upscaler.</summary>
    /// <param name="modelName">A file of the upscale_models folder.</param>
    [Node("UpscaleModelLoader", "model/loaders", DisplayName = "Load Upscale Model")]
    public static UpscalerRecipe Upscaler([Input(ModelFolder = "upscale_models")] ModelFileRef modelName) => new(From(modelName));

    private static TextRecipe Encoders(string type, string? device, params ReadOnlySpan<ModelFileRef> files)
    {
        _ = device;
        return new TextRecipe(new WeightsRecipe.FromFiles([.. files], type));
    }

    private static WeightsRecipe.FromFiles From(ModelFileRef file) => new([file]);
}
