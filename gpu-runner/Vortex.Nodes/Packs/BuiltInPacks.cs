using System.Collections.Immutable;
using Vortex.Nodes.Packs.Images;
using Vortex.Nodes.Packs.Masks;
using Vortex.Workflows;

namespace Vortex.Nodes.Packs;

/// <summary>The packs this build brings. Listed by hand: nothing is found by scanning.</summary>
public static class BuiltInPacks
{
    /// <summary>Gets all packs.</summary>
    public static ImmutableArray<NodePack> All { get; } =
    [
        NodePack.From(
            "image",
            typeof(ImageColourNodes),
            typeof(ImageSizeNodes),
            typeof(ImageTransformNodes),
            typeof(ImageBatchNodes),
            typeof(ImageFilterNodes),
            typeof(ImageCompositingNodes)),
        NodePack.From("mask", typeof(MaskNodes), typeof(MaskConversionNodes), typeof(AlphaNodes)),
    ];

    /// <summary>Gets the catalog entries of all packs.</summary>
    public static IEnumerable<NodeType> Types => All.SelectMany(pack => pack.Types);
}
