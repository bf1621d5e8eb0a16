namespace Vortex.Embedded;

/// <summary>The data folder cannot do what was asked. Nothing of the failed write is visible.</summary>
/// <remarks>
/// Codes: <c>store.disk_full</c>, <c>store.read_only</c>, <c>store.locked</c> (another process writes and does not finish; trying
/// again may help), <c>store.in_use</c> (another host owns the folder), <c>store.corrupt</c>, <c>store.too_new</c> (written by a
/// newer version), <c>store.io</c> (the operating system reports a failing disk).
/// </remarks>
public sealed class EmbeddedStoreException : IOException
{
    /// <summary>Makes the exception.</summary>
    public EmbeddedStoreException(string code, string message, Exception? inner = null)
        : base(message, inner)
    {
        Code = code;
        if (code == StoreErrors.DiskFull)
        {
            // What the operating system calls it, so that callers who know no store still recognise a full disk.
            HResult = StoreErrors.NoSpace;
        }
    }

    /// <summary>Gets the stable code.</summary>
    public string Code { get; }
}
