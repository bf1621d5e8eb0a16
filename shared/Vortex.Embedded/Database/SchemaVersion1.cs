namespace Vortex.Embedded;

/// <summary>The tables of the first release. Every primary key begins with tenant and workspace.</summary>
internal static class SchemaVersion1
{
    internal const string Script = """
        CREATE TABLE runs (
            tenant TEXT NOT NULL, workspace TEXT NOT NULL, run_id TEXT NOT NULL,
            created_at INTEGER NOT NULL, status TEXT NOT NULL, workflow_id TEXT, request_id TEXT,
            last_seq INTEGER NOT NULL, record TEXT NOT NULL,
            PRIMARY KEY (tenant, workspace, run_id)) WITHOUT ROWID;
        CREATE INDEX runs_by_time ON runs (tenant, workspace, created_at, run_id);
        CREATE INDEX runs_by_status ON runs (tenant, workspace, status, created_at, run_id);
        CREATE INDEX runs_by_workflow ON runs (tenant, workspace, workflow_id, created_at, run_id) WHERE workflow_id IS NOT NULL;
        CREATE INDEX runs_unfinished ON runs (created_at, run_id) WHERE status IN ('queued', 'running');

        CREATE TABLE run_tags (
            tenant TEXT NOT NULL, workspace TEXT NOT NULL, tag TEXT NOT NULL, run_id TEXT NOT NULL,
            PRIMARY KEY (tenant, workspace, tag, run_id)) WITHOUT ROWID;

        CREATE TABLE run_events (
            tenant TEXT NOT NULL, workspace TEXT NOT NULL, run_id TEXT NOT NULL, seq INTEGER NOT NULL,
            type TEXT NOT NULL, at INTEGER NOT NULL, node_id TEXT, payload TEXT NOT NULL, once_key TEXT,
            PRIMARY KEY (tenant, workspace, run_id, seq)) WITHOUT ROWID;
        CREATE UNIQUE INDEX run_events_once ON run_events (tenant, workspace, run_id, once_key) WHERE once_key IS NOT NULL;

        CREATE TABLE node_outputs (
            tenant TEXT NOT NULL, workspace TEXT NOT NULL, run_id TEXT NOT NULL, node_id TEXT NOT NULL, outputs TEXT NOT NULL,
            PRIMARY KEY (tenant, workspace, run_id, node_id)) WITHOUT ROWID;

        CREATE TABLE artifacts (
            tenant TEXT NOT NULL, workspace TEXT NOT NULL, artifact_id TEXT NOT NULL,
            run_id TEXT NOT NULL, number INTEGER NOT NULL, record TEXT NOT NULL,
            PRIMARY KEY (tenant, workspace, artifact_id)) WITHOUT ROWID;
        CREATE INDEX artifacts_by_run ON artifacts (tenant, workspace, run_id, number);
        CREATE INDEX artifacts_by_number ON artifacts (tenant, workspace, number);

        CREATE TABLE results (
            tenant TEXT NOT NULL, workspace TEXT NOT NULL, cache_key TEXT NOT NULL, outputs TEXT NOT NULL,
            PRIMARY KEY (tenant, workspace, cache_key)) WITHOUT ROWID;

        CREATE TABLE workflows (
            tenant TEXT NOT NULL, workspace TEXT NOT NULL, workflow_id TEXT NOT NULL,
            newest INTEGER NOT NULL, created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL,
            PRIMARY KEY (tenant, workspace, workflow_id)) WITHOUT ROWID;
        CREATE INDEX workflows_by_time ON workflows (tenant, workspace, updated_at, workflow_id);
        CREATE TABLE workflow_versions (
            tenant TEXT NOT NULL, workspace TEXT NOT NULL, workflow_id TEXT NOT NULL, version INTEGER NOT NULL,
            name TEXT NOT NULL, hash TEXT NOT NULL, at INTEGER NOT NULL, document BLOB NOT NULL,
            PRIMARY KEY (tenant, workspace, workflow_id, version),
            FOREIGN KEY (tenant, workspace, workflow_id) REFERENCES workflows ON DELETE CASCADE);

        CREATE TABLE files (
            tenant TEXT NOT NULL, workspace TEXT NOT NULL, name TEXT NOT NULL,
            digest TEXT NOT NULL, size INTEGER NOT NULL, media_type TEXT,
            PRIMARY KEY (tenant, workspace, name)) WITHOUT ROWID;

        -- state: 0 waiting, 1 leased until due_at, 2 put aside, 3 waiting from due_at on.
        CREATE TABLE batches (
            tenant TEXT NOT NULL, workspace TEXT NOT NULL, batch_id TEXT NOT NULL,
            run_id TEXT NOT NULL, dispatch INTEGER NOT NULL, message TEXT NOT NULL, requires TEXT NOT NULL,
            state INTEGER NOT NULL, priority INTEGER NOT NULL, place INTEGER NOT NULL, number INTEGER NOT NULL,
            sent_at INTEGER NOT NULL, due_at INTEGER, attempt INTEGER NOT NULL DEFAULT 0,
            token TEXT, runner_id TEXT, cancel INTEGER NOT NULL DEFAULT 0, reason TEXT,
            PRIMARY KEY (tenant, workspace, batch_id)) WITHOUT ROWID;
        CREATE INDEX batches_waiting ON batches (priority DESC, place, number) WHERE state = 0;
        CREATE INDEX batches_due ON batches (due_at) WHERE state IN (1, 3);
        CREATE INDEX batches_dead ON batches (sent_at) WHERE state = 2;
        CREATE INDEX batches_by_run ON batches (tenant, workspace, run_id, number);

        -- A run keeps its place in the lane between its batches. Places are unique over all workspaces; a batch's number orders it in its run.
        CREATE TABLE lane_runs (
            tenant TEXT NOT NULL, workspace TEXT NOT NULL, run_id TEXT NOT NULL,
            priority INTEGER NOT NULL, place INTEGER NOT NULL, since INTEGER NOT NULL,
            PRIMARY KEY (tenant, workspace, run_id)) WITHOUT ROWID;
        CREATE INDEX lane_runs_by_place ON lane_runs (place);
        CREATE TABLE lanes (
            tenant TEXT NOT NULL, workspace TEXT NOT NULL, paused INTEGER NOT NULL,
            PRIMARY KEY (tenant, workspace)) WITHOUT ROWID;

        -- Outcomes that were reported, so that a second report of one changes nothing.
        CREATE TABLE batch_reports (
            tenant TEXT NOT NULL, workspace TEXT NOT NULL, run_id TEXT NOT NULL, batch_id TEXT NOT NULL, dispatch INTEGER NOT NULL,
            at INTEGER NOT NULL,
            PRIMARY KEY (tenant, workspace, run_id, batch_id, dispatch)) WITHOUT ROWID;
        CREATE INDEX batch_reports_by_time ON batch_reports (at);

        -- version 0: not begun, takes the newest code there is. generation grows with every "continue as new".
        CREATE TABLE orchestrations (
            tenant TEXT NOT NULL, workspace TEXT NOT NULL, name TEXT NOT NULL,
            orchestration TEXT NOT NULL, version INTEGER NOT NULL, status TEXT NOT NULL,
            generation INTEGER NOT NULL, turns INTEGER NOT NULL,
            parent_name TEXT, parent_generation INTEGER, parent_task INTEGER,
            created_at INTEGER NOT NULL, ended_at INTEGER, output TEXT, error TEXT,
            PRIMARY KEY (tenant, workspace, name)) WITHOUT ROWID;
        CREATE INDEX orchestrations_ended ON orchestrations (ended_at) WHERE ended_at IS NOT NULL;
        CREATE TABLE orchestration_history (
            tenant TEXT NOT NULL, workspace TEXT NOT NULL, name TEXT NOT NULL, number INTEGER NOT NULL, turn TEXT NOT NULL,
            PRIMARY KEY (tenant, workspace, name, number)) WITHOUT ROWID;
        CREATE TABLE orchestration_inbox (
            tenant TEXT NOT NULL, workspace TEXT NOT NULL, name TEXT NOT NULL, seq INTEGER NOT NULL, message TEXT NOT NULL,
            PRIMARY KEY (tenant, workspace, name, seq)) WITHOUT ROWID;
        CREATE TABLE orchestration_activities (
            tenant TEXT NOT NULL, workspace TEXT NOT NULL, name TEXT NOT NULL, generation INTEGER NOT NULL, task INTEGER NOT NULL,
            activity TEXT NOT NULL, input TEXT NOT NULL,
            PRIMARY KEY (tenant, workspace, name, generation, task)) WITHOUT ROWID;
        CREATE TABLE orchestration_timers (
            tenant TEXT NOT NULL, workspace TEXT NOT NULL, name TEXT NOT NULL, task INTEGER NOT NULL, fire_at INTEGER NOT NULL,
            PRIMARY KEY (tenant, workspace, name, task)) WITHOUT ROWID;
        CREATE INDEX orchestration_timers_by_time ON orchestration_timers (fire_at);
        """;
}
