using System.ComponentModel.DataAnnotations;

namespace Vortex.Runner;

/// <summary>Where a runner says how it is, over HTTP. Checked when the host starts.</summary>
public sealed class HealthOptions
{
    /// <summary>The section of the configuration.</summary>
    public const string Section = "Vortex:Runner:Health";

    /// <summary>Gets or sets the port.</summary>
    /// <value>The default is 0: any free one; the log says which.</value>
    [Range(0, 65535)]
    public int Port { get; set; }

    /// <summary>Gets or sets the address to listen on. It has no sign-in and tells no secret; other machines need not reach it, but a container's platform does: <c>0.0.0.0</c>.</summary>
    /// <value>The default is <c>127.0.0.1</c>.</value>
    [Required]
    public string Address { get; set; } = "127.0.0.1";
}
