using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Azure.Cosmos;
using Vortex.Runs;

namespace Vortex.Azure;

/// <summary>Makes partition keys, ids and sort keys.</summary>
internal static class DocumentKeys
{
    internal static PartitionKey Of(WorkspaceId workspace, string scope)
    {
        workspace.EnsureWellFormed();
        return new PartitionKeyBuilder().Add(workspace.Tenant).Add(workspace.Workspace).Add(scope).Build();
    }

    /// <summary>A sort key by time. Ticks do not fit into a JSON number without loss, so they are digits of equal length.</summary>
    internal static string Sort(DateTimeOffset at, string name) => $"{Time(at)}/{name}";

    internal static string Time(DateTimeOffset at) => Number(at.UtcTicks);

    internal static string Number(long number) => number.ToString("D19", CultureInfo.InvariantCulture);

    /// <summary>An id for a name that may have characters that ids must not have: slashes, question marks.</summary>
    internal static string Hash(string name) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(name)));
}
