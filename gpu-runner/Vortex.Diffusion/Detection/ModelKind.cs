namespace Vortex.Diffusion.Detection;

/// <summary>What sort of model a file holds.</summary>
public enum ModelKind
{
    /// <summary>Nothing that is known.</summary>
    Unknown = 0,

    /// <summary>A diffusion model with its text encoder or autoencoder.</summary>
    Checkpoint = 1,

    /// <summary>A diffusion model alone.</summary>
    DiffusionModel = 2,

    /// <summary>A text encoder alone.</summary>
    TextEncoder = 3,

    /// <summary>An autoencoder alone.</summary>
    Vae = 4,

    /// <summary>A tiny autoencoder for previews.</summary>
    TinyVae = 5,

    /// <summary>A ControlNet.</summary>
    ControlNet = 6,

    /// <summary>A T2I-Adapter.</summary>
    T2IAdapter = 7,

    /// <summary>A picture encoder.</summary>
    ClipVision = 8,

    /// <summary>An upscaler of pictures.</summary>
    Upscaler = 9,

    /// <summary>A LoRA or one of its relatives.</summary>
    Lora = 10,

    /// <summary>A textual inversion embedding.</summary>
    Embedding = 11,

    /// <summary>A hypernetwork.</summary>
    Hypernetwork = 12,

    /// <summary>GLIGEN's position network.</summary>
    Gligen = 13,

    /// <summary>A style model, such as Flux Redux.</summary>
    StyleModel = 14,

    /// <summary>An IP-Adapter.</summary>
    IPAdapter = 15,
}

/// <summary>Words for kinds of models.</summary>
public static class ModelKinds
{
    /// <summary>Says what it is, with its article.</summary>
    public static string Title(this ModelKind kind) => kind switch
    {
        ModelKind.Checkpoint => "a checkpoint",
        ModelKind.DiffusionModel => "a diffusion model without text encoder and autoencoder",
        ModelKind.TextEncoder => "a text encoder",
        ModelKind.Vae => "a VAE",
        ModelKind.TinyVae => "a tiny autoencoder (TAESD)",
        ModelKind.ControlNet => "a ControlNet",
        ModelKind.T2IAdapter => "a T2I-Adapter",
        ModelKind.ClipVision => "a CLIP vision model",
        ModelKind.Upscaler => "an upscale model",
        ModelKind.Lora => "a LoRA",
        ModelKind.Embedding => "a textual inversion embedding",
        ModelKind.Hypernetwork => "a hypernetwork",
        ModelKind.Gligen => "a GLIGEN model",
        ModelKind.StyleModel => "a style model",
        ModelKind.IPAdapter => "an IP-Adapter",
        _ => "no model that is known here",
    };

    /// <summary>Says how a model of this kind is used: the folder it belongs to and the node that loads it; null where nothing loads it.</summary>
    public static string? Remedy(this ModelKind kind) => kind switch
    {
        ModelKind.Checkpoint => "put it into 'checkpoints' and use CheckpointLoaderSimple",
        ModelKind.DiffusionModel => "put it into 'diffusion_models' and use UNETLoader",
        ModelKind.TextEncoder => "put it into 'text_encoders' and use CLIPLoader",
        ModelKind.Vae => "put it into 'vae' and use VAELoader",
        ModelKind.TinyVae => "put it into 'vae_approx' and use VAELoader",
        ModelKind.ControlNet or ModelKind.T2IAdapter => "put it into 'controlnet' and use ControlNetLoader",
        ModelKind.ClipVision => "put it into 'clip_vision' and use CLIPVisionLoader",
        ModelKind.Upscaler => "put it into 'upscale_models' and use UpscaleModelLoader",
        ModelKind.Lora => "put it into 'loras' and use LoraLoader",
        ModelKind.Embedding => "put it into 'embeddings' and write 'embedding:name' in a prompt",
        ModelKind.Gligen => "put it into 'gligen' and use GLIGENLoader",
        ModelKind.StyleModel => "put it into 'style_models' and use StyleModelLoader",
        ModelKind.Hypernetwork => "put it into 'hypernetworks' and use HypernetworkLoader",
        _ => null,
    };
}
