namespace Vortex.Embedded;

/// <summary>Fair shares of the queue: who holds what on which backend, who was served when, and what waits, by workspace and by what it asks for.</summary>
internal static class SchemaVersion3
{
    internal const string Script = """
        ALTER TABLE batches ADD COLUMN backend TEXT;
        DROP INDEX batches_waiting;
        CREATE INDEX batches_in_turn ON batches (tenant, workspace, requires, priority DESC, place, number) WHERE state = 0;
        CREATE INDEX batches_held ON batches (backend, tenant, workspace) WHERE state = 1;

        -- served: a number that grows with every lease, whoever takes it.
        CREATE TABLE lane_turns (
            tenant TEXT NOT NULL, workspace TEXT NOT NULL, backend TEXT NOT NULL, served INTEGER NOT NULL,
            PRIMARY KEY (tenant, workspace, backend)) WITHOUT ROWID;
        CREATE INDEX lane_turns_by_time ON lane_turns (served);
        """;
}
