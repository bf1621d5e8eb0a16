using System.Collections.Immutable;

namespace Vortex.Workflows;

/// <summary>What became of a ComfyUI workflow on its way into a document: what is missing, replaced or left out.</summary>
/// <param name="Format">Which format was read; null when none was recognised.</param>
/// <param name="Items">Everything there is to say, in the order of the file; at most <see cref="MaxItems"/>.</param>
/// <param name="Models">Every model file the workflow names, once per folder and name, in the order of the file.</param>
/// <param name="Files">Every input file the workflow names, once per name, in the order of the file.</param>
public sealed record CompatibilityReport(
    string? Format,
    ImmutableArray<ReportItem> Items,
    ImmutableArray<NeededModel> Models,
    ImmutableArray<NeededFile> Files)
{
    /// <summary>The most items of one report; a last one says that there are more.</summary>
    public const int MaxItems = 5_000;

    /// <summary>Gets whether something was lost or cannot be run as it stands.</summary>
    public bool HasErrors => Items.Any(item => item.Severity == ReportSeverity.Error);

    /// <summary>Returns the items of one code.</summary>
    public IEnumerable<ReportItem> Of(string code) =>
        Items.Where(item => string.Equals(item.Code, code, StringComparison.Ordinal));

    /// <summary>
    /// Returns the short form that stays in the document: errors and warnings, and substitutions. What merely informs is left
    /// out, and so is <see cref="ImportCodes.NotExecutable"/>, which is about this machine and not about the document.
    /// </summary>
    public WorkflowCompatibility ToCompatibility() => new(
        Format,
        [.. Items.Where(IsWarning).Select(Short)],
        [.. Items.Where(item => ImportCodes.IsSubstitution(item.Code)).Select(Short)]);

    private static bool IsWarning(ReportItem item) =>
        item.Severity != ReportSeverity.Info && item.Code != ImportCodes.NotExecutable && !ImportCodes.IsSubstitution(item.Code);

    private static CompatibilityItem Short(ReportItem item) => new(item.Code, item.Message, item.Node);
}

/// <summary>One thing a report says.</summary>
/// <param name="Code">One of <see cref="ImportCodes"/>.</param>
/// <param name="Severity">How much it matters.</param>
/// <param name="Message">A sentence that says what happened and what to do.</param>
/// <param name="Node">
/// The node, inside subgraphs the path of instance ids to its first occurrence, joined by colons; null for the whole file.
/// </param>
public sealed record ReportItem(string Code, ReportSeverity Severity, string Message, NodeId? Node = null)
{
    /// <summary>Gets the input or output it is about; null for the whole node.</summary>
    public string? Port { get; init; }

    /// <summary>Gets the place in the text; only for text that is no JSON or exceeds a limit.</summary>
    public TextPosition? Position { get; init; }
}

/// <summary>How much an item of a report matters.</summary>
public enum ReportSeverity
{
    /// <summary>Nothing changes for a run.</summary>
    Info,

    /// <summary>Somebody should look: it may run differently or need something first.</summary>
    Warning,

    /// <summary>Something was lost, or the workflow cannot run as it stands.</summary>
    Error,
}

/// <summary>A model file a workflow names.</summary>
/// <param name="Name">The name relative to the folder, as the workflow writes it.</param>
/// <param name="Folder">The model folder, such as <c>checkpoints</c>; null when a node of unknown type names it.</param>
/// <param name="Node">The first node that names it.</param>
public sealed record NeededModel(string Name, string? Folder, NodeId Node)
{
    /// <summary>Gets where the workflow's author says the file is published; null when nothing is said.</summary>
    public string? Url { get; init; }

    /// <summary>Gets the digest the author gives, as <c>ALGORITHM:HEX</c>; null when none is given.</summary>
    public string? Hash { get; init; }
}

/// <summary>An input file a workflow names.</summary>
/// <param name="Name">The name as the workflow writes it.</param>
/// <param name="Node">The first node that names it.</param>
public sealed record NeededFile(string Name, NodeId Node);
