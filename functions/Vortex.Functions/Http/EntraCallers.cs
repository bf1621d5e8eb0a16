using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using Microsoft.Identity.Web;
using Vortex.Api;
using Vortex.Runs;

namespace Vortex.Functions;

/// <summary>Takes the caller and the workspace from a token of Entra ID. The token's directory is the tenant; its app roles say which workspaces.</summary>
/// <remarks>
/// Who has roles for several workspaces names one in <see cref="WorkspaceHeader"/>. The header chooses among what the token grants and
/// grants nothing.
/// </remarks>
internal sealed class EntraCallers(IOptions<EntraOptions> options) : ICallerResolver
{
    public const string WorkspaceHeader = "X-Vortex-Workspace";

    public async ValueTask<Caller?> ResolveAsync(HttpContext context, CancellationToken cancellationToken = default)
    {
        AuthenticateResult result = await context.AuthenticateAsync(Constants.Bearer);
        return result is { Succeeded: true, Principal: { } principal } ? Of(principal, context.Request.Headers[WorkspaceHeader]) : null;
    }

    /// <summary>Reads a caller out of a token that was proved; null when it does not grant what is asked.</summary>
    internal Caller? Of(ClaimsPrincipal principal, string? asked)
    {
        HashSet<string> roles = [.. Values(principal, ClaimConstants.Roles), .. Values(principal, ClaimTypes.Role)];
        bool admitted = Values(principal, ClaimConstants.Scp).Concat(Values(principal, ClaimConstants.Scope)).Contains(options.Value.Scope) || roles.Contains(options.Value.Role);
        return admitted && principal.GetTenantId() is { } tenant && WorkspaceId.IsId(tenant) && Workspace(roles, asked) is { } workspace
            ? new Caller(new WorkspaceId(tenant, workspace), principal.GetObjectId() ?? "unknown")
            : null;
    }

    private string? Workspace(HashSet<string> roles, string? asked)
    {
        string[] granted = [.. roles.Where(role => role.StartsWith(options.Value.WorkspaceRolePrefix, StringComparison.Ordinal)).Select(role => role[options.Value.WorkspaceRolePrefix.Length..]).Where(WorkspaceId.IsId)];
        if (granted.Length == 0 && options.Value.DefaultWorkspace.Length > 0)
        {
            granted = [options.Value.DefaultWorkspace];
        }

        return string.IsNullOrEmpty(asked) ? (granted.Length == 1 ? granted[0] : null) : granted.FirstOrDefault(one => one == asked);
    }

    // A scope claim holds several, separated by spaces.
    private static IEnumerable<string> Values(ClaimsPrincipal principal, string type) =>
        principal.FindAll(type).SelectMany(claim => claim.Value.Split(' ', StringSplitOptions.RemoveEmptyEntries));
}
