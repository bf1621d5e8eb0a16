using System.Collections.Immutable;

namespace Vortex.Workflows;

/// <summary>The codes that reading, checking and expanding a workflow can answer with. A code never changes its meaning.</summary>
/// <remarks><c>docs/problems/workflow.md</c> lists the same codes with their cause and remedy; a test compares the two.</remarks>
public static class WorkflowProblemCodes
{
    /// <summary>The file is larger than <see cref="WorkflowLimits.MaxBytes"/>.</summary>
    public const string TooLarge = "workflow.too_large";

    /// <summary>The JSON nests deeper than <see cref="WorkflowLimits.MaxDepth"/>.</summary>
    public const string TooDeep = "workflow.too_deep";

    /// <summary>There are more nodes than <see cref="WorkflowLimits.MaxNodes"/>, in the document or once it is expanded.</summary>
    public const string TooManyNodes = "workflow.too_many_nodes";

    /// <summary>There are more edges than <see cref="WorkflowLimits.MaxEdges"/>, in the document or once it is expanded.</summary>
    public const string TooManyEdges = "workflow.too_many_edges";

    /// <summary>A text is longer than <see cref="WorkflowLimits.MaxTextLength"/>.</summary>
    public const string TextTooLong = "workflow.text_too_long";

    /// <summary>There are more problems than <see cref="WorkflowLimits.MaxProblems"/>; the list is cut off.</summary>
    public const string TooManyProblems = "workflow.too_many_problems";

    /// <summary>The text is not JSON.</summary>
    public const string NotJson = "workflow.not_json";

    /// <summary>The text has a comment, which JSON does not know.</summary>
    public const string Comment = "workflow.comment";

    /// <summary>A comma stands before a closing bracket.</summary>
    public const string TrailingComma = "workflow.trailing_comma";

    /// <summary>The text is not valid UTF-8, or an escape names half a character.</summary>
    public const string InvalidText = "workflow.invalid_text";

    /// <summary>An object has two members of one name.</summary>
    public const string DuplicateMember = "workflow.duplicate_member";

    /// <summary>A value has the wrong JSON type.</summary>
    public const string WrongJsonType = "workflow.wrong_json_type";

    /// <summary>A member that must be there is not.</summary>
    public const string MissingMember = "workflow.missing_member";

    /// <summary>A member is not part of VTXW; it is ignored. A warning.</summary>
    public const string UnknownMember = "workflow.unknown_member";

    /// <summary>A value has the right JSON type but is none that is allowed there.</summary>
    public const string BadValue = "workflow.bad_value";

    /// <summary>The document has a version that cannot be read.</summary>
    public const string UnsupportedVersion = "workflow.unsupported_version";

    /// <summary>The document is newer than this reader; what it does not know is ignored. A warning.</summary>
    public const string NewerVersion = "workflow.newer_version";

    /// <summary>The document had an old version and was brought up to date. A warning.</summary>
    public const string Migrated = "workflow.migrated";

    /// <summary>The document has no nodes.</summary>
    public const string Empty = "workflow.empty";

    /// <summary>No node that would run shows or saves anything.</summary>
    public const string NoOutputs = "workflow.no_outputs";

    /// <summary>A node's id is empty, too long, reserved, or has control characters.</summary>
    public const string BadId = "workflow.bad_id";

    /// <summary>Two nodes of one graph have the same id.</summary>
    public const string DuplicateId = "workflow.duplicate_id";

    /// <summary>Two nodes have the same id once subgraphs are expanded.</summary>
    public const string IdCollision = "workflow.id_collision";

    /// <summary>The catalog has no node type of that name. A warning on nodes that do not run.</summary>
    public const string UnknownType = "workflow.unknown_type";

    /// <summary>The node type is known, but nothing here can execute it.</summary>
    public const string TypeNotExecutable = "workflow.type_not_executable";

    /// <summary>Something names a node that is not in the graph.</summary>
    public const string UnknownNode = "workflow.unknown_node";

    /// <summary>Something names an input or output that the node does not have.</summary>
    public const string UnknownPort = "workflow.unknown_port";

