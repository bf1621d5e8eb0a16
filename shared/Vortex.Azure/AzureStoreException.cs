namespace Vortex.Azure;

/// <summary>A service of Azure did not do what was asked, after the client's own retries. Nothing of the failed write is visible.</summary>
/// <remarks>
/// Codes: <c>store.unreachable</c> (no answer; trying again may help), <c>store.denied</c> (the identity lacks a role),
/// <c>store.throttled</c> (more was asked than was paid for; try again later), <c>store.missing</c> (the account, container or queue
/// does not exist), <c>store.corrupt</c> (content is not what its name says), <c>store.too_large</c> (more than the service takes at once),
/// <c>store.failed</c> (anything else; the message has the service's own words).
/// </remarks>
public sealed class AzureStoreException : IOException
{
    /// <summary>Makes the exception.</summary>
    public AzureStoreException(string code, string message, Exception? inner = null)
        : base(message, inner) => Code = code;

    /// <summary>Gets the stable code.</summary>
    public string Code { get; }
}
