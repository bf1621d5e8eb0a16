using System.Collections.Immutable;

namespace Vortex.Workflows;

/// <summary>A workflow in a format of ComfyUI.</summary>
/// <param name="Json">UTF-8; always a JSON object, empty when nothing could be exported.</param>
/// <param name="Problems">What could not be carried over.</param>
public sealed record ComfyExport(byte[] Json, ImmutableArray<WorkflowProblem> Problems);
