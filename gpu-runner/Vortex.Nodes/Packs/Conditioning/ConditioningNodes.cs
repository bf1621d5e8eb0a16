using Vortex.Diffusion;
using Vortex.Diffusion.Conditioning;
using Vortex.Tensors;

namespace Vortex.Nodes.Packs.Conditioning;

/// <summary>Nodes that put prompts together.</summary>
public static class ConditioningNodes
{
    /// <summary>Lets several prompts count at once: each is evaluated by itself and the results are averaged.</summary>
    /// <param name="conditioning1">The first prompts.</param>
    /// <param name="conditioning2">Further prompts.</param>
    [Node("ConditioningCombine", "model/conditioning/transform", DisplayName = "Conditioning (Combine)")]
    public static ConditioningList Combine(
        [Input(Name = "conditioning_1")] ConditioningList conditioning1,
        [Input(Name = "conditioning_2")] ConditioningList conditioning2) =>
        new([.. conditioning1.Entries, .. conditioning2.Entries]);

    /// <summary>Mixes two prompts into one, number by number. Of the second only the first entry counts.</summary>
    /// <param name="conditioningTo">The prompt that gives areas, masks and everything else.</param>
    /// <param name="conditioningFrom">The prompt that is mixed in; cut or filled up to the length of the other.</param>
    /// <param name="conditioningToStrength">1 gives the first prompt, 0 the second.</param>
    [Node("ConditioningAverage", "model/conditioning/transform", DisplayName = "ConditioningAverage")]
    public static ConditioningList Average(
        ConditioningList conditioningTo,
        ConditioningList conditioningFrom,
        [Input(Default = 1.0, Min = 0.0, Max = 1.0, Step = 0.01)] double conditioningToStrength)
    {
        using TensorScope scope = TensorScope.Begin();
        ConditioningEntry from = conditioningFrom.Entries[0];
        (float first, float second) = ((float)conditioningToStrength, (float)(1 - conditioningToStrength));
        return conditioningTo.Each(to =>
        {
            CheckWidth(to.Text, from.Text);
            Tensor other = Fitted(from.Text, to.Text.Shape[1]);
            Tensor? pooled = (to.Pooled, from.Pooled) switch
            {
                ({ } a, { } b) => ((a * first) + (b * second)).Detach(),
                (null, { } b) => b,
                _ => to.Pooled,
            };
            return to with { Text = ((to.Text * first) + (other * second)).Detach(), Pooled = pooled };
        });
    }

    /// <summary>Joins prompts to longer ones. Of the second only the first entry counts.</summary>
    /// <param name="conditioningTo">The prompts that come first; they give areas, masks and everything else.</param>
    /// <param name="conditioningFrom">The prompt that is put behind.</param>
    [Node("ConditioningConcat", "model/conditioning/transform", DisplayName = "Conditioning (Concat)")]
    public static ConditioningList Concat(ConditioningList conditioningTo, ConditioningList conditioningFrom)
    {
        using TensorScope scope = TensorScope.Begin();
        Tensor from = conditioningFrom.Entries[0].Text;
        return conditioningTo.Each(to =>
        {
            CheckWidth(to.Text, from);
            return to with { Text = to.Text.Backend.Concat([to.Text, from], 1).Detach() };
        });
    }

    /// <summary>Makes prompts say nothing: all their numbers become 0. Some models want that in place of an empty prompt.</summary>
    /// <param name="conditioning">The prompts.</param>
    [Node("ConditioningZeroOut", "model/conditioning/transform", DisplayName = "Conditioning Zero Out")]
    public static ConditioningList ZeroOut(ConditioningList conditioning) =>
        conditioning.Each(entry => entry with { Text = Zeros(entry.Text), Pooled = entry.Pooled is { } pooled ? Zeros(pooled) : null });

    /// <summary>Lets prompts count in a part of sampling only.</summary>
    /// <param name="conditioning">The prompts.</param>
    /// <param name="start">Where they begin to count: 0 is the beginning of sampling.</param>
    /// <param name="end">Where they end to count: 1 is the end of sampling.</param>
    [Node("ConditioningSetTimestepRange", "model/conditioning/transform", DisplayName = "ConditioningSetTimestepRange")]
    public static ConditioningList SetTimestepRange(
        ConditioningList conditioning,
        [Input(Default = 0.0, Min = 0.0, Max = 1.0, Step = 0.001)] double start,
        [Input(Default = 1.0, Min = 0.0, Max = 1.0, Step = 0.001)] double end) =>
        conditioning.Each(entry => entry with { Start = (float)start, End = (float)end });

    private static Tensor Zeros(Tensor like) => like.Backend.Full(like.Shape, 0).Detach();

    private static Tensor Fitted(Tensor text, int tokens) => text.Shape[1] switch
    {
        int have when have > tokens => text.Slice(1, 0, tokens),
        int have when have < tokens => text.Backend.Pad(text, [0, 0, 0, tokens - have]),
        _ => text,
    };

    private static void CheckWidth(Tensor to, Tensor from)
    {
        if (to.Shape[2] != from.Shape[2])
        {
            throw new DiffusionException(
                DiffusionCodes.Mismatch,
                $"One prompt was encoded with {to.Shape[2]} numbers per token, the other with {from.Shape[2]}: their text encoders belong to different families. Encode both with the same CLIP.",
                "conditioning_from");
        }
    }
}
