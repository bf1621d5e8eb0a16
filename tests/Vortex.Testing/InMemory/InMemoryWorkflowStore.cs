using System.Collections.Immutable;
using Vortex.Runs;

namespace Vortex.Testing;

/// <summary>A workflow store that is a dictionary of lists.</summary>
public sealed class InMemoryWorkflowStore : IWorkflowStore
{
    private readonly Lock _gate = new();
    private readonly Dictionary<(WorkspaceId, WorkflowId), List<WorkflowRecord>> _workflows = [];

    /// <inheritdoc />
    public ValueTask<WorkflowRecord> CreateAsync(WorkspaceId workspace, WorkflowId id, WorkflowContent content, CancellationToken cancellationToken = default)
    {
        lock (_gate)
        {
            WorkflowRecord record = new(id, 1, content.Name, content.Hash, content.At, content.At, content.Document);
            _workflows.Add((workspace, id), [record]);
            return ValueTask.FromResult(record);
        }
    }

    /// <inheritdoc />
    public ValueTask<WorkflowWrite> UpdateAsync(WorkspaceId workspace, WorkflowId id, WorkflowContent content, int? expected, CancellationToken cancellationToken = default)
    {
        lock (_gate)
        {
            if (!_workflows.TryGetValue((workspace, id), out List<WorkflowRecord>? versions))
            {
                return ValueTask.FromResult(new WorkflowWrite(null, false));
            }

            if (expected is not null && expected != versions.Count)
            {
                return ValueTask.FromResult(new WorkflowWrite(versions[^1], true));
            }

            WorkflowRecord record = new(id, versions.Count + 1, content.Name, content.Hash, versions[0].CreatedAt, content.At, content.Document);
            versions.Add(record);
            return ValueTask.FromResult(new WorkflowWrite(record, false));
        }
    }

    /// <inheritdoc />
    public ValueTask<WorkflowRecord?> FindAsync(WorkspaceId workspace, WorkflowId id, int? version = null, CancellationToken cancellationToken = default)
    {
        lock (_gate)
        {
            List<WorkflowRecord>? versions = _workflows.GetValueOrDefault((workspace, id));
            return ValueTask.FromResult(version is null ? versions?[^1] : versions?.ElementAtOrDefault(version.Value - 1));
        }
    }

    /// <inheritdoc />
    public ValueTask<Page<WorkflowRecord>> ListAsync(WorkspaceId workspace, string? cursor, int limit, CancellationToken cancellationToken = default)
    {
        lock (_gate)
        {
            static string Key(WorkflowRecord record) => $"{record.UpdatedAt.UtcTicks:D20} {record.Id}";
            List<WorkflowRecord> newest = [.. _workflows.Where(entry => entry.Key.Item1 == workspace)
                .Select(entry => entry.Value[^1] with { Document = default })
                .OrderByDescending(Key, StringComparer.Ordinal)];
            return ValueTask.FromResult(Paging.Page(newest, Key, cursor, limit, descending: true));
        }
    }

    /// <inheritdoc />
    public ValueTask<ImmutableArray<WorkflowRecord>> HistoryAsync(WorkspaceId workspace, WorkflowId id, CancellationToken cancellationToken = default)
    {
        lock (_gate)
        {
            ImmutableArray<WorkflowRecord> history = [.. (_workflows.GetValueOrDefault((workspace, id)) ?? []).Select(record => record with { Document = default }).Reverse()];
            return ValueTask.FromResult(history);
        }
    }
}
