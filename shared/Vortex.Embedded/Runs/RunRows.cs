using Vortex.Runs;
using Vortex.Workflows;

namespace Vortex.Embedded;

/// <summary>How runs and their events lie in rows.</summary>
internal static class RunRows
{
    internal static string Text(RunStatus status) => status switch
    {
        RunStatus.Queued => "queued",
        RunStatus.Running => "running",
        RunStatus.Succeeded => "succeeded",
        RunStatus.Failed => "failed",
        RunStatus.Canceled => "canceled",
        _ => throw new ArgumentOutOfRangeException(nameof(status), status, "Not a run status."),
    };

    internal static string Text(ArtifactKind kind) => kind switch
    {
        ArtifactKind.Output => "output",
        ArtifactKind.Preview => "preview",
        ArtifactKind.Input => "input",
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "Not a kind of artifact."),
    };

    internal static bool IsTerminal(RunStatus status) => status is RunStatus.Succeeded or RunStatus.Failed or RunStatus.Canceled;

    internal static string SignalName(WorkspaceId workspace, RunId run) => $"run/{workspace}/{run}";

    /// <summary>Reads a run; null when there is none.</summary>
    internal static RunRecord? Find(Connection db, WorkspaceId workspace, RunId run)
    {
        using Statement find = db.Use("SELECT record, last_seq FROM runs WHERE tenant = ? AND workspace = ? AND run_id = ?").Bind(workspace).Bind(run.Value);
        return find.Read() ? Record(find) : null;
    }

    /// <summary>Takes a run from columns <c>record, last_seq</c>.</summary>
    internal static RunRecord Record(Statement row) => row.Json<RunRecord>(0) with { LastSequence = row.Long(1) };

    internal static void Insert(Connection db, WorkspaceId workspace, RunRecord run)
    {
        using Statement insert = db.Use("INSERT INTO runs (tenant, workspace, run_id, created_at, status, workflow_id, request_id, last_seq, record) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)");
        insert.Bind(workspace).Bind(run.Id.Value).Bind(run.CreatedAt).Bind(Text(run.Status)).Bind(run.WorkflowId?.Value).Bind(run.RequestId).Bind(run.LastSequence).BindJson(run).Execute();
        foreach (string tag in run.Options.Tags.Distinct(StringComparer.Ordinal))
        {
            using Statement tagged = db.Use("INSERT INTO run_tags (tenant, workspace, tag, run_id) VALUES (?, ?, ?, ?)");
            tagged.Bind(workspace).Bind(tag).Bind(run.Id.Value).Execute();
        }
    }

    /// <summary>Appends an event unless the run has its once-key.</summary>
    /// <returns>False when it was dropped.</returns>
    internal static bool Append(Connection db, WorkspaceId workspace, RunId run, long sequence, RunEventDraft draft)
    {
        using Statement insert = db.Use("""
            INSERT INTO run_events (tenant, workspace, run_id, seq, type, at, node_id, payload, once_key) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT (tenant, workspace, run_id, once_key) WHERE once_key IS NOT NULL DO NOTHING
            """);
        insert.Bind(workspace).Bind(run.Value).Bind(sequence).Bind(draft.Type).Bind(draft.Timestamp).Bind(draft.NodeId?.Value).BindJson(draft.Payload).Bind(draft.OnceKey);
        if (insert.Execute() == 0)
        {
            return false;
        }

        if (draft.Artifact is { } artifact)
        {
            PutArtifact(db, workspace, artifact);
        }

        return true;
    }

    internal static List<RunEvent> Events(Connection db, WorkspaceId workspace, RunId run, long after, int max)
    {
        List<RunEvent> events = [];
        string? request = null;
        using Statement owner = db.Use("SELECT request_id FROM runs WHERE tenant = ? AND workspace = ? AND run_id = ?").Bind(workspace).Bind(run.Value);
        if (owner.Read())
        {
            request = owner.TextOrNull(0);
        }

        using Statement read = db.Use("""
            SELECT seq, type, at, node_id, payload FROM run_events
            WHERE tenant = ? AND workspace = ? AND run_id = ? AND seq > ? ORDER BY seq LIMIT ?
            """);
        read.Bind(workspace).Bind(run.Value).Bind(after).Bind(max);
        while (read.Read())
        {
            NodeId? node = read.IsNull(3) ? null : new NodeId(read.Text(3));
            events.Add(new RunEvent(read.Text(1), read.Time(2), read.Long(0), run, node, read.Json<System.Text.Json.JsonElement>(4), request));
        }

        return events;
    }

    private static void PutArtifact(Connection db, WorkspaceId workspace, ArtifactRecord artifact)
    {
        // Numbers follow the order of appearance over the whole workspace; an artifact made again keeps its place.
        using Statement put = db.Use("""
            INSERT INTO artifacts (tenant, workspace, artifact_id, run_id, number, record, kind, media, made_at)
            VALUES (?1, ?2, ?3, ?4, (SELECT coalesce(max(number), 0) + 1 FROM artifacts WHERE tenant = ?1 AND workspace = ?2), ?5, ?6, ?7, ?8)
            ON CONFLICT (tenant, workspace, artifact_id) DO UPDATE SET record = excluded.record, kind = excluded.kind, media = excluded.media, made_at = excluded.made_at
            """);
        put.Bind(workspace).Bind(artifact.Id.Value).Bind(artifact.RunId.Value).BindJson(artifact)
            .Bind(Text(artifact.File.Kind)).Bind(ArtifactQuery.MediaOf(artifact.File.MediaType)).Bind(artifact.CreatedAt).Execute();
    }
}
