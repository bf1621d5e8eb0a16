using Azure.Core;
using Azure.Identity;

namespace Vortex.Azure;

/// <summary>The identity this process shows to Azure: its managed identity in the cloud, the developer's own on a desk.</summary>
internal static class AzureCredentials
{
    /// <summary>Makes the credential. <c>AZURE_CLIENT_ID</c> names a user-assigned identity.</summary>
    internal static TokenCredential Default() => new DefaultAzureCredential(new DefaultAzureCredentialOptions
    {
        // A host has no browser and no person to ask.
        ExcludeInteractiveBrowserCredential = true,
    });
}
