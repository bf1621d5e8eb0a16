using System.Collections.Frozen;

namespace Vortex.Workflows.Comfy;

/// <summary>Types that exist only in ComfyUI's editor, by what they mean to a run.</summary>
internal static class EditorTypes
{
    private static readonly FrozenDictionary<string, UiNodeKind> s_kinds = new Dictionary<string, UiNodeKind>(StringComparer.Ordinal)
    {
        ["Note"] = UiNodeKind.Note,
        ["MarkdownNote"] = UiNodeKind.Note,
        ["Note Plus (mtb)"] = UiNodeKind.Note,
        ["Reroute"] = UiNodeKind.Reroute,
        ["Reroute (rgthree)"] = UiNodeKind.Reroute,
        ["PrimitiveNode"] = UiNodeKind.Primitive,
        ["SetNode"] = UiNodeKind.Setter,
        ["GetNode"] = UiNodeKind.Getter,
        ["easy setNode"] = UiNodeKind.Setter,
        ["easy getNode"] = UiNodeKind.Getter,
        ["Anything Everywhere"] = UiNodeKind.Everywhere,
        ["Anything Everywhere?"] = UiNodeKind.Everywhere,
        ["Anything Everywhere3"] = UiNodeKind.Everywhere,
        ["Bookmark (rgthree)"] = UiNodeKind.EditorOnly,
        ["Fast Actions Button (rgthree)"] = UiNodeKind.EditorOnly,
        ["Fast Bypasser (rgthree)"] = UiNodeKind.EditorOnly,
        ["Fast Groups Bypasser (rgthree)"] = UiNodeKind.EditorOnly,
        ["Fast Groups Muter (rgthree)"] = UiNodeKind.EditorOnly,
        ["Fast Muter (rgthree)"] = UiNodeKind.EditorOnly,
        ["Label (rgthree)"] = UiNodeKind.EditorOnly,
        ["Mute / Bypass Relay (rgthree)"] = UiNodeKind.EditorOnly,
        ["Mute / Bypass Repeater (rgthree)"] = UiNodeKind.EditorOnly,
        ["Node Collector (rgthree)"] = UiNodeKind.EditorOnly,
        ["Random Unmuter (rgthree)"] = UiNodeKind.EditorOnly,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>Types that have outputs of their own and besides feed others without links.</summary>
    private static readonly FrozenSet<string> s_alsoEverywhere =
        FrozenSet.ToFrozenSet(["Seed Everywhere", "Prompts Everywhere"], StringComparer.Ordinal);

    public static UiNodeKind KindOf(string type) => s_kinds.GetValueOrDefault(type, UiNodeKind.Ordinary);

    public static bool FeedsWithoutLinks(string type) => s_alsoEverywhere.Contains(type);
}
