using Vortex.Runs;

namespace Vortex.Embedded;

/// <summary>Results by cache key. One read transaction serves any number of keys.</summary>
internal sealed class SqliteResultCache : IResultCache
{
    private readonly Database _database;
    private readonly IArtifactStore _content;

    internal SqliteResultCache(Database database, IArtifactStore content) => (_database, _content) = (database, content);

    /// <inheritdoc />
    public async ValueTask<IReadOnlyDictionary<CacheKey, NodeOutputs>> FindAsync(
        WorkspaceId workspace, IReadOnlyCollection<CacheKey> keys, CancellationToken cancellationToken = default)
    {
        Dictionary<CacheKey, NodeOutputs> found = await _database.ReadAsync(
            db =>
            {
                Dictionary<CacheKey, NodeOutputs> rows = new(keys.Count);
                foreach (CacheKey key in keys)
                {
                    using Statement find = db.Use("SELECT outputs FROM results WHERE tenant = ? AND workspace = ? AND cache_key = ?");
                    if (find.Bind(workspace).Bind(key.Value).Read())
                    {
                        rows[key] = find.Json<NodeOutputs>(0);
                    }
                }

                return rows;
            },
            cancellationToken);

        // Many results share contents; each is looked for once.
        Dictionary<Digest, bool> there = [];
        foreach ((CacheKey key, NodeOutputs outputs) in found)
        {
            foreach (Digest digest in outputs.Contents())
            {
                if (!there.TryGetValue(digest, out bool has))
                {
                    there.Add(digest, has = await _content.StatAsync(workspace, digest, cancellationToken) is not null);
                }

                if (!has)
                {
                    found.Remove(key);
                    break;
                }
            }
        }

        return found;
    }

    /// <inheritdoc />
    public async ValueTask PutAsync(WorkspaceId workspace, IReadOnlyCollection<KeyValuePair<CacheKey, NodeOutputs>> results, CancellationToken cancellationToken = default)
    {
        if (results.Count == 0)
        {
            return;
        }

        await _database.WriteAsync(
            scope =>
            {
                foreach ((CacheKey key, NodeOutputs outputs) in results)
                {
                    using Statement put = scope.Db.Use("INSERT OR REPLACE INTO results (tenant, workspace, cache_key, outputs) VALUES (?, ?, ?, ?)");
                    put.Bind(workspace).Bind(key.Value).BindJson(outputs).Execute();
                }

                return results.Count;
            },
            cancellationToken);
    }
}
