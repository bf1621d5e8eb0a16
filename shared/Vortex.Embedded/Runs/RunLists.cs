using System.Text;
using Vortex.Runs;

namespace Vortex.Embedded;

/// <summary>Lists of runs and artifacts, page by page.</summary>
internal static class RunLists
{
    internal static Page<RunRecord> Runs(Connection db, WorkspaceId workspace, RunQuery query)
    {
        int limit = Math.Clamp(query.Limit, 1, 200);
        PageCursor.Place? from = PageCursor.Read(query.Cursor);
        // Conditions are fixed texts; every value is bound.
        StringBuilder sql = new("SELECT r.record, r.last_seq FROM runs r");
        if (query.Tag is not null)
        {
            sql.Append(" JOIN run_tags t ON t.tenant = r.tenant AND t.workspace = r.workspace AND t.run_id = r.run_id AND t.tag = ?");
        }

        sql.Append(" WHERE r.tenant = ? AND r.workspace = ?");
        sql.Append(query.Status is null ? "" : " AND r.status = ?");
        sql.Append(query.WorkflowId is null ? "" : " AND r.workflow_id = ?");
        sql.Append(query.CreatedFrom is null ? "" : " AND r.created_at >= ?");
        sql.Append(query.CreatedBefore is null ? "" : " AND r.created_at < ?");
        sql.Append(from is null ? "" : " AND (r.created_at, r.run_id) < (?, ?)");
        sql.Append(" ORDER BY r.created_at DESC, r.run_id DESC LIMIT ?");
        using Statement list = db.Use(sql.ToString());
        _ = query.Tag is null ? list : list.Bind(query.Tag);
        list.Bind(workspace);
        _ = query.Status is null ? list : list.Bind(RunRows.Text(query.Status.Value));
        _ = query.WorkflowId is null ? list : list.Bind(query.WorkflowId.Value.Value);
        _ = query.CreatedFrom is null ? list : list.Bind(query.CreatedFrom.Value);
        _ = query.CreatedBefore is null ? list : list.Bind(query.CreatedBefore.Value);
        _ = from is null ? list : list.Bind(from.Number).Bind(from.Name);
        list.Bind(limit + 1L);
        List<RunRecord> runs = [];
        while (list.Read())
        {
            runs.Add(RunRows.Record(list));
        }

        return Page(runs, limit, last => PageCursor.Of(last.CreatedAt.UtcTicks, last.Id.Value));
    }

    internal static Page<ArtifactRecord> Artifacts(Connection db, WorkspaceId workspace, RunId run, string? cursor, int limit)
    {
        limit = Math.Clamp(limit, 1, 200);
        PageCursor.Place? from = PageCursor.Read(cursor);
        using Statement list = db.Use("SELECT number, record FROM artifacts WHERE tenant = ? AND workspace = ? AND run_id = ? AND number > ? ORDER BY number LIMIT ?");
        return Artifacts(list.Bind(workspace).Bind(run.Value).Bind(from?.Number ?? 0).Bind(limit + 1L), limit);
    }

    internal static Page<ArtifactRecord> Artifacts(Connection db, WorkspaceId workspace, ArtifactQuery query)
    {
        int limit = Math.Clamp(query.Limit, 1, 200);
        PageCursor.Place? from = PageCursor.Read(query.Cursor);
        // Conditions are fixed texts; every value is bound.
        StringBuilder sql = new("SELECT a.number, a.record FROM artifacts a");
        if (query.WorkflowId is not null || query.Status is not null)
        {
            sql.Append(" JOIN runs r ON r.tenant = a.tenant AND r.workspace = a.workspace AND r.run_id = a.run_id");
        }

        if (query.Tag is not null)
        {
            sql.Append(" JOIN run_tags t ON t.tenant = a.tenant AND t.workspace = a.workspace AND t.run_id = a.run_id");
        }

        sql.Append(" WHERE a.tenant = ? AND a.workspace = ? AND a.number < ?");
        sql.Append(query.WorkflowId is null ? "" : " AND r.workflow_id = ?");
        sql.Append(query.Status is null ? "" : " AND r.status = ?");
        sql.Append(query.Tag is null ? "" : " AND t.tag = ?");
        sql.Append(query.Kind is null ? "" : " AND a.kind = ?");
        sql.Append(query.Media is null ? "" : " AND a.media = ?");
        sql.Append(query.CreatedFrom is null ? "" : " AND a.made_at >= ?");
        sql.Append(query.CreatedBefore is null ? "" : " AND a.made_at < ?");
        sql.Append(" ORDER BY a.number DESC LIMIT ?");
        using Statement list = db.Use(sql.ToString());
        list.Bind(workspace).Bind(from?.Number ?? long.MaxValue);
        _ = query.WorkflowId is null ? list : list.Bind(query.WorkflowId.Value.Value);
        _ = query.Status is null ? list : list.Bind(RunRows.Text(query.Status.Value));
        _ = query.Tag is null ? list : list.Bind(query.Tag);
        _ = query.Kind is null ? list : list.Bind(RunRows.Text(query.Kind.Value));
        _ = query.Media is null ? list : list.Bind(query.Media.ToLowerInvariant());
        _ = query.CreatedFrom is null ? list : list.Bind(query.CreatedFrom.Value);
        _ = query.CreatedBefore is null ? list : list.Bind(query.CreatedBefore.Value);
        return Artifacts(list.Bind(limit + 1L), limit);
    }

    private static Page<ArtifactRecord> Artifacts(Statement list, int limit)
    {
        List<(long Number, ArtifactRecord Record)> found = [];
        while (list.Read())
        {
            found.Add((list.Long(0), list.Json<ArtifactRecord>(1)));
        }

        Page<(long Number, ArtifactRecord Record)> page = Page(found, limit, last => PageCursor.Of(last.Number, ""));
        return new Page<ArtifactRecord>([.. page.Items.Select(one => one.Record)], page.NextCursor);
    }

    /// <summary>Makes a page of what was read, which is one more than the limit when there is more.</summary>
    internal static Page<T> Page<T>(List<T> read, int limit, Func<T, string> cursor) => read.Count <= limit
        ? new Page<T>([.. read], null)
        : new Page<T>([.. read.Take(limit)], cursor(read[limit - 1]));
}
