using System.Collections.Immutable;

namespace Vortex.Runs;

/// <summary>Keeps workflows as lists of immutable versions.</summary>
public interface IWorkflowStore
{
    /// <summary>Stores a first version.</summary>
    ValueTask<WorkflowRecord> CreateAsync(WorkspaceId workspace, WorkflowId id, WorkflowContent content, CancellationToken cancellationToken = default);

    /// <summary>Adds a version.</summary>
    /// <param name="expected">The version the caller saw last; null takes whatever is there.</param>
    /// <returns>The record; null when the workflow does not exist; <see cref="WorkflowWrite.Conflict"/> when somebody was faster.</returns>
    /// <param name="workspace">The isolation domain.</param>
    /// <param name="id">The workflow.</param>
    /// <param name="content">The new version.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    ValueTask<WorkflowWrite> UpdateAsync(WorkspaceId workspace, WorkflowId id, WorkflowContent content, int? expected, CancellationToken cancellationToken = default);

    /// <summary>Reads a version, the newest when null; null when there is none.</summary>
    ValueTask<WorkflowRecord?> FindAsync(WorkspaceId workspace, WorkflowId id, int? version = null, CancellationToken cancellationToken = default);

    /// <summary>Lists the newest versions of all workflows, last changed first, without their documents.</summary>
    ValueTask<Page<WorkflowRecord>> ListAsync(WorkspaceId workspace, string? cursor, int limit, CancellationToken cancellationToken = default);

    /// <summary>Lists a workflow's versions, newest first, without their documents.</summary>
    ValueTask<ImmutableArray<WorkflowRecord>> HistoryAsync(WorkspaceId workspace, WorkflowId id, CancellationToken cancellationToken = default);
}

/// <summary>What a version holds.</summary>
/// <param name="Name">The document's name, for lists.</param>
/// <param name="Hash">The document's canonical hash: its ETag.</param>
/// <param name="Document">VTXW as UTF-8 JSON.</param>
/// <param name="At">When it was written.</param>
public sealed record WorkflowContent(string Name, string Hash, ReadOnlyMemory<byte> Document, DateTimeOffset At);

/// <summary>A version of a workflow. <see cref="Document"/> is empty in lists.</summary>
public sealed record WorkflowRecord(WorkflowId Id, int Version, string Name, string Hash, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt, ReadOnlyMemory<byte> Document);

/// <summary>What <see cref="IWorkflowStore.UpdateAsync"/> did.</summary>
/// <param name="Record">The newest version; null when the workflow does not exist.</param>
/// <param name="Conflict">True when the expected version was not the newest.</param>
public sealed record WorkflowWrite(WorkflowRecord? Record, bool Conflict);
