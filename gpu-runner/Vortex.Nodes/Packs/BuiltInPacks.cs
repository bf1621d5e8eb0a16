using System.Collections.Immutable;
using Vortex.Nodes.Packs.Conditioning;
using Vortex.Nodes.Packs.Control;
using Vortex.Nodes.Packs.Files;
using Vortex.Nodes.Packs.Flow;
using Vortex.Nodes.Packs.Images;
using Vortex.Nodes.Packs.Latents;
using Vortex.Nodes.Packs.Loaders;
using Vortex.Nodes.Packs.Masks;
using Vortex.Nodes.Packs.Models;
using Vortex.Nodes.Packs.Primitives;
using Vortex.Nodes.Packs.Sampling;
using Vortex.Nodes.Packs.Text;
using Vortex.Nodes.Packs.Upscaling;
using Vortex.Nodes.Packs.Vision;
using Vortex.Workflows;

namespace Vortex.Nodes.Packs;

/// <summary>The packs this build brings. Listed by hand: nothing is found by scanning.</summary>
public static class BuiltInPacks
{
    /// <summary>Gets all packs. What this build brings is delivered together and so is one pack: a plan need not be cut between its nodes.</summary>
    public static ImmutableArray<NodePack> All { get; } =
    [
        NodePack.From(
            "core",
            typeof(LoadNodes),
            typeof(SaveNodes),
            typeof(LatentFileNodes),
            typeof(ImageColourNodes),
            typeof(ImageSizeNodes),
            typeof(ImageTransformNodes),
            typeof(ImageBatchNodes),
            typeof(ImageFilterNodes),
            typeof(ImageCompositingNodes),
            typeof(MaskNodes),
            typeof(MaskConversionNodes),
            typeof(AlphaNodes),
            typeof(PrimitiveNodes),
            typeof(StringNodes),
            typeof(RegexNodes),
            typeof(PreviewNodes),
            typeof(FlowNodes),
            typeof(LoaderNodes),
            typeof(LoraNodes),
            typeof(ModelPatchNodes),
            typeof(GuidancePatchNodes),
            typeof(ModelMergeNodes),
            typeof(ModelSaveNodes),
            typeof(ConditioningNodes),
            typeof(ConditioningAreaNodes),
            typeof(ControlNodes),
            typeof(EmptyLatentNodes),
            typeof(LatentSizeNodes),
            typeof(LatentBatchNodes),
            typeof(LatentCompositingNodes),
            typeof(LatentJoinNodes),
            typeof(LatentMathNodes),
            typeof(VaeNodes),
            typeof(TextEncodeNodes),
            typeof(PictureConditioningNodes),
            typeof(VisionNodes),
            typeof(SamplerNodes),
            typeof(GuiderNodes),
            typeof(SigmaNodes),
            typeof(SchedulerNodes),
            typeof(ModelSchedulerNodes),
            typeof(KSamplerNodes),
            typeof(CustomSamplingNodes),
            typeof(UpscaleNodes)),
    ];

    /// <summary>Gets the catalog entries of all packs.</summary>
    public static IEnumerable<NodeType> Types => All.SelectMany(pack => pack.Types);
}
