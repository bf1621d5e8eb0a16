using System.Globalization;
using System.Security.Cryptography;
using Vortex.Embedded.CrashHost;
using Vortex.Runs;

namespace Vortex.Embedded.Tests;

/// <summary>The host of a data folder is killed, again and again. What it acknowledged is there, and visible once.</summary>
public sealed class KillTests : IDisposable
{
    private const int Runs = 12;

    private static readonly string[] Points =
    [
        CrashPoints.BeforeCommit, CrashPoints.AfterCommit, CrashPoints.BeforeRename, CrashPoints.AfterRename,
        CrashPoints.BeforeTurnCommit, CrashPoints.AfterTurnCommit, CrashPoints.BeforeActivityCompletion, CrashPoints.AfterActivityCompletion,
    ];

    private readonly TestFolder _folder = new();
    private readonly Dictionary<(string Tenant, string Run), long> _sequences = [];
    private readonly HashSet<int> _runs = [];
    private readonly HashSet<(string Tenant, string Digest)> _contents = [];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public async Task Host_killed_at_every_named_point_loses_and_doubles_nothing(int passes)
    {
        foreach (string point in Points)
        {
            bool killed = await LiveAsync(crashAt: $"{point}:{passes}");
            Assert.True(killed, $"The host never got to {point} for the {passes}th time.");
            await AssertInvariantAsync();
        }

        await FinishAsync();
    }

    [Fact]
    public async Task Host_killed_at_random_moments_loses_and_doubles_nothing()
    {
        int kills = int.Parse(Environment.GetEnvironmentVariable("VORTEX_KILLS") ?? "12", CultureInfo.InvariantCulture);
        Random random = new(20261120);
        for (int i = 0; i < kills; i++)
        {
            await LiveAsync(killAfterLines: random.Next(1, 40));
            await AssertInvariantAsync();
        }

        await FinishAsync();
    }

    /// <summary>Lets the host live until it is killed or has nothing more to do.</summary>
    /// <returns>Whether it was killed.</returns>
    private async Task<bool> LiveAsync(string? crashAt = null, int killAfterLines = int.MaxValue)
    {
        using CrashHostProcess host = CrashHostProcess.Start(
            ["host", _folder.Path, Runs.ToString(CultureInfo.InvariantCulture)],
            crashAt,
            (process, lines) =>
            {
                if (lines == killAfterLines)
                {
                    process.Kill();
                }
            });
        (int code, string error) = await host.EndAsync();
        Assert.Equal("", error);
        foreach (string[] words in host.Lines.Select(line => line.Split(' ')))
        {
            Note(words);
        }

        return code != 0;
    }

    private void Note(string[] words)
    {
        switch (words)
        {
            case ["run", string number]:
                _runs.Add(int.Parse(number, CultureInfo.InvariantCulture));
                break;
            case ["seq", string tenant, string run, string sequence]:
                long last = long.Parse(sequence, CultureInfo.InvariantCulture);
                _sequences[(tenant, run)] = Math.Max(last, _sequences.GetValueOrDefault((tenant, run)));
                break;
            case ["content", string tenant, string digest]:
                _contents.Add((tenant, digest));
                break;
            default:
                Assert.Equal(["done"], words);
                break;
        }
    }

    private async Task AssertInvariantAsync()
    {
        // The lock went with the process that held it.
        using IDisposable hostLock = _folder.Data.LockForHost();
        await using EmbeddedStore store = await EmbeddedStore.OpenAsync(_folder.Data);
        Assert.Empty(Directory.EnumerateFiles(_folder.Data.TemporaryPath));
        foreach (int number in _runs)
        {
            Assert.NotNull(await store.Orchestrations.FindAsync(new OrchestrationId(Workload.WorkspaceOf(number), Workload.RunIdOf(number).Value)));
        }

        for (int number = 0; number < Runs; number++)
        {
            await AssertRunAsync(store, number);
        }

        foreach ((string tenant, string digest) in _contents)
        {
            Assert.NotNull(await store.Artifacts.StatAsync(new WorkspaceId(tenant, "main"), new Digest(digest)));
        }

        foreach (string file in Directory.EnumerateFiles(Path.Combine(_folder.Path, "content"), "*", SearchOption.AllDirectories))
        {
            string name = Path.GetFileName(Path.GetDirectoryName(file)) + Path.GetFileName(file);
            Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(await File.ReadAllBytesAsync(file))), name);
        }
    }

    private async Task AssertRunAsync(EmbeddedStore store, int number)
    {
        WorkspaceId workspace = Workload.WorkspaceOf(number);
        RunId id = Workload.RunIdOf(number);
        RunRecord? run = await store.Runs.FindAsync(workspace, id);
        Assert.True(run is not null || !_runs.Contains(number), $"Run {number} was acknowledged and is not there.");
        IReadOnlyList<RunEvent> events = await store.Runs.ReadEventsAsync(workspace, id, 0, 10_000);
        Assert.Equal(run?.LastSequence ?? 0, events.Count);
        Assert.Equal(Enumerable.Range(1, events.Count).Select(sequence => (long)sequence), events.Select(one => one.Sequence));
        Assert.Equal(events.Count, events.Select(one => one.Payload.GetProperty("key").GetString()).Distinct().Count());
        Assert.True(events.Count >= _sequences.GetValueOrDefault((workspace.Tenant, id.Value)), $"Run {number} lost acknowledged events.");
        Page<ArtifactRecord> artifacts = await store.Runs.ListArtifactsAsync(workspace, id, null, 100);
        Assert.Equal(events.Count(one => one.Type == RunEventTypes.ArtifactCreated), artifacts.Items.Length);
        foreach (ArtifactRecord artifact in artifacts.Items)
        {
            Assert.NotNull(await store.Artifacts.StatAsync(workspace, artifact.File.Digest));
        }
    }

    /// <summary>Lets the host live in peace: every run ends, once.</summary>
    private async Task FinishAsync()
    {
        Assert.False(await LiveAsync());
        await AssertInvariantAsync();
        await using EmbeddedStore store = await EmbeddedStore.OpenAsync(_folder.Data);
        for (int number = 0; number < Runs; number++)
        {
            RunRecord run = (await store.Runs.FindAsync(Workload.WorkspaceOf(number), Workload.RunIdOf(number)))!;
            Assert.Equal(RunStatus.Succeeded, run.Status);
            Assert.Equal(Workload.EventsPerRun, run.LastSequence);
        }

        Assert.Empty(await store.Queue.FindDeadAsync(10));
    }
}
