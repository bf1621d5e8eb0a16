namespace Vortex.Embedded;

/// <summary>Hooks.</summary>
internal static class SchemaVersion2
{
    internal const string Script = """
        CREATE TABLE hooks (
            tenant TEXT NOT NULL, workspace TEXT NOT NULL, hook_id TEXT NOT NULL,
            created_at INTEGER NOT NULL, revision INTEGER NOT NULL, record TEXT NOT NULL,
            PRIMARY KEY (tenant, workspace, hook_id)) WITHOUT ROWID;
        CREATE INDEX hooks_by_time ON hooks (tenant, workspace, created_at, hook_id);
        """;
}
