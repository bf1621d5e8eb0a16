using System.Collections.Immutable;
using Vortex.Diffusion;
using Vortex.Diffusion.Conditioning;
using Vortex.Diffusion.Management;
using Vortex.Diffusion.Networks;
using Vortex.Diffusion.Recipes;
using Vortex.Diffusion.Text;
using Vortex.Imaging;
using Vortex.Tensors;

namespace Vortex.Nodes.Packs.Conditioning;

/// <summary>Nodes that turn prompts into what a model listens to.</summary>
public static class TextEncodeNodes
{
    /// <summary>Encodes a prompt. (word:1.2) weighs, \( is a parenthesis, embedding:name takes a textual inversion.</summary>
    /// <param name="text">The prompt.</param>
    /// <param name="clip">The text encoder.</param>
    /// <param name="context">Loads the text encoder.</param>
    [Node("CLIPTextEncode", "model/conditioning", DisplayName = "CLIP Text Encode (Prompt)", NeedsGpu = true)]
    public static ConditioningList Encode([Input(Multiline = true, Prompt = true)] string text, TextRecipe clip, NodeContext context) =>
        Run(clip, context, (encoder, skip) => encoder.Encode(text, skip, context.Embeddings, context.CancellationToken), entry => entry);

    /// <summary>Encodes a prompt for SDXL, with the sizes the model is told.</summary>
    /// <param name="clip">The text encoder.</param>
    /// <param name="width">The picture's width before it was cut, in pixels.</param>
    /// <param name="height">The picture's height before it was cut.</param>
    /// <param name="cropW">How much was cut off on the left.</param>
    /// <param name="cropH">How much was cut off at the top.</param>
    /// <param name="targetWidth">The picture's width.</param>
    /// <param name="targetHeight">The picture's height.</param>
    /// <param name="textG">The prompt for the larger encoder.</param>
    /// <param name="textL">The prompt for the smaller encoder.</param>
    /// <param name="context">Loads the text encoder.</param>
    [Node("CLIPTextEncodeSDXL", "model/conditioning/stable diffusion", DisplayName = "CLIP Text Encode (SDXL)", NeedsGpu = true)]
    public static ConditioningList EncodeSdxl(
        TextRecipe clip,
        [Input(Default = 1024, Min = 0, Max = PictureLimits.MaxSide)] int width,
        [Input(Default = 1024, Min = 0, Max = PictureLimits.MaxSide)] int height,
        [Input(Default = 0, Min = 0, Max = PictureLimits.MaxSide)] int cropW,
        [Input(Default = 0, Min = 0, Max = PictureLimits.MaxSide)] int cropH,
        [Input(Default = 1024, Min = 0, Max = PictureLimits.MaxSide)] int targetWidth,
        [Input(Default = 1024, Min = 0, Max = PictureLimits.MaxSide)] int targetHeight,
        [Input(Multiline = true, Prompt = true)] string textG,
        [Input(Multiline = true, Prompt = true)] string textL,
        NodeContext context) =>
        Run(
            clip,
            context,
            (encoder, skip) => encoder.EncodePair(textL, textG, skip, context.Embeddings, context.CancellationToken),
            entry => entry with { Sizes = new SizeConditioning(width, height, cropW, cropH, targetWidth, targetHeight) });

    /// <summary>Encodes a prompt for SDXL's refiner, with the sizes and the score the model is told.</summary>
    /// <param name="ascore">How good the picture should look; 6 for a positive prompt, 2.5 for a negative one.</param>
    /// <param name="width">The picture's width in pixels.</param>
    /// <param name="height">The picture's height in pixels.</param>
    /// <param name="text">The prompt.</param>
    /// <param name="clip">The text encoder.</param>
    /// <param name="context">Loads the text encoder.</param>
    [Node("CLIPTextEncodeSDXLRefiner", "model/conditioning/stable diffusion", DisplayName = "CLIP Text Encode (SDXL Refiner)", NeedsGpu = true)]
    public static ConditioningList EncodeRefiner(
        [Input(Default = 6.0, Min = 0.0, Max = 1000.0, Step = 0.01)] double ascore,
        [Input(Default = 1024, Min = 0, Max = PictureLimits.MaxSide)] int width,
        [Input(Default = 1024, Min = 0, Max = PictureLimits.MaxSide)] int height,
        [Input(Multiline = true, Prompt = true)] string text,
        TextRecipe clip,
        NodeContext context) =>
        Run(
            clip,
            context,
            (encoder, skip) => encoder.Encode(text, skip, context.Embeddings, context.CancellationToken),
            entry => entry with { AestheticScore = (float)ascore, Sizes = new SizeConditioning(width, height, 0, 0, width, height) });

