using System.ComponentModel.DataAnnotations;

namespace Vortex.Functions;

/// <summary>What a token of Entra ID must say, beside being whole and meant for this API, which <c>AzureAd</c> settles.</summary>
public sealed class EntraOptions
{
    /// <summary>The configuration section.</summary>
    public const string Section = "Vortex:Entra";

    /// <summary>Gets or sets the delegated permission of people, in the claim <c>scp</c>.</summary>
    /// <value>The default is <c>access_as_user</c>.</value>
    [Required]
    public string Scope { get; set; } = "access_as_user";

    /// <summary>Gets or sets the app role of programs, in the claim <c>roles</c>.</summary>
    /// <value>The default is <c>Vortex.Use</c>.</value>
    [Required]
    public string Role { get; set; } = "Vortex.Use";

    /// <summary>Gets or sets what app roles begin with that name a workspace, such as <c>Vortex.Workspace.design</c>.</summary>
    /// <value>The default is <c>Vortex.Workspace.</c>.</value>
    [Required]
    public string WorkspaceRolePrefix { get; set; } = "Vortex.Workspace.";

    /// <summary>Gets or sets the workspace of callers whose token names none; empty refuses them.</summary>
    /// <value>The default is <c>default</c>.</value>
    public string DefaultWorkspace { get; set; } = "default";
}
