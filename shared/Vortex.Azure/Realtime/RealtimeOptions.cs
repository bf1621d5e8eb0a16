using System.ComponentModel.DataAnnotations;

namespace Vortex.Azure;

/// <summary>Settings of realtime messages through Azure SignalR Service in serverless mode.</summary>
public sealed class RealtimeOptions
{
    /// <summary>The configuration section.</summary>
    public const string Section = "Vortex:Azure:Realtime";

    /// <summary>Gets or sets the service's endpoint, such as <c>https://name.service.signalr.net</c>.</summary>
    /// <remarks>The identity needs the role <i>SignalR REST API Owner</i>.</remarks>
    [Required]
    public Uri? Endpoint { get; set; }

    /// <summary>Gets or sets the hub.</summary>
    /// <value>The default is <c>runs</c>.</value>
    [Required]
    [RegularExpression("^[A-Za-z][A-Za-z0-9_]*$")]
    public string Hub { get; set; } = "runs";

    /// <summary>Gets or sets how long events of a run are gathered before they are sent as one message. Messages cost money; eyes see no difference.</summary>
    /// <value>The default is 250 milliseconds.</value>
    [Range(typeof(TimeSpan), "00:00:00.050", "00:00:10")]
    public TimeSpan Gather { get; set; } = TimeSpan.FromMilliseconds(250);

    /// <summary>Gets or sets how many events a message carries at most. A client that got fewer than there are reads the log.</summary>
    /// <value>The default is 100.</value>
    [Range(1, 1_000)]
    public int MostEvents { get; set; } = 100;

    /// <summary>Gets or sets how long a client may connect with what negotiation gave it.</summary>
    /// <value>The default is one hour.</value>
    [Range(typeof(TimeSpan), "00:01:00", "1.00:00:00")]
    public TimeSpan ClientLifetime { get; set; } = TimeSpan.FromHours(1);
}
