using SQLitePCL;

namespace Vortex.Embedded;

/// <summary>Says in our words what SQLite or the file system reports.</summary>
internal static class StoreErrors
{
    private const int IoErrShmSize = raw.SQLITE_IOERR | (19 << 8);

    /// <summary>POSIX ENOSPC, which .NET uses as the HResult of a full disk.</summary>
    internal const int NoSpace = 28;

    internal const string DiskFull = "store.disk_full";
    internal const string ReadOnly = "store.read_only";
    internal const string Locked = "store.locked";
    internal const string InUse = "store.in_use";
    internal const string Corrupt = "store.corrupt";
    internal const string TooNew = "store.too_new";
    internal const string Io = "store.io";

    /// <summary>Makes the exception for a SQLite result code. A code that only a bug can cause becomes an <see cref="InvalidOperationException"/>.</summary>
    internal static Exception FromSqlite(int code, string detail, string path) => code switch
    {
        IoErrShmSize => Full(path, detail),
        _ => (code & 0xFF) switch
        {
            raw.SQLITE_FULL => Full(path, detail),
            raw.SQLITE_BUSY or raw.SQLITE_LOCKED => new EmbeddedStoreException(
                Locked, $"Another process is writing to '{path}' and did not finish in time. Try again; if it stays so, end that process. ({detail})"),
            raw.SQLITE_READONLY or raw.SQLITE_PERM or raw.SQLITE_AUTH => new EmbeddedStoreException(
                ReadOnly, $"'{path}' cannot be written. Give this user write access to the data folder, or name another folder. ({detail})"),
            raw.SQLITE_CORRUPT or raw.SQLITE_NOTADB => new EmbeddedStoreException(
                Corrupt, $"'{path}' is damaged or is no Vortex database. Restore it from a backup, or move it away to begin with an empty one. ({detail})"),
            raw.SQLITE_IOERR => new EmbeddedStoreException(
                Io, $"The disk failed while using '{path}'. Check the disk and its cable or mount, then start again. ({detail}, code {code})"),
            raw.SQLITE_CANTOPEN => new EmbeddedStoreException(
                Io, $"'{path}' cannot be opened. Check that the folder exists, is local, and belongs to this user. ({detail})"),
            _ => new InvalidOperationException($"SQLite refused a statement with code {code}: {detail}"),
        },
    };

    /// <summary>Translates a file system error; null when it is none of the disk's.</summary>
    internal static EmbeddedStoreException? FromFile(Exception error, string path)
    {
        const int QuotaLinux = 122, QuotaMac = 69, ReadOnlyFileSystem = 30, FileTooBig = 27;
        const int WindowsDiskFull = unchecked((int)0x80070070), WindowsHandleDiskFull = unchecked((int)0x80070027);
        return error switch
        {
            EmbeddedStoreException already => already,
            UnauthorizedAccessException => new EmbeddedStoreException(
                ReadOnly, $"'{path}' cannot be written. Give this user write access to the data folder, or name another folder. ({error.Message})", error),
            IOException { HResult: NoSpace or QuotaLinux or QuotaMac or FileTooBig or WindowsDiskFull or WindowsHandleDiskFull } => Full(path, error.Message, error),
            IOException { HResult: ReadOnlyFileSystem } => new EmbeddedStoreException(
                ReadOnly, $"'{path}' lies on a file system that is mounted read-only. Name another data folder. ({error.Message})", error),
            _ => null,
        };
    }

    private static EmbeddedStoreException Full(string path, string detail, Exception? inner = null) => new(
        DiskFull, $"The disk that holds '{path}' is full. Free some space; nothing was half written and work goes on from where it was. ({detail})", inner);
}
