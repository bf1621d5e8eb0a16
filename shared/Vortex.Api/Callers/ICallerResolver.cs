using Microsoft.AspNetCore.Http;
using Vortex.Runs;

namespace Vortex.Api;

/// <summary>Says who calls and in which workspace. The one place where a request gets its workspace from.</summary>
/// <remarks>Called once per request, before any endpoint. The API reads nothing of the request that could name another workspace.</remarks>
public interface ICallerResolver
{
    /// <summary>Finds the caller; null when the request proves none, which is answered with 401.</summary>
    ValueTask<Caller?> ResolveAsync(HttpContext context, CancellationToken cancellationToken = default);
}

/// <summary>Who calls.</summary>
/// <param name="Workspace">The isolation domain the request acts in.</param>
/// <param name="Name">A name for logs; never a secret.</param>
public sealed record Caller(WorkspaceId Workspace, string Name);

/// <summary>Everybody who reaches this machine's loopback is its one user.</summary>
public sealed class LocalCallerResolver : ICallerResolver
{
    private static readonly Caller Local = new(WorkspaceId.Local, "local");

    /// <inheritdoc />
    public ValueTask<Caller?> ResolveAsync(HttpContext context, CancellationToken cancellationToken = default) => new(Local);
}
