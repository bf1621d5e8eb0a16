using System.Collections.Immutable;
using Vortex.Diffusion.Conditioning;
using Vortex.Diffusion.Recipes;
using Vortex.Imaging;
using Vortex.Nodes.Packs.Tensors;
using Vortex.Tensors;

namespace Vortex.Nodes.Packs.Control;

/// <summary>Nodes that steer a picture by another one.</summary>
public static class ControlNodes
{
    private static readonly ImmutableArray<string> s_unionTypes =
        ["openpose", "depth", "hed/pidi/scribble/ted", "canny/lineart/anime_lineart/mlsd", "normal", "segment", "tile", "repaint"];

    /// <summary>Steers a picture by another one, over all of sampling. It reaches the negative prompt too.</summary>
    /// <param name="conditioning">The prompts.</param>
    /// <param name="controlNet">The control network.</param>
    /// <param name="image">The picture to go by, as the network wants it: edges, depth, a pose.</param>
    /// <param name="strength">How much it steers.</param>
    /// <param name="context">Holds the tensors.</param>
    [Node("ControlNetApply", "model/conditioning/controlnet", DisplayName = "Apply ControlNet (DEPRECATED)", IsDeprecated = true)]
    public static ConditioningList Apply(
        ConditioningList conditioning,
        ControlRecipe controlNet,
        ImageBatch image,
        [Input(Default = 1.0, Min = 0.0, Max = 10.0, Step = 0.01)] double strength,
        NodeContext context) =>
        strength == 0 ? conditioning : conditioning.Each(With(Request(controlNet, image, strength, 0, 1, isOnBoth: true, context)));

    /// <summary>Steers a picture by another one, in a part of sampling.</summary>
    /// <param name="positive">The prompts for what is wanted.</param>
    /// <param name="negative">The prompts for what is not wanted.</param>
    /// <param name="controlNet">The control network.</param>
    /// <param name="image">The picture to go by, as the network wants it: edges, depth, a pose.</param>
    /// <param name="strength">How much it steers.</param>
    /// <param name="startPercent">Where it begins to steer: 0 is the beginning of sampling.</param>
    /// <param name="endPercent">Where it ends to steer: 1 is the end of sampling.</param>
    /// <param name="vae">For networks that take the picture as a latent; others do without.</param>
    /// <param name="context">Holds the tensors.</param>
    [Node("ControlNetApplyAdvanced", "model/conditioning/controlnet", DisplayName = "Apply ControlNet")]
    [Outputs("positive", "negative")]
    public static (ConditioningList Positive, ConditioningList Negative) ApplyAdvanced(
        ConditioningList positive,
        ConditioningList negative,
        ControlRecipe controlNet,
        ImageBatch image,
        [Input(Default = 1.0, Min = 0.0, Max = 10.0, Step = 0.01)] double strength,
        [Input(Default = 0.0, Min = 0.0, Max = 1.0, Step = 0.001)] double startPercent,
        [Input(Default = 1.0, Min = 0.0, Max = 1.0, Step = 0.001)] double endPercent,
        VaeRecipe? vae,
        NodeContext context)
    {
        // No family that is supported takes its hint as a latent; the input is there so that workflows with it run.
        _ = vae;
        if (strength == 0)
        {
            return (positive, negative);
        }

        Func<ConditioningEntry, ConditioningEntry> with = With(Request(controlNet, image, strength, startPercent, endPercent, isOnBoth: false, context));
        return (positive.Each(with), negative.Each(with));
    }

    /// <summary>Tells a union control network which kind of picture it is given.</summary>
    /// <param name="controlNet">The control network.</param>
    /// <param name="type">The kind of picture; with auto the network finds out.</param>
    [Node("SetUnionControlNetType", "model/conditioning/controlnet", DisplayName = "SetUnionControlNetType")]
    public static ControlRecipe SetUnionType(
        ControlRecipe controlNet,
        [Input(Choices = [
            "auto", "openpose", "depth", "hed/pidi/scribble/ted", "canny/lineart/anime_lineart/mlsd", "normal", "segment", "tile", "repaint",
        ])] string type)
    {
        ImmutableArray<OptionRecipe> others = controlNet.Options.RemoveAll(option => option.Name == ModelOptions.UnionType);
        int number = s_unionTypes.IndexOf(type);
        return controlNet with { Options = number < 0 ? others : others.Add(ModelOptions.Of(ModelOptions.UnionType, ("type", number))) };
    }

    private static ControlRequest Request(ControlRecipe network, ImageBatch image, double strength, double start, double end, bool isOnBoth, NodeContext context)
    {
        Tensor hint = PictureTensors.ToTensor(image, context.Backend).Detach();
        // The kind is told with each use, so that uses of several kinds share one loaded network.
        OptionRecipe? union = network.Options.FirstOrDefault(option => option.Name == ModelOptions.UnionType);
        ControlRecipe plain = union is null ? network : network with { Options = network.Options.Remove(union) };
        ImmutableDictionary<string, int> options = ImmutableDictionary<string, int>.Empty;
        return new ControlRequest(plain, hint, (float)strength, (float)start, (float)end, IsOnBoth: isOnBoth)
        {
            Options = union is null ? options : options.Add("control_type", (int)union.Number("type")),
        };
    }

    // Whether control reaches the other list is said once per prompt: the last word counts for all of its networks.
    private static Func<ConditioningEntry, ConditioningEntry> With(ControlRequest request) =>
        entry => entry with { Controls = [.. entry.Controls.Select(control => control with { IsOnBoth = request.IsOnBoth }), request] };
}
