using SQLitePCL;

namespace Vortex.Embedded;

/// <summary>One SQLite connection with its prepared statements. Used by one thread at a time.</summary>
internal sealed class Connection : IDisposable
{
    private readonly Dictionary<string, Statement> _statements = new(StringComparer.Ordinal);
    private readonly string _path;

    static Connection() => Batteries_V2.Init();

    private Connection(sqlite3 handle, string path) => (Handle, _path) = (handle, path);

    internal sqlite3 Handle { get; }

    /// <summary>Gets whether a transaction is open. SQLite ends one by itself after some errors.</summary>
    internal bool InTransaction => raw.sqlite3_get_autocommit(Handle) == 0;

    /// <summary>Opens or creates the database.</summary>
    internal static Connection Open(string path, TimeSpan busyTimeout, bool readOnly)
    {
        int code = raw.sqlite3_open_v2(path, out sqlite3 handle, raw.SQLITE_OPEN_READWRITE | raw.SQLITE_OPEN_CREATE | raw.SQLITE_OPEN_NOMUTEX, null);
        if (code != raw.SQLITE_OK)
        {
            string detail = raw.sqlite3_errstr(code).utf8_to_string();
            handle?.Dispose();
            throw StoreErrors.FromSqlite(code, detail, path);
        }

        Connection connection = new(handle, path);
        try
        {
            _ = raw.sqlite3_extended_result_codes(handle, 1);
            _ = raw.sqlite3_busy_timeout(handle, (int)busyTimeout.TotalMilliseconds);
            connection.Execute("PRAGMA foreign_keys = ON");
            connection.Execute("PRAGMA temp_store = MEMORY");
            // FULL makes every commit durable against a power cut, not just against the end of the process.
            connection.Execute("PRAGMA synchronous = FULL");
            connection.Execute("PRAGMA cache_size = -8192");
            connection.Execute("PRAGMA wal_autocheckpoint = 4000");
            if (readOnly)
            {
                connection.Execute("PRAGMA query_only = ON");
            }

            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>Takes a statement, prepared once per connection. Dispose it after use.</summary>
    internal Statement Use(string sql)
    {
        if (_statements.TryGetValue(sql, out Statement? kept) && !kept.InUse)
        {
            kept.InUse = true;
            return kept;
        }

        int code = raw.sqlite3_prepare_v2(Handle, sql, out sqlite3_stmt handle);
        if (code != raw.SQLITE_OK)
        {
            throw Error(code);
        }

        // A statement that is in use further up the stack gets a twin that lives for this use only.
        Statement statement = new(this, handle, kept: kept is null) { InUse = true };
        if (kept is null)
        {
            _statements.Add(sql, statement);
        }

        return statement;
    }

    /// <summary>Runs a statement without parameters.</summary>
    internal int Execute(string sql)
    {
        using Statement statement = Use(sql);
        return statement.Execute();
    }

    /// <summary>Runs several statements, separated by semicolons.</summary>
    internal void ExecuteScript(string script)
    {
        int code = raw.sqlite3_exec(Handle, script, out string? detail);
        if (code != raw.SQLITE_OK)
        {
            throw StoreErrors.FromSqlite(code, detail ?? "", _path);
        }
    }

    /// <summary>Reads the first column of the first row as a number.</summary>
    internal long Scalar(string sql)
    {
        using Statement statement = Use(sql);
        return statement.Read() ? statement.Long(0) : 0;
    }

    internal Exception Error(int code)
    {
        int extended = raw.sqlite3_extended_errcode(Handle);
        return StoreErrors.FromSqlite((extended & 0xFF) == (code & 0xFF) ? extended : code, raw.sqlite3_errmsg(Handle).utf8_to_string(), _path);
    }

    public void Dispose()
    {
        foreach (Statement statement in _statements.Values)
        {
            statement.Close();
        }

        _statements.Clear();
        _ = raw.sqlite3_close_v2(Handle);
        Handle.Dispose();
    }
}
