using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Vortex.Runs;
using Vortex.Workflows;

namespace Vortex.Testing;

/// <summary>Small named inputs for tests; a test shows only what matters to it.</summary>
public static class Some
{
    /// <summary>The time at which things happen when a test does not care.</summary>
    public static readonly DateTimeOffset Time = new(2030, 1, 1, 12, 0, 0, TimeSpan.Zero);

    /// <summary>Two isolation domains of one tenant, and one of another with a workspace of the same name.</summary>
    public static readonly WorkspaceId Here = new("acme", "main");

    /// <summary>Another workspace of the same tenant.</summary>
    public static readonly WorkspaceId There = new("acme", "other");

    /// <summary>The same workspace name of another tenant.</summary>
    public static readonly WorkspaceId Stranger = new("zenith", "main");

    /// <summary>A run id whose order is that of <paramref name="number"/>.</summary>
    public static RunId RunId(int number) => new($"run_{number:D26}");

    /// <summary>A queued run.</summary>
    public static RunRecord Run(int number, DateTimeOffset? createdAt = null) => new()
    {
        Id = RunId(number),
        CreatedAt = createdAt ?? (Time + TimeSpan.FromSeconds(number)),
        Snapshot = Digest("snapshot " + number),
        RequestId = "req_" + number,
    };

    /// <summary>An event about nothing in particular.</summary>
    public static RunEventDraft Event(string type = RunEventTypes.NodeProgress, object? payload = null, string? once = null, string? node = null) =>
        new(type, Time, RunsJson.Element(payload ?? new { })) { OnceKey = once, NodeId = node is null ? null : new NodeId(node) };

    /// <summary>A commit of events.</summary>
    public static RunCommit Commit(params RunEventDraft[] events) => new() { Events = [.. events] };

    /// <summary>The commit that ends a run.</summary>
    public static RunCommit End(RunStatus status = RunStatus.Succeeded) => new()
    {
        Events = [Event(status switch
        {
            RunStatus.Succeeded => RunEventTypes.RunCompleted,
            RunStatus.Canceled => RunEventTypes.RunCanceled,
            _ => RunEventTypes.RunFailed,
        })],
        Change = new RunChange { Status = status, CompletedAt = Time, Summary = new RunSummary(1, 0, 1, 0, 0, 0, 5, []) },
    };

    /// <summary>The digest of a text.</summary>
    public static Digest Digest(string text) => new(Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text))));

    /// <summary>A cache key.</summary>
    public static CacheKey Key(string text) => new(Digest(text).Value);

    /// <summary>Outputs of one inline number.</summary>
    public static NodeOutputs Outputs(int number) => new()
    {
        Slots = [new PortValue(PortType.Integer, [new ValueItem { Inline = JsonSerializer.SerializeToElement(number) }])],
    };

    /// <summary>A file for people.</summary>
    public static ArtifactRef File(string name, Digest? digest = null) => new(name, digest ?? Digest(name), "image/png", 10, ArtifactKind.Output);

    /// <summary>An event that announces an artifact.</summary>
    public static RunEventDraft ArtifactEvent(int run, string name, string? once = null) =>
        Event(RunEventTypes.ArtifactCreated, new { name }, once, "9") with
        {
            Artifact = new ArtifactRecord { Id = new ArtifactId($"art_{run}_{name}"), RunId = RunId(run), NodeId = new NodeId("9"), File = File(name), CreatedAt = Time },
        };

    /// <summary>A batch of a run.</summary>
    public static BatchMessage Batch(int run = 1, int index = 0, WorkspaceId? workspace = null) => new()
    {
        BatchId = new BatchId($"{RunId(run)}.{index}"),
        Workspace = workspace ?? Here,
        RunId = RunId(run),
        Plan = Digest("plan " + run),
        Index = index,
    };

    /// <summary>A runner that meets what <see cref="Batch"/> asks for.</summary>
    public static RunnerCapabilities Runner(string id = "runner-1") => new(id, "cpu", ["core"], 8L << 30);

    /// <summary>Waits for something that is on its way; half a minute without it is missing evidence.</summary>
    public static Task<T> SoonAsync<T>(Task<T> task) => task.WaitAsync(TimeSpan.FromSeconds(30));

    /// <summary>Waits for something that is on its way; half a minute without it is missing evidence.</summary>
    public static Task SoonAsync(Task task) => task.WaitAsync(TimeSpan.FromSeconds(30));

    /// <summary>Compares two values by what they look like as JSON; records with arrays have no equality of their own.</summary>
    public static void AssertSame<T>(T expected, T actual) =>
        Assert.Equal(JsonSerializer.Serialize(expected, RunsJson.Options), JsonSerializer.Serialize(actual, RunsJson.Options));
}
