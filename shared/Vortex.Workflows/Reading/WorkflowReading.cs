using System.Collections.Immutable;

namespace Vortex.Workflows;

/// <summary>What reading a VTXW text gave.</summary>
/// <param name="Document">The document; null exactly when a problem is an error.</param>
/// <param name="Problems">All problems up to <see cref="WorkflowLimits.MaxProblems"/>, in the order of the text, each with its position.</param>
public sealed record WorkflowReading(WorkflowDocument? Document, ImmutableArray<WorkflowProblem> Problems);
