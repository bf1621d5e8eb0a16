using System.Diagnostics;
using Microsoft.Extensions.Logging.Abstractions;
using Vortex.Runner.Models;

namespace Vortex.Runner.Tests.Models.Supply;

/// <summary>A process that downloads two blocks of four, then hangs, and is killed: this test project, started for one test alone.</summary>
public sealed class KilledDownload : IDisposable
{
    /// <summary>The size of the content.</summary>
    internal const int Size = 4 * Block;

    private const int Block = 64 * 1024;
    private const string Variable = "VORTEX_TEST_KILLED_DOWNLOAD";
    private const string Hangs = "two blocks are there";

    private readonly Process _process;

    private KilledDownload(Process process) => _process = process;

    /// <summary>Starts the process and kills it once it hangs.</summary>
    internal static async Task<KilledDownload> RunAsync(string folder)
    {
        ProcessStartInfo start = new("dotnet")
        {
            ArgumentList = { typeof(KilledDownload).Assembly.Location, "-class", typeof(Child).FullName! },
            RedirectStandardOutput = true,
            Environment = { [Variable] = folder },
        };
        KilledDownload killed = new(Process.Start(start)!);
        string mark = Path.Combine(folder, "hangs");
        Task<string> output = killed._process.StandardOutput.ReadToEndAsync();
        using CancellationTokenSource patience = new(TimeSpan.FromMinutes(2));
        while (!File.Exists(mark))
        {
            Assert.False(killed._process.HasExited, killed._process.HasExited ? await output : "");
            await Task.Delay(50, patience.Token);
        }

        killed._process.Kill(entireProcessTree: true);
        await killed._process.WaitForExitAsync(patience.Token);
        return killed;
    }

    public void Dispose() => _process.Dispose();

    /// <summary>What the process does.</summary>
    public sealed class Child
    {
        [Fact]
        public async Task Downloads_until_it_is_killed()
        {
            string? folder = Environment.GetEnvironmentVariable(Variable);
            Assert.SkipWhen(folder is null, "This runs in a process of its own.");
            SomeContent content = new(Size)
            {
                Before = async (offset, stop) =>
                {
                    if (offset == 2 * Block)
                    {
                        await File.WriteAllTextAsync(Path.Combine(folder!, "hangs"), Hangs, stop);
                        await Task.Delay(Timeout.Infinite, stop);
                    }
                },
            };
            RunnerOptions options = new() { ModelDiskFolder = folder, ModelDownloadBlock = Block, ModelDownloadsAtOnce = 1 };
            ModelDisk disk = new(options, new DigestCache(null), () => { }, TimeProvider.System, NullLogger.Instance);
            await disk.TakeAsync(content.Digest, content.FindAsync, (_, _) => { }, TestContext.Current.CancellationToken);
        }
    }
}
