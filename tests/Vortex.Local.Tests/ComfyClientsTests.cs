using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using Vortex.Testing;

namespace Vortex.Local.Tests;

/// <summary>Clients that other people wrote for ComfyUI, unchanged, against the real host with tiny models.</summary>
public sealed class ComfyClientsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("comfy-ui-client", "comfy-ui-client.cjs")]
    [InlineData("@stable-canvas/comfyui-client", "stable-canvas.cjs")]
    public async Task Client_uploads_runs_and_receives_pictures(string package, string script)
    {
        string found = NodeProgram.FindOrSkip(package, "package.json");
        string packages = found[..found.IndexOf("node_modules", StringComparison.Ordinal)];
        string models = _folder.File("models");
        Vortex.Diffusion.Tiny.TinyModels.WriteAll(models);
        Vortex.Diffusion.Tiny.TinyVocabulary.Write(models);
        string samples = Path.GetDirectoryName(VortexCommand.Sample)!;
        string picture = Path.Combine(samples, "photo.png");
        await using HostProcess host = await HostProcess.StartAsync(_folder.File("data"), "--models-dir", models);

        JsonNode told = await RunAsync(
            Path.Combine(ReferenceData.RepositoryRoot(), "tests", "Vortex.Local.Tests", "Clients", script),
            packages,
            host.Url.Authority,
            Path.Combine(samples, "..", "text-to-image", "text-to-image.api.json"),
            picture);

        Assert.Equal("sent.png", told["uploaded"]!.GetValue<string>());
        Assert.Equal(0, told["waiting"]!.GetValue<int>());
        JsonNode file = Assert.Single(told["files"]!.AsArray())!;
        Assert.Equal(("picture_00001_.png", "image/png"), (file["name"]!.GetValue<string>(), file["type"]!.GetValue<string>()));
        JsonElement run = (await host.Http.GetFromJsonAsync<JsonElement>("v1/runs")).GetProperty("items")[0];
        JsonElement made = await host.Http.GetFromJsonAsync<JsonElement>($"v1/runs/{run.GetProperty("run_id").GetString()}/artifacts");
        Assert.Equal(made.GetProperty("items")[0].GetProperty("size").GetInt64(), file["size"]!.GetValue<long>());
        if (told["steps"] is { } steps)
        {
            // Progress is coalesced, so a slow client is told fewer steps than there are.
            Assert.NotEqual(0, steps.GetValue<int>());
            Assert.Contains("tiny-sd15.safetensors", told["models"]!.AsArray().Select(name => name!.GetValue<string>()));
        }
    }

    private static async Task<JsonNode> RunAsync(string script, params string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo("node", [script, .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        using CancellationTokenSource patience = new(TimeSpan.FromMinutes(4));
        try
        {
            Task<string> output = process.StandardOutput.ReadToEndAsync(patience.Token);
            Task<string> errors = process.StandardError.ReadToEndAsync(patience.Token);
            await process.WaitForExitAsync(patience.Token);
            Assert.True(process.ExitCode == 0, $"{await errors}\n{await output}");
            // Clients log to the same stream; the answer is the last line.
            return JsonNode.Parse((await output).TrimEnd().Split('\n')[^1])!;
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }
        }
    }
}