    /// <summary>Says where in the picture something is. It counts for the negative prompt too, unless that has text boxes of its own.</summary>
    /// <param name="conditioningTo">The prompts; text boxes they have stay.</param>
    /// <param name="clip">The text encoder of the family that GLIGEN was made for.</param>
    /// <param name="gligenTextboxModel">The GLIGEN.</param>
    /// <param name="text">What is in the box; should be named in the prompt as well.</param>
    /// <param name="width">The box's width in pixels.</param>
    /// <param name="height">The box's height in pixels.</param>
    /// <param name="x">Its left edge.</param>
    /// <param name="y">Its top edge.</param>
    /// <param name="context">Loads the text encoder.</param>
    [Node("GLIGENTextBoxApply", "model/conditioning/gligen", DisplayName = "Apply GLIGEN Text Box", NeedsGpu = true)]
    public static ConditioningList TextBox(
        ConditioningList conditioningTo,
        TextRecipe clip,
        GligenRecipe gligenTextboxModel,
        [Input(Multiline = true, Prompt = true)] string text,
        [Input(Default = 64, Min = 8, Max = PictureLimits.MaxSide, Step = 8)] int width,
        [Input(Default = 64, Min = 8, Max = PictureLimits.MaxSide, Step = 8)] int height,
        [Input(Default = 0, Min = 0, Max = PictureLimits.MaxSide, Step = 8)] int x,
        [Input(Default = 0, Min = 0, Max = PictureLimits.MaxSide, Step = 8)] int y,
        NodeContext context)
    {
        if (conditioningTo.Entries.Any(entry => entry.Gligen?.Boxes.Length >= Gligen.MaximumBoxes))
        {
            throw new NodeProblemException(DiffusionCodes.OutOfRange, "conditioning_to", $"A prompt has {Gligen.MaximumBoxes} text boxes already, which is the most.");
        }

        const int Scale = 8;
        using ModelLease<LoadedText> encoder = context.Models.Text(clip with { Options = clip.Options.RemoveAll(option => option.Name == ModelOptions.ClipSkip) });
        using TensorScope scope = TensorScope.Begin();
        (Tensor pooled, ImmutableArray<string> warnings) = encoder.Value.Encoder.EncodeUnprojected(text, context.Embeddings, context.CancellationToken);
        foreach (string warning in encoder.Value.Warnings.Concat(warnings))
        {
            context.Warn(warning);
        }

        GligenBox box = new(pooled.Detach(), height / Scale, width / Scale, y / Scale, x / Scale);
        return conditioningTo.Each(entry => entry with { Gligen = new GligenRequest(gligenTextboxModel, entry.Gligen is { } before ? before.Boxes.Add(box) : [box]) });
    }

    private static ConditioningList Run(
        TextRecipe clip, NodeContext context, Func<TextEncoder, int?, EncodedText> encode, Func<ConditioningEntry, ConditioningEntry> finish)
    {
        // The layer is chosen with each prompt, so that all of them share one loaded encoder.
        OptionRecipe? skip = clip.Options.LastOrDefault(option => option.Name == ModelOptions.ClipSkip);
        using ModelLease<LoadedText> encoder = context.Models.Text(clip with { Options = clip.Options.RemoveAll(option => option.Name == ModelOptions.ClipSkip) });
        using TensorScope scope = TensorScope.Begin();
        EncodedText encoded = encode(encoder.Value.Encoder, skip is null ? null : (int)skip.Number("layer"));
        foreach (string warning in encoder.Value.Warnings.Concat(encoded.Warnings))
        {
            context.Warn(warning);
        }

        return new([finish(new ConditioningEntry { Text = encoded.Text.Detach(), Pooled = encoded.Pooled.Detach() })]);
    }
}
