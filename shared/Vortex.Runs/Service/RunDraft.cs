using System.Collections.Immutable;
using Vortex.Workflows;

namespace Vortex.Runs;

/// <summary>A request worked out as far as its problems allow.</summary>
/// <param name="Document">The workflow; null when it could not be read.</param>
/// <param name="Stored">The stored version it came from; null when it came with the request.</param>
/// <param name="Snapshot">What would run; null when a problem is an error.</param>
/// <param name="Problems">All problems found.</param>
internal sealed record RunDraft(WorkflowDocument? Document, WorkflowRecord? Stored, RunSnapshot? Snapshot, ImmutableArray<WorkflowProblem> Problems);
