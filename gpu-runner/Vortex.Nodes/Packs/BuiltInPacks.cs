using System.Collections.Immutable;
using Vortex.Nodes.Packs.Files;
using Vortex.Nodes.Packs.Flow;
using Vortex.Nodes.Packs.Images;
using Vortex.Nodes.Packs.Primitives;
using Vortex.Nodes.Packs.Text;
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
            typeof(ImageColourNodes)),
        NodePack.From(
            "files",
            typeof(LoadNodes),
            typeof(SaveNodes)),
        NodePack.From(
            "primitives",
            typeof(PrimitiveNodes)),
        NodePack.From(
            "text",
            typeof(StringNodes),
            typeof(RegexNodes),
            typeof(PreviewNodes)),
        NodePack.From(
            "flow",
            typeof(FlowNodes)),
    ];

    /// <summary>Gets the catalog entries of all packs.</summary>
    public static IEnumerable<NodeType> Types => All.SelectMany(pack => pack.Types);
}
