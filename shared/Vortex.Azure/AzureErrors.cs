using Azure;
using Azure.Identity;
using Azure.Storage.Blobs.Models;

namespace Vortex.Azure;

/// <summary>Says in our words what a service of Azure reports.</summary>
internal static class AzureErrors
{
    internal const string Unreachable = "store.unreachable";
    internal const string Denied = "store.denied";
    internal const string Throttled = "store.throttled";
    internal const string Missing = "store.missing";
    internal const string Corrupt = "store.corrupt";
    internal const string TooLarge = "store.too_large";
    internal const string Failed = "store.failed";

    /// <summary>Translates an error of an Azure client; null when it is none.</summary>
    /// <param name="error">What was thrown.</param>
    /// <param name="what">The service and the place in it, for people.</param>
    internal static AzureStoreException? From(Exception error, string what) => error switch
    {
        AzureStoreException already => already,
        RequestFailedException failed => FromStatus(failed.Status, failed.ErrorCode ?? FirstLine(failed), what, failed),
        AuthenticationFailedException => new AzureStoreException(
            Denied, $"No identity for {what} could be had. Sign in, or give the host a managed identity and set AZURE_CLIENT_ID. ({FirstLine(error)})", error),
        // The client retries and gathers what went wrong each time.
        AggregateException gathered when gathered.InnerExceptions.Any(one => one is RequestFailedException) =>
            From(gathered.InnerExceptions.Last(one => one is RequestFailedException), what),
        _ => null,
    };

    /// <summary>Says whether a blob, or the container it would be in, is not there.</summary>
    internal static bool IsMissingBlob(RequestFailedException error) =>
        error.Status == 404 && (error.ErrorCode is null || error.ErrorCode == BlobErrorCode.BlobNotFound || error.ErrorCode == BlobErrorCode.ContainerNotFound);

    internal static AzureStoreException FromStatus(int status, string detail, string what, Exception error) => status switch
    {
        0 => new AzureStoreException(Unreachable, $"{what} does not answer. Check the address and the network, then try again. ({FirstLine(error)})", error),
        401 or 403 => new AzureStoreException(Denied, $"{what} refuses this identity. Give it the role that docs/azure lists. ({detail})", error),
        404 => new AzureStoreException(Missing, $"{what} does not exist. Deploy it, or correct its name in the settings. ({detail})", error),
        413 => new AzureStoreException(TooLarge, $"{what} takes less at once than this. ({detail})", error),
        429 => new AzureStoreException(Throttled, $"{what} is asked for more than it may give. Try again later, or raise its throughput. ({detail})", error),
        408 or 500 or 502 or 503 or 504 => new AzureStoreException(Unreachable, $"{what} is not available now. Try again. ({status} {detail})", error),
        _ => new AzureStoreException(Failed, $"{what} refused a request. ({status} {detail})", error),
    };

    private static string FirstLine(Exception error) => error.Message.Split('\n', 2)[0].Trim();
}
