using Vortex.Diffusion;
using Vortex.Diffusion.Conditioning;
using Vortex.Diffusion.Latents;
using Vortex.Diffusion.Management;
using Vortex.Diffusion.Recipes;
using Vortex.Diffusion.Vae;
using Vortex.Diffusion.Vision;
using Vortex.Imaging;
using Vortex.Nodes.Packs.Latents;
using Vortex.Nodes.Packs.Tensors;
using Vortex.Tensors;
using Vortex.Workflows;

namespace Vortex.Nodes.Packs.Conditioning;

/// <summary>Nodes that show pictures to models that were trained to see them beside the prompt.</summary>
public static class PictureConditioningNodes
{
    /// <summary>Prepares a picture for an inpainting model: the model sees it with a hole, and paints what is in the hole.</summary>
    /// <param name="positive">What is wanted.</param>
    /// <param name="negative">What is not wanted.</param>
    /// <param name="vae">The VAE.</param>
    /// <param name="pixels">The picture.</param>
    /// <param name="mask">1 is painted anew; scaled to the picture.</param>
    /// <param name="noiseMask">Whether only what is masked is changed when sampling.</param>
    /// <param name="context">Loads the VAE and takes progress.</param>
    [Node("InpaintModelConditioning", "model/conditioning", DisplayName = "InpaintModelConditioning", Cost = NodeCost.Heavy, NeedsGpu = true)]
    [Outputs("positive", "negative", "latent")]
    public static (ConditioningList Positive, ConditioningList Negative, LatentBatch Latent) Inpaint(
        ConditioningList positive,
        ConditioningList negative,
        VaeRecipe vae,
        ImageBatch pixels,
        MaskBatch mask,
        [Input(Default = true)] bool noiseMask,
        NodeContext context)
    {
        using ModelLease<Autoencoder> loaded = context.Models.Vae(vae);
        using TensorScope scope = TensorScope.Begin();
        MaskedPicture masked = MaskedPicture.Of(pixels, mask, loaded.Value.Network.Scale, context.Backend);
        Tensor shown = loaded.Value.Encode(masked.Blanked, null, context.CancellationToken).Detach();
        Tensor whole = loaded.Value.Encode(masked.Whole, VaeNodes.Told(context), context.CancellationToken).Detach();
        Tensor hole = masked.Mask.Clone().Detach();
        ConditioningEntry With(ConditioningEntry entry) => entry with { ConcatLatent = shown, ConcatMask = hole };
        return (positive.Each(With), negative.Each(With), new LatentBatch { Samples = whole, NoiseMask = noiseMask ? hole : null });
    }

    /// <summary>Prepares a picture for a model that edits pictures by instructions.</summary>
    /// <param name="positive">The instruction.</param>
    /// <param name="negative">What is not wanted.</param>
    /// <param name="vae">The VAE.</param>
    /// <param name="pixels">The picture; cut to multiples of 8.</param>
    /// <param name="context">Loads the VAE and takes progress.</param>
    [Node(
        "InstructPixToPixConditioning", "model/conditioning/instructpix2pix", DisplayName = "InstructPixToPixConditioning", Cost = NodeCost.Heavy,
        NeedsGpu = true)]
    [Outputs("positive", "negative", "latent")]
    public static (ConditioningList Positive, ConditioningList Negative, LatentBatch Latent) InstructPixToPix(
        ConditioningList positive,
        ConditioningList negative,
        VaeRecipe vae,
        ImageBatch pixels,
        NodeContext context)
    {
        using ModelLease<Autoencoder> loaded = context.Models.Vae(vae);
        using TensorScope scope = TensorScope.Begin();
        Tensor picture = PictureTensors.ToTensor(pixels, context.Backend);
        Tensor shown = loaded.Value.Encode(picture, VaeNodes.Told(context), context.CancellationToken).Detach();
        ConditioningEntry With(ConditioningEntry entry) => entry with { ConcatLatent = shown };
        return (positive.Each(With), negative.Each(With), new LatentBatch { Samples = context.Backend.Full(shown.Shape, 0).Detach() });
    }

    /// <summary>Shows a picture to an unCLIP model, beside the prompt.</summary>
    /// <param name="conditioning">The prompts.</param>
    /// <param name="clipVisionOutput">The encoded picture.</param>
    /// <param name="strength">How much the picture counts.</param>
    /// <param name="noiseAugmentation">How freely the model takes it: 0 closely.</param>
    [Node("unCLIPConditioning", "model/conditioning", DisplayName = "unCLIPConditioning")]
    public static ConditioningList Unclip(
        ConditioningList conditioning,
        VisionOutput clipVisionOutput,
        [Input(Default = 1.0, Min = -10.0, Max = 10.0, Step = 0.01)] double strength,
        [Input(Default = 0.0, Min = 0.0, Max = 1.0, Step = 0.01)] double noiseAugmentation) =>
        strength == 0
            ? conditioning
            : conditioning.Each(entry => entry with
            {
                Unclip = entry.Unclip.Add(new UnclipRequest(clipVisionOutput.Embedding, (float)strength, (float)noiseAugmentation)),
            });

    /// <summary>Shows a picture to a model as if it were words: what a style model makes of it is put behind the prompt.</summary>
    /// <param name="conditioning">The prompts.</param>
    /// <param name="styleModel">The style model, for the family of the prompts.</param>
    /// <param name="clipVisionOutput">The encoded picture; several are shown one after the other.</param>
    /// <param name="strength">How much the picture counts.</param>
    /// <param name="strengthType">multiply scales the picture's words; attn_bias changes how much attention they get, which models with a UNet do not know.</param>
    /// <param name="context">Loads the style model.</param>
    [Node("StyleModelApply", "model/conditioning", DisplayName = "Apply Style Model")]
    public static ConditioningList Style(
        ConditioningList conditioning,
        StyleRecipe styleModel,
        VisionOutput clipVisionOutput,
        [Input(Default = 1.0, Min = 0.0, Max = 10.0, Step = 0.001)] double strength,
        [Input(Choices = ["multiply", "attn_bias"])] string strengthType,
        NodeContext context)
    {
        using ModelLease<StyleModel> loaded = context.Models.Style(styleModel);
        using TensorScope scope = TensorScope.Begin();
        Tensor words = loaded.Value.Encode(clipVisionOutput.LastHidden);
        words = words.Reshape(1, words.Shape[0] * words.Shape[1], words.Shape[2]);
        if (strengthType == "multiply")
        {
            words *= (float)strength;
        }
        else if (strength != 1)
        {
            context.Warn("The strength of the style model counts for nothing: models with a UNet know no attention bias. Choose 'multiply'.");
        }

        return conditioning.Each(entry => entry with { Text = Joined(entry.Text, words) });
    }

    private static Tensor Joined(Tensor text, Tensor words)
    {
        if (text.Shape[2] != words.Shape[2])
        {
            throw new NodeProblemException(
                DiffusionCodes.Mismatch,
                "style_model",
                $"The style model makes words {words.Shape[2]} wide, and the prompt is {text.Shape[2]} wide: it is for another family of models.");
        }

        return text.Backend.Concat([text, text.Shape[0] == 1 ? words : text.Backend.Repeat(words, [text.Shape[0], 1, 1])], 1).Detach();
    }
}
