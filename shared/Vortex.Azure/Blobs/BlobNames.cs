using Vortex.Runs;

namespace Vortex.Azure;

/// <summary>Where content lies in the container: <c>{tenant}/{workspace}/ab/abcdef…</c>.</summary>
internal static class BlobNames
{
    /// <summary>Returns what every name of a workspace begins with, for lists, policies and signatures.</summary>
    internal static string PrefixOf(WorkspaceId workspace)
    {
        workspace.EnsureWellFormed();
        return $"{workspace.Tenant}/{workspace.Workspace}/";
    }

    /// <summary>Names a content. Two hex digits between spread a workspace's blobs over the service's partitions.</summary>
    internal static string Of(WorkspaceId workspace, Digest digest) => $"{PrefixOf(workspace)}{digest.Value[..2]}/{digest.Value}";
}
