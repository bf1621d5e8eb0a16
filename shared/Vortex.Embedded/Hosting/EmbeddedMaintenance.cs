using Microsoft.Extensions.Logging;

namespace Vortex.Embedded;

/// <summary>Keeps a data folder small: forgets ended instances and what belonged to them, removes orphaned files, folds the write-ahead log in.</summary>
public sealed class EmbeddedMaintenance
{
    // A pass deletes in pieces, so that nobody's commit waits behind a large one.
    private const int Piece = 200;

    private readonly Database _database;
    private readonly FileArtifactStore _content;
    private readonly ILogger _logger;

    internal EmbeddedMaintenance(Database database, FileArtifactStore content, ILogger logger) => (_database, _content, _logger) = (database, content, logger);

    /// <summary>Makes one pass. Safe at any time, also when the last one broke off.</summary>
    public async Task RunOnceAsync(CancellationToken cancellationToken = default)
    {
        DateTimeOffset old = _database.Time.GetUtcNow() - _database.Options.HistoryRetention;
        int instances = await InPiecesAsync(db => RemoveEnded(db, old), cancellationToken);
        int reports = await InPiecesAsync(db => RemoveReports(db, old), cancellationToken);
        await _database.WriteAsync(scope => LeaveLanes(scope.Db, old), cancellationToken);
        int files = _content.RemoveOrphans();
        _database.Checkpoint();
        if (instances + reports + files > 0)
        {
            _logger.Maintained(instances, reports, files);
        }
    }

    private async Task<int> InPiecesAsync(Func<Connection, int> removePiece, CancellationToken cancellationToken)
    {
        int all = 0;
        int piece;
        do
        {
            piece = await _database.WriteAsync(scope => removePiece(scope.Db), cancellationToken);
            all += piece;
        }
        while (piece == Piece);
        return all;
    }

    private static int RemoveEnded(Connection db, DateTimeOffset old)
    {
        List<Runs.OrchestrationId> ended = [];
        using (Statement find = db.Use("SELECT tenant, workspace, name FROM orchestrations WHERE ended_at IS NOT NULL AND ended_at <= ? ORDER BY ended_at LIMIT ?").Bind(old).Bind(Piece))
        {
            while (find.Read())
            {
                ended.Add(new Runs.OrchestrationId(new Runs.WorkspaceId(find.Text(0), find.Text(1)), find.Text(2)));
            }
        }

        foreach (Runs.OrchestrationId instance in ended)
        {
            using Statement history = db.Use("DELETE FROM orchestration_history WHERE tenant = ? AND workspace = ? AND name = ?").Bind(instance);
            history.Execute();
            using Statement row = db.Use("DELETE FROM orchestrations WHERE tenant = ? AND workspace = ? AND name = ?").Bind(instance);
            row.Execute();
        }

        return ended.Count;
    }

    /// <summary>Reports are of use while their run's instance may still be told; it goes first.</summary>
    private static int RemoveReports(Connection db, DateTimeOffset old)
    {
        using Statement remove = db.Use("""
            DELETE FROM batch_reports WHERE (tenant, workspace, run_id, batch_id, dispatch) IN (
                SELECT tenant, workspace, run_id, batch_id, dispatch FROM batch_reports r
                WHERE at <= ? AND NOT EXISTS (
                    SELECT 1 FROM orchestrations o WHERE o.tenant = r.tenant AND o.workspace = r.workspace AND o.name = r.run_id)
                LIMIT ?)
            """);
        return remove.Bind(old).Bind(Piece).Execute();
    }

    /// <summary>Takes runs out of their lanes that have no batch there and are known to be over, or have not been heard of for long.</summary>
    private static int LeaveLanes(Connection db, DateTimeOffset old)
    {
        using Statement remove = db.Use("""
            DELETE FROM lane_runs WHERE
                NOT EXISTS (
                    SELECT 1 FROM batches b WHERE b.tenant = lane_runs.tenant AND b.workspace = lane_runs.workspace AND b.run_id = lane_runs.run_id)
                AND CASE coalesce((SELECT status FROM runs r WHERE r.tenant = lane_runs.tenant AND r.workspace = lane_runs.workspace AND r.run_id = lane_runs.run_id), 'unknown')
                    WHEN 'queued' THEN 0 WHEN 'running' THEN 0 WHEN 'unknown' THEN since <= ?1 ELSE 1 END
            """);
        return remove.Bind(old).Execute();
    }
}
