using System.Collections.Immutable;

namespace Vortex.Workflows;

/// <summary>The codes a compatibility report uses. They never change their meaning; <c>docs/problems/import.md</c> explains each.</summary>
public static class ImportCodes
{
    /// <summary>The bytes are not JSON.</summary>
    public const string NotJson = "import.not_json";

    /// <summary>The JSON is none of the known workflow formats.</summary>
    public const string NotAWorkflow = "import.not_a_workflow";

    /// <summary>The file, a graph in it or the report exceeds a limit.</summary>
    public const string TooLarge = "import.too_large";

    /// <summary>The JSON nests deeper than the limit.</summary>
    public const string TooDeep = "import.too_deep";

    /// <summary>A text value is longer than the limit.</summary>
    public const string TextTooLong = "import.text_too_long";

    /// <summary>The file says it is of a newer format version than is known.</summary>
    public const string NewerVersion = "import.newer_version";

    /// <summary>A part of the file has a form nothing can be made of.</summary>
    public const string MalformedPart = "import.malformed_part";

    /// <summary>Only generation parameters as plain text were found, no graph.</summary>
    public const string ParametersOnly = "import.parameters_only";

    /// <summary>A node's type is not in the catalog.</summary>
    public const string UnknownType = "import.unknown_type";

    /// <summary>A node's type is known by its interface, but nothing here executes it.</summary>
    public const string NotExecutable = "import.not_executable";

    /// <summary>A node's type is kept for old workflows only.</summary>
    public const string DeprecatedType = "import.deprecated_type";

    /// <summary>A node names no type.</summary>
    public const string MissingType = "import.missing_type";

    /// <summary>A node's id was missing, unusable or taken, and was changed.</summary>
    public const string ChangedId = "import.changed_id";

    /// <summary>A node's mode is unknown; it counts as active.</summary>
    public const string UnknownMode = "import.unknown_mode";

    /// <summary>A link leads to a node, an output or a name that does not exist.</summary>
    public const string LinkNowhere = "import.link_nowhere";

    /// <summary>Reroutes or named values lead back to themselves.</summary>
    public const string LinkCycle = "import.link_cycle";

    /// <summary>A node has an input its type does not know.</summary>
    public const string UnknownInput = "import.unknown_input";

    /// <summary>A widget value could not be given to an input.</summary>
    public const string UnmatchedValue = "import.unmatched_value";

    /// <summary>Several nodes set one name; the first counts.</summary>
    public const string DuplicateName = "import.duplicate_name";

    /// <summary>A subgraph instance has no definition.</summary>
    public const string MissingSubgraph = "import.missing_subgraph";

    /// <summary>A subgraph contains itself.</summary>
    public const string SubgraphCycle = "import.subgraph_cycle";

    /// <summary>A widget shown on a subgraph instance is not found inside.</summary>
    public const string MissingPromoted = "import.missing_promoted";

    /// <summary>Nodes connect others without links, in a way that is not known here.</summary>
    public const string ImplicitLinks = "import.implicit_links";

    /// <summary>A text refers to a widget of another node, which only ComfyUI's editor fills in.</summary>
    public const string TextReference = "import.text_reference";

    /// <summary>The workflow needs a model file.</summary>
    public const string ModelNeeded = "import.model_needed";

    /// <summary>The workflow reads an input file.</summary>
    public const string FileNeeded = "import.file_needed";

    /// <summary>Reroutes became direct edges.</summary>
    public const string ReroutesResolved = "import.reroutes_resolved";

    /// <summary>A primitive node's value was put into the inputs it feeds.</summary>
    public const string PrimitiveInlined = "import.primitive_inlined";

    /// <summary>Set and get nodes became direct edges.</summary>
    public const string NamedValuesResolved = "import.named_values_resolved";

    /// <summary>Links recorded by an everywhere node became edges.</summary>
    public const string ImplicitLinksResolved = "import.implicit_links_resolved";

    /// <summary>A group node became a subgraph.</summary>
    public const string GroupNodeConverted = "import.group_node_converted";

    /// <summary>A value was rewritten to suit its input.</summary>
    public const string ValueConverted = "import.value_converted";

    /// <summary>A primitive node that feeds nothing was left out.</summary>
    public const string PrimitiveDropped = "import.primitive_dropped";

    /// <summary>A node that only works in ComfyUI's editor was left out.</summary>
    public const string EditorNodeDropped = "import.editor_node_dropped";

    /// <summary>Links with a loose end were left out.</summary>
    public const string FloatingLinksDropped = "import.floating_links_dropped";

    /// <summary>Bends of links (native reroutes) were left out; they change no result.</summary>
    public const string LinkShapesDropped = "import.link_shapes_dropped";

    /// <summary>Gets every code, in the order of the documentation.</summary>
    public static ImmutableArray<string> All { get; } =
    [
        NotJson, NotAWorkflow, TooLarge, TooDeep, TextTooLong, NewerVersion, MalformedPart, ParametersOnly,
        UnknownType, NotExecutable, DeprecatedType, MissingType, ChangedId, UnknownMode,
        LinkNowhere, LinkCycle, UnknownInput, UnmatchedValue, DuplicateName,
        MissingSubgraph, SubgraphCycle, MissingPromoted, ImplicitLinks, TextReference,
        ModelNeeded, FileNeeded,
        ReroutesResolved, PrimitiveInlined, NamedValuesResolved, ImplicitLinksResolved, GroupNodeConverted, ValueConverted,
        PrimitiveDropped, EditorNodeDropped, FloatingLinksDropped, LinkShapesDropped,
    ];

    /// <summary>Says whether a code tells of something replaced by an equal of another form.</summary>
    public static bool IsSubstitution(string code) => code is
        ReroutesResolved or PrimitiveInlined or NamedValuesResolved or ImplicitLinksResolved or GroupNodeConverted or ValueConverted;
}
