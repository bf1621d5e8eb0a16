using System.Globalization;

namespace Vortex.Embedded;

/// <summary>Brings a database to the newest version. Times are UTC ticks; JSON is as <see cref="Vortex.Runs.RunsJson"/> writes it.</summary>
/// <remarks>A version that was released is never edited: what changes is a further entry of <see cref="Versions"/>.</remarks>
internal static class Schema
{
    // "VTXC": tells our database from any other SQLite file.
    internal const long ApplicationId = 0x56545843;

    private static readonly string[] Versions = [SchemaVersion1.Script, SchemaVersion2.Script, SchemaVersion3.Script, SchemaVersion4.Script, SchemaVersion5.Script];

    internal static int Newest => Versions.Length;

    /// <summary>Creates or migrates. Safe when two processes do it at the same time.</summary>
    internal static void Bring(Connection connection, string path)
    {
        if (connection.Scalar("PRAGMA user_version") == Newest && connection.Scalar("PRAGMA application_id") == ApplicationId)
        {
            return;
        }

        using (Statement wal = connection.Use("PRAGMA journal_mode = WAL"))
        {
            wal.Read();
            if (wal.Text(0) != "wal")
            {
                throw new EmbeddedStoreException(
                    StoreErrors.Io, $"'{path}' lies on a file system that cannot share memory between processes. Name a data folder on a local disk.");
            }
        }

        connection.Execute("BEGIN IMMEDIATE");
        try
        {
            Migrate(connection, path);
            connection.Execute("COMMIT");
        }
        catch
        {
            if (connection.InTransaction)
            {
                connection.Execute("ROLLBACK");
            }

            throw;
        }
    }

    private static void Migrate(Connection connection, string path)
    {
        int version = (int)connection.Scalar("PRAGMA user_version");
        bool ours = connection.Scalar("PRAGMA application_id") == ApplicationId;
        if (!ours && (version != 0 || connection.Scalar("SELECT count(*) FROM sqlite_master") != 0))
        {
            throw new EmbeddedStoreException(StoreErrors.Corrupt, $"'{path}' is the database of another program. Name another data folder.");
        }

        if (version > Newest)
        {
            throw new EmbeddedStoreException(
                StoreErrors.TooNew,
                string.Create(CultureInfo.InvariantCulture, $"'{path}' was written by a newer Vortex (version {version} of its tables, this one knows {Newest}). Update Vortex, or name another data folder."));
        }

        for (int next = version; next < Newest; next++)
        {
            connection.ExecuteScript(Versions[next]);
        }

        connection.ExecuteScript(string.Create(CultureInfo.InvariantCulture, $"PRAGMA application_id = {ApplicationId}; PRAGMA user_version = {Newest};"));
    }
}
