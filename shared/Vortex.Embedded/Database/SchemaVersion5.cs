namespace Vortex.Embedded;

/// <summary>The runners that said they are there. They serve every workspace, so theirs is that of the deployment.</summary>
internal static class SchemaVersion5
{
    internal const string Script = """
        CREATE TABLE runners (
            tenant TEXT NOT NULL, workspace TEXT NOT NULL, runner_id TEXT NOT NULL, seen_at INTEGER NOT NULL, notice TEXT NOT NULL,
            PRIMARY KEY (tenant, workspace, runner_id)) WITHOUT ROWID;
        """;
}
