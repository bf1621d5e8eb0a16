using System.Text;
using System.Text.Json;
using Vortex.Runs;

namespace Vortex.Embedded;

/// <summary>Whose turn it is, by <see cref="FairShares"/>. Every method here runs inside one transaction.</summary>
/// <remarks>
/// What waits is indexed by workspace and by what it asks for, and batches of a workspace mostly ask for the same: one seek for each such pair shows what there is,
/// and one more its best batch. Batches that wait behind it, or for other runners, are never read.
/// </remarks>
internal static class QueueTurns
{
    /// <summary>What the turns of a runner are counted under.</summary>
    internal static string BackendOf(RunnerCapabilities runner) => runner.Backend.ToUpperInvariant();

    /// <summary>Says whether anything waits that a runner may take.</summary>
    internal static bool AnyFor(Connection db, RunnerCapabilities runner) => Open(db, runner).Any();

    /// <summary>Finds the batch that a runner takes next; null when there is none.</summary>
    internal static WaitingBatch? NextFor(Connection db, RunnerCapabilities runner, FairShares shares)
    {
        Dictionary<WorkspaceId, List<string>> open = [];
        foreach ((WorkspaceId workspace, string requires) in Open(db, runner))
        {
            if (open.TryGetValue(workspace, out List<string>? kinds))
            {
                kinds.Add(requires);
            }
            else
            {
                open.Add(workspace, [requires]);
            }
        }

        if (open.Count == 0)
        {
            return null;
        }

        WorkspaceId next = open.Count == 1 ? open.Keys.Single() : Shares(db, open.Keys, BackendOf(runner)).Min(shares).Workspace;
        return new WaitingBatch(next, open[next].Select(requires => Best(db, next, requires)).Min().BatchId);
    }

    /// <summary>Notes that a workspace was served.</summary>
    internal static void Note(Connection db, WorkspaceId workspace, RunnerCapabilities runner)
    {
        using Statement note = db.Use("""
            INSERT INTO lane_turns (tenant, workspace, backend, served) VALUES (?, ?, ?, (SELECT coalesce(max(served), 0) + 1 FROM lane_turns))
            ON CONFLICT DO UPDATE SET served = excluded.served
            """);
        note.Bind(workspace).Bind(BackendOf(runner)).Execute();
    }

    /// <summary>Goes from one pair of workspace and demands to the next, and yields those that the runner may serve.</summary>
    private static IEnumerable<(WorkspaceId Workspace, string Requires)> Open(Connection db, RunnerCapabilities runner)
    {
        HashSet<WorkspaceId> paused = Paused(db);
        Dictionary<string, bool> answers = new(StringComparer.Ordinal);
        Kind? next = Kind.First(db);
        while (next is { } at)
        {
            next = at.Next(db);
            if (!answers.TryGetValue(at.Requires, out bool meets))
            {
                meets = runner.Meets(JsonSerializer.Deserialize<BatchRequirements>(Encoding.UTF8.GetBytes(at.Requires), RunsJson.Options)!);
                answers.Add(at.Requires, meets);
            }

            WorkspaceId workspace = new(at.Tenant, at.Workspace);
            if (meets && !paused.Contains(workspace))
            {
                yield return (workspace, at.Requires);
            }
        }
    }

    /// <summary>Batches of a workspace that ask for the same.</summary>
    private readonly record struct Kind(string Tenant, string Workspace, string Requires)
    {
        internal static Kind? First(Connection db) => AfterTenant(db, "");

        /// <summary>Goes on in three seeks: SQLite would read through all that is equal to the bound if it compared the three columns at once.</summary>
        internal Kind? Next(Connection db) => AfterRequires(db) ?? AfterWorkspace(db) ?? AfterTenant(db, Tenant);

        private Kind? AfterRequires(Connection db)
        {
            using Statement seek = db.Use("""
                SELECT tenant, workspace, requires FROM batches INDEXED BY batches_in_turn
                WHERE state = 0 AND tenant = ? AND workspace = ? AND requires > ? ORDER BY requires LIMIT 1
                """);
            return Read(seek.Bind(Tenant).Bind(Workspace).Bind(Requires));
        }

        private Kind? AfterWorkspace(Connection db)
        {
            using Statement seek = db.Use("""
                SELECT tenant, workspace, requires FROM batches INDEXED BY batches_in_turn
                WHERE state = 0 AND tenant = ? AND workspace > ? ORDER BY workspace, requires LIMIT 1
                """);
            return Read(seek.Bind(Tenant).Bind(Workspace));
        }

        private static Kind? AfterTenant(Connection db, string tenant)
        {
            using Statement seek = db.Use("""
                SELECT tenant, workspace, requires FROM batches INDEXED BY batches_in_turn
                WHERE state = 0 AND tenant > ? ORDER BY tenant, workspace, requires LIMIT 1
                """);
            return Read(seek.Bind(tenant));
        }

        private static Kind? Read(Statement seek) => seek.Read() ? new Kind(seek.Text(0), seek.Text(1), seek.Text(2)) : null;
    }

    private static HashSet<WorkspaceId> Paused(Connection db)
    {
        HashSet<WorkspaceId> paused = [];
        using Statement read = db.Use("SELECT tenant, workspace FROM lanes WHERE paused = 1");
        while (read.Read())
        {
            paused.Add(new WorkspaceId(read.Text(0), read.Text(1)));
        }

        return paused;
    }

    private static List<WorkspaceShare> Shares(Connection db, IEnumerable<WorkspaceId> workspaces, string backend)
    {
        Dictionary<WorkspaceId, int> held = [];
        using (Statement read = db.Use("SELECT tenant, workspace, count(*) FROM batches INDEXED BY batches_held WHERE state = 1 AND backend = ? GROUP BY tenant, workspace").Bind(backend))
        {
            while (read.Read())
            {
                held.Add(new WorkspaceId(read.Text(0), read.Text(1)), read.Int(2));
            }
        }

        List<WorkspaceShare> shares = [];
        foreach (WorkspaceId workspace in workspaces)
        {
            using Statement turn = db.Use("SELECT served FROM lane_turns WHERE tenant = ? AND workspace = ? AND backend = ?").Bind(workspace).Bind(backend);
            shares.Add(new WorkspaceShare(workspace, held.GetValueOrDefault(workspace), turn.Read() ? turn.Long(0) : null));
        }

        return shares;
    }

    /// <summary>Returns the best batch of a workspace that asks for exactly this; its sort key first.</summary>
    private static (long Behind, long Place, long Number, string BatchId) Best(Connection db, WorkspaceId workspace, string requires)
    {
        using Statement best = db.Use("""
            SELECT priority, place, number, batch_id FROM batches INDEXED BY batches_in_turn
            WHERE state = 0 AND tenant = ? AND workspace = ? AND requires = ? ORDER BY priority DESC, place, number LIMIT 1
            """).Bind(workspace).Bind(requires);
        best.Read();
        return (-best.Long(0), best.Long(1), best.Long(2), best.Text(3));
    }
}
