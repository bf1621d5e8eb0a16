namespace Vortex.Workflows;

/// <summary>What an import yields: always a document, possibly empty, and what to know about it.</summary>
/// <param name="Document">The workflow. <see cref="WorkflowDocument.Compatibility"/> holds the short form of the report.</param>
/// <param name="Report">What is missing, replaced or left out.</param>
public sealed record ComfyImport(WorkflowDocument Document, CompatibilityReport Report);
