namespace Vortex.Runs;

/// <summary>The isolation domain: a tenant and one of its workspaces. Every stored key begins with it.</summary>
/// <remarks>A store method that could cross workspaces does not compile, because each asks for one of these.</remarks>
/// <param name="Tenant">The customer; letters, digits and dashes.</param>
/// <param name="Workspace">The domain inside the tenant; letters, digits and dashes.</param>
public sealed record WorkspaceId(string Tenant, string Workspace)
{
    /// <summary>Gets the one workspace of a machine that serves one person.</summary>
    public static WorkspaceId Local { get; } = new("local", "default");

    /// <inheritdoc />
    public override string ToString() => $"{Tenant}/{Workspace}";
}
