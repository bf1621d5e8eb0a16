using System.Diagnostics;
using System.Threading.Channels;

namespace Vortex.Local.Tests;

/// <summary><c>vortex up</c> as a person starts it in a checkout, with and without Node.js, and what stands at <c>/</c> then.</summary>
public sealed class StudioProcessTests : IDisposable
{
    private static readonly DateTime s_then = new(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc);
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Without_node_it_says_so_and_serves_the_start_page()
    {
        Prepare();
        await using Up up = Up.Start(_folder);
        string url = (await up.UntilAsync("Vortex is ready at")).Split(' ')[^1];
        string said = await up.UntilAsync("The studio is not built");
        Assert.Contains("there is no Node.js with npm here", said, StringComparison.Ordinal);
        Assert.Contains("A plain start page is served instead.", said, StringComparison.Ordinal);
        using HttpClient http = new() { BaseAddress = new Uri(url) };
        Assert.Contains("/docs", await http.GetStringAsync("", TestContext.Current.CancellationToken), StringComparison.Ordinal);
        (await http.GetAsync("v1/runs", TestContext.Current.CancellationToken)).EnsureSuccessStatusCode();
    }

    [Fact]
    public async Task Without_node_an_older_page_is_served_and_said_to_be_old()
    {
        Prepare();
        Write("web/dist/index.html", "<p>old page</p>", s_then.AddHours(-1));
        await using Up up = Up.Start(_folder);
        string url = (await up.UntilAsync("Vortex is ready at")).Split(' ')[^1];
        Assert.Contains("An older build of the studio is served.", await up.UntilAsync("The studio is not built"), StringComparison.Ordinal);
        using HttpClient http = new() { BaseAddress = new Uri(url) };
        Assert.Contains("old page", await http.GetStringAsync("", TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Stale_page_is_built_again_and_then_served()
    {
        Prepare();
        Write("web/dist/index.html", "<p>old page</p>", s_then.AddHours(-1));
        Tool("node", "echo v22.1.0");
        Tool("npm", """
            case "$1" in
              --version) echo 10.0.0;;
              ci) /bin/mkdir -p node_modules; echo '{}' > node_modules/.package-lock.json;;
              run) echo '<p>new page</p>' > dist/index.html;;
            esac
            """);
        await using Up up = Up.Start(_folder);
        string url = (await up.UntilAsync("Vortex is ready at")).Split(' ')[^1];
        await up.UntilAsync("Building the studio");
        Assert.Contains(url, await up.UntilAsync("The studio is ready at"), StringComparison.Ordinal);
        using HttpClient http = new() { BaseAddress = new Uri(url) };
        Assert.Contains("new page", await http.GetStringAsync("", TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Build_that_fails_is_told_with_its_last_lines_and_the_older_page_stays()
    {
        Prepare();
        Write("web/dist/index.html", "<p>old page</p>", s_then.AddHours(-1));
        Tool("node", "echo v22.1.0");
        Tool("npm", """
            case "$1" in
              --version) echo 10.0.0;;
              ci) /bin/mkdir -p node_modules; echo '{}' > node_modules/.package-lock.json;;
              run) echo 'error: a comma is missing'; exit 1;;
            esac
            """);
        await using Up up = Up.Start(_folder);
        string url = (await up.UntilAsync("Vortex is ready at")).Split(' ')[^1];
        Assert.Contains("An older build of the studio is served.", await up.UntilAsync("The studio could not be built"), StringComparison.Ordinal);
        await up.UntilAsync("a comma is missing");
        using HttpClient http = new() { BaseAddress = new Uri(url) };
        Assert.Contains("old page", await http.GetStringAsync("", TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Node_that_is_too_old_is_named()
    {
        Prepare();
        Tool("node", "echo v18.20.0");
        Tool("npm", "echo 10.0.0");
        await using Up up = Up.Start(_folder);
        Assert.Contains("this one is 18", await up.UntilAsync("The studio is not built"), StringComparison.Ordinal);
    }

    /// <summary>A checkout of its own: the mark of its root, the built program, and a studio of one source.</summary>
    private void Prepare()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() || OperatingSystem.IsMacOS(), "The tools of these tests are shell scripts.");
        Write("Vortex.Cloud.sln", "", s_then);
        Write("web/package.json", "{}", s_then);
        Write("web/package-lock.json", "{}", s_then);
        Write("web/src/main.ts", "", s_then);
        Directory.CreateDirectory(_folder.File("tools"));
        foreach (string file in Directory.EnumerateFiles(AppContext.BaseDirectory, "*", SearchOption.AllDirectories).Where(file => Path.GetExtension(file) is ".dll" or ".json" or ".so" or ".dylib"))
        {
            string copy = _folder.File(Path.Combine("bin", Path.GetRelativePath(AppContext.BaseDirectory, file)));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }
    }

    private void Write(string name, string content, DateTime time)
    {
        string path = _folder.File(name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, content);
        File.SetLastWriteTimeUtc(path, time);
    }

    private void Tool(string name, string script)
    {
        string path = _folder.File(Path.Combine("tools", name));
        File.WriteAllText(path, "#!/bin/sh\n" + script.ReplaceLineEndings("\n") + "\n");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    /// <summary>The process, which finds no tools but those of the test.</summary>
    private sealed class Up : IAsyncDisposable
    {
        private readonly Process _process;
        private readonly Channel<string> _lines = Channel.CreateUnbounded<string>();

        private Up(Process process)
        {
            _process = process;
            process.OutputDataReceived += (_, data) => Take(data.Data);
            process.ErrorDataReceived += (_, data) => Take(data.Data);
            process.BeginOutputReadLine();
            process.BeginErrorReadLine();
        }

        public static Up Start(TemporaryFolder folder)
        {
            ProcessStartInfo start = new("dotnet", [folder.File("bin/vortex.dll"), "up", "--port", "0", "--data", folder.File("data")]) { RedirectStandardOutput = true, RedirectStandardError = true };
            start.Environment["PATH"] = folder.File("tools");
            start.Environment.Remove("VORTEX_NO_BUILD");
            return new Up(Process.Start(start)!);
        }

        /// <summary>Waits for a line that holds a text.</summary>
        public async Task<string> UntilAsync(string text)
        {
            using CancellationTokenSource patience = new(TimeSpan.FromMinutes(2));
            List<string> seen = [];
            try
            {
                while (true)
                {
                    string line = await _lines.Reader.ReadAsync(patience.Token);
                    seen.Add(line);
                    if (line.Contains(text, StringComparison.Ordinal))
                    {
                        return line;
                    }
                }
            }
            catch (OperationCanceledException)
            {
                throw new InvalidOperationException($"'{text}' was never said: {string.Join('\n', seen)}");
            }
        }

        public async ValueTask DisposeAsync()
        {
            if (!_process.HasExited)
            {
                _process.Kill(entireProcessTree: true);
            }

            await _process.WaitForExitAsync();
            _process.Dispose();
        }

        private void Take(string? line)
        {
            if (line is not null)
            {
                _lines.Writer.TryWrite(line);
            }
        }
    }
}