    /// <summary>A constant is set for an input the node does not have; it is ignored. A warning.</summary>
    public const string UnknownInput = "workflow.unknown_input";

    /// <summary>Two edges, carried values or workflow inputs feed the same input.</summary>
    public const string InputFedTwice = "workflow.input_fed_twice";

    /// <summary>The value of an output does not fit the input it is led to.</summary>
    public const string TypeMismatch = "workflow.type_mismatch";

    /// <summary>An input that needs a value has none.</summary>
    public const string MissingInput = "workflow.missing_input";

    /// <summary>A constant does not have the type of its input.</summary>
    public const string WrongConstantType = "workflow.wrong_constant_type";

    /// <summary>An input takes its value only from another node, but a constant is set.</summary>
    public const string EdgeRequired = "workflow.edge_required";

    /// <summary>A number is below the least one allowed.</summary>
    public const string ValueTooSmall = "workflow.value_too_small";

    /// <summary>A number is above the greatest one allowed.</summary>
    public const string ValueTooBig = "workflow.value_too_big";

    /// <summary>A choice is none of the fixed ones.</summary>
    public const string ValueNotInList = "workflow.value_not_in_list";

    /// <summary>Nodes depend on themselves.</summary>
    public const string Cycle = "workflow.cycle";

    /// <summary>A node is an instance of a subgraph that the document does not define.</summary>
    public const string UnknownSubgraph = "workflow.unknown_subgraph";

    /// <summary>A subgraph contains itself.</summary>
    public const string SubgraphRecursion = "workflow.subgraph_recursion";

    /// <summary>Subgraphs nest deeper than <see cref="WorkflowLimits.MaxSubgraphDepth"/>.</summary>
    public const string SubgraphTooDeep = "workflow.subgraph_too_deep";

    /// <summary>A subgraph has two inputs, or two outputs, of one name.</summary>
    public const string DuplicatePort = "workflow.duplicate_port";

    /// <summary>A node that is no subgraph instance is to be repeated.</summary>
    public const string RepeatNotSubgraph = "workflow.repeat_not_subgraph";

    /// <summary>A loop has no pass or too many.</summary>
    public const string RepeatCount = "workflow.repeat_count";

    /// <summary>A workflow input has a name that cannot be used.</summary>
    public const string BadInputName = "workflow.bad_input_name";

    /// <summary>Two workflow inputs have one name.</summary>
    public const string DuplicateInput = "workflow.duplicate_input";

    /// <summary>A workflow input feeds nothing. A warning.</summary>
    public const string InputWithoutTarget = "workflow.input_without_target";

    /// <summary>A workflow input feeds a port that an edge feeds already; the edge wins. A warning.</summary>
    public const string InputShadowed = "workflow.input_shadowed";

    /// <summary>A caller gives a value for a workflow input that does not exist.</summary>
    public const string UnknownRunInput = "workflow.unknown_run_input";

    /// <summary>A switch with a fixed selector chooses a case that nothing feeds.</summary>
    public const string SwitchCaseMissing = "workflow.switch_case_missing";

    /// <summary>Gets all codes, in the order of the catalog.</summary>
    public static ImmutableArray<string> All { get; } =
    [
        TooLarge, TooDeep, TooManyNodes, TooManyEdges, TextTooLong, TooManyProblems,
        NotJson, Comment, TrailingComma, InvalidText, DuplicateMember, WrongJsonType, MissingMember, UnknownMember, BadValue,
        UnsupportedVersion, NewerVersion, Migrated,
        Empty, NoOutputs, BadId, DuplicateId, IdCollision, UnknownType, TypeNotExecutable, UnknownNode, UnknownPort, UnknownInput,
        InputFedTwice, TypeMismatch, MissingInput, WrongConstantType, EdgeRequired, ValueTooSmall, ValueTooBig, ValueNotInList, Cycle,
        UnknownSubgraph, SubgraphRecursion, SubgraphTooDeep, DuplicatePort, RepeatNotSubgraph, RepeatCount,
        BadInputName, DuplicateInput, InputWithoutTarget, InputShadowed, UnknownRunInput, SwitchCaseMissing,
    ];
}
