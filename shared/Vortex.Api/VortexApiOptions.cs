using System.ComponentModel.DataAnnotations;

namespace Vortex.Api;

/// <summary>How the HTTP API behaves. Checked when the host starts.</summary>
public sealed class VortexApiOptions
{
    /// <summary>The configuration section these options bind to.</summary>
    public const string Section = "Vortex:Api";

    /// <summary>Gets or sets the name and version shown on the start page and in the OpenAPI document.</summary>
    /// <value>The default is the version of this assembly.</value>
    [Required]
    public string Version { get; set; } = typeof(VortexApiOptions).Assembly.GetName().Version?.ToString(3) ?? "0";

    /// <summary>Gets or sets whether requests are refused whose <c>Host</c> or <c>Origin</c> is neither loopback nor allowed.</summary>
    /// <value>The default is true: the host serves one person on one machine and knows no passwords.</value>
    /// <remarks>
    /// Without it any web page the person opens could start runs (by a cross-site request) or read results (by DNS rebinding).
    /// A host that authenticates its callers turns this off.
    /// </remarks>
    public bool RequireLoopback { get; set; } = true;

    /// <summary>Gets or sets host names, without port, that <see cref="RequireLoopback"/> lets pass beside the loopback ones.</summary>
    /// <value>The default is none.</value>
    public IList<string> AllowedHosts { get; set; } = [];

    /// <summary>Gets or sets origins such as <c>https://studio.example</c> whose pages may call this API from a browser.</summary>
    /// <value>The default is none. These pass the loopback guard and get CORS headers; <c>*</c> is not a wildcard here.</value>
    public IList<string> AllowedOrigins { get; set; } = [];

    /// <summary>Gets or sets the folder with the built studio: its <c>index.html</c>, and <c>assets</c> beside it.</summary>
    /// <value>The default is none: the start page is at <c>/</c>.</value>
    /// <remarks>The folder may come and change while the host runs; until it has an <c>index.html</c> the start page is at <c>/</c>.</remarks>
    public string? StudioFolder { get; set; }

    /// <summary>Gets or sets the largest JSON body and imported file in bytes.</summary>
    /// <value>The default is 32 MiB.</value>
    [Range(1024, 1024 * 1024 * 1024)]
    public int MaxBodyBytes { get; set; } = 32 * 1024 * 1024;

    /// <summary>Gets or sets the largest upload in bytes.</summary>
    /// <value>The default is 256 MiB.</value>
    [Range(1024L, 1024L * 1024 * 1024 * 1024)]
    public long MaxUploadBytes { get; set; } = 256L * 1024 * 1024;

    /// <summary>Gets or sets the deepest nesting of JSON in a request.</summary>
    /// <value>The default is 64.</value>
    [Range(8, 512)]
    public int MaxJsonDepth { get; set; } = 64;

    /// <summary>Gets or sets how many requests a workspace may send per second, on average; 0 is no limit.</summary>
    /// <value>The default is 0.</value>
    [Range(0, 1_000_000)]
    public int RequestsPerSecond { get; set; }

    /// <summary>Gets or sets how many requests may come at once before <see cref="RequestsPerSecond"/> holds.</summary>
    /// <value>The default is 200.</value>
    [Range(1, 1_000_000)]
    public int RequestBurst { get; set; } = 200;

    /// <summary>Gets or sets the largest payload that may be delivered to a hook, in bytes.</summary>
    /// <value>The default is 1 MiB.</value>
    [Range(1024, 64 * 1024 * 1024)]
    public int MaxHookBytes { get; set; } = 1024 * 1024;

    /// <summary>Gets or sets how many deliveries a hook takes per second, on average; 0 is no limit.</summary>
    /// <value>The default is 10.</value>
    [Range(0, 1_000_000)]
    public int HookDeliveriesPerSecond { get; set; } = 10;

    /// <summary>Gets or sets how many deliveries may come at once before <see cref="HookDeliveriesPerSecond"/> holds.</summary>
    /// <value>The default is 50.</value>
    [Range(1, 1_000_000)]
    public int HookBurst { get; set; } = 50;

    /// <summary>Gets or sets how far the timestamp of a signed delivery may be from this clock, before or after.</summary>
    /// <value>The default is 5 minutes.</value>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan HookTolerance { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>Gets or sets the keys that seal the signing secrets of hooks: base64 of 32 bytes each. The first seals; all open.</summary>
    /// <value>The default is none: hooks then take tokens only. To replace a key put a new one before it, rotate the hooks, then take it out.</value>
    [AesKeys]
    public IList<string> HookKeys { get; set; } = [];

    /// <summary>Gets or sets how often an idle WebSocket is pinged; a peer silent for twice as long is dropped.</summary>
    /// <value>The default is 15 seconds.</value>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan KeepAlive { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>Gets or sets how many runs one hub connection may follow at a time.</summary>
    /// <value>The default is 100.</value>
    [Range(1, 10_000)]
    public int MaxSubscriptions { get; set; } = 100;
}

/// <summary>Asks for texts that are each the base64 of an AES-256 key.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class AesKeysAttribute : ValidationAttribute
{
    private const int KeyBytes = 32;

    public AesKeysAttribute()
        : base("Each of {0} must be the base64 of 32 bytes, such as 'openssl rand -base64 32' prints.")
    {
    }

    public override bool IsValid(object? value) =>
        value is IEnumerable<string> keys && keys.All(key => Convert.TryFromBase64String(key, new byte[KeyBytes + 3], out int length) && length == KeyBytes);
}
