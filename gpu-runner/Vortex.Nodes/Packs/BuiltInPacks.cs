using System.Collections.Immutable;
using Vortex.Nodes.Packs.Files;
using Vortex.Nodes.Packs.Flow;
using Vortex.Nodes.Packs.Images;
using Vortex.Nodes.Packs.Masks;
using Vortex.Nodes.Packs.Primitives;
using Vortex.Nodes.Packs.Text;
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
            typeof(FlowNodes)),
    ];

    /// <summary>Gets the catalog entries of all packs.</summary>
    public static IEnumerable<NodeType> Types => All.SelectMany(pack => pack.Types);
}
