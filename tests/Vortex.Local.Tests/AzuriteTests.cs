using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using Azure.Storage.Blobs;
using Vortex.Imaging.Codecs;
using Vortex.Testing;

namespace Vortex.Local.Tests;

/// <summary><c>vortex up --store azurite</c>: one machine, with the content where it is in the cloud.</summary>
public sealed class AzuriteTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Sample_runs_against_Azurite_is_read_back_and_served_from_the_cache_the_second_time()
    {
        await using Azurite azurite = await Azurite.StartOrSkipAsync();
        Environment.SetEnvironmentVariable("VORTEX_AZURITE", azurite.ConnectionString);
        try
        {
            await using HostProcess host = await HostProcess.StartAsync(_folder.File("data"), "--store", "azurite", "--input-dir", Path.GetDirectoryName(VortexCommand.Sample)!);
            JsonNode sample = JsonNode.Parse(File.ReadAllText(VortexCommand.Sample))!;
            string run = await host.SubmitAsync(sample);
            List<JsonElement> events = await host.FollowAsync(run);
            Assert.Equal("run.completed", events[^1].GetProperty("event_type").GetString());

            // The same pictures as on a folder, pixel for pixel; their texts tell how each was ordered.
            await VortexCommand.RunAsync(_folder.File("plain"), "run", VortexCommand.Sample, "--out", _folder.File("out"));
            JsonElement artifacts = await host.Http.GetFromJsonAsync<JsonElement>($"v1/runs/{run}/artifacts");
            int compared = 0;
            foreach (JsonElement artifact in artifacts.GetProperty("items").EnumerateArray())
            {
                string local = Path.Combine(_folder.File("out"), artifact.GetProperty("name").GetString()!);
                if (artifact.GetProperty("name").GetString()!.EndsWith(".png", StringComparison.Ordinal) && File.Exists(local))
                {
                    byte[] content = await host.Http.GetByteArrayAsync($"v1/artifacts/{artifact.GetProperty("artifact_id").GetString()}");
                    Assert.Equal(ImageFile.Decode(await File.ReadAllBytesAsync(local)).Pixels, ImageFile.Decode(content).Pixels);
                    compared++;
                }
            }

            Assert.NotEqual(0, compared);
            List<string> blobs = [.. new BlobServiceClient(azurite.ConnectionString).GetBlobContainerClient("artifacts").GetBlobs().Select(blob => blob.Name)];
            Assert.NotEmpty(blobs);
            Assert.All(blobs, blob => Assert.StartsWith("local/default/", blob, StringComparison.Ordinal));
            string inFolder = Path.Combine(_folder.File("data"), "content");
            Assert.Empty(Directory.Exists(inFolder) ? Directory.EnumerateFiles(inFolder, "*", SearchOption.AllDirectories) : []);

            List<JsonElement> second = await host.FollowAsync(await host.SubmitAsync(sample));
            Assert.Contains(second, one => one.GetProperty("event_type").GetString() == "node.cached");
            Assert.DoesNotContain(second, one => one.GetProperty("event_type").GetString() == "node.completed");
            await host.EndAsync();

            // Without Azurite the folder's runs have no content, and the command says so instead of failing in the middle.
            VortexCommand.Outcome without = await VortexCommand.RunAsync(_folder.File("data"), "up", "--port", "0");
            Assert.True(without.Exit != 0, without.All);
            Assert.Contains("--store azurite", without.Errors, StringComparison.Ordinal);
        }
        finally
        {
            Environment.SetEnvironmentVariable("VORTEX_AZURITE", null);
        }
    }

    [Fact]
    public async Task Models_are_pushed_once_listed_and_kept_by_content()
    {
        await using Azurite azurite = await Azurite.StartOrSkipAsync();
        Environment.SetEnvironmentVariable("VORTEX_AZURITE", azurite.ConnectionString);
        try
        {
            string models = _folder.File("models");
            await VortexCommand.RunAsync(_folder.File("data"), "models", "make-tiny", models);
            string lora = Path.Combine(models, "loras", "tiny-sd15-lora.safetensors");
            File.WriteAllText(Path.Combine(models, "vocab.json"), "{}");
            VortexCommand.Outcome first = await VortexCommand.RunAsync(
                _folder.File("data"), "models", "push", lora, "checkpoints/tiny-sd15.safetensors", Path.Combine(models, "vocab.json"), "--azure", "azurite", "--models-dir", models, "--json");
            Assert.True(first.Exit == 0, first.All);
            JsonElement[] pushed = [.. first.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonSerializer.Deserialize<JsonElement>(line))];
            Assert.Equal(["loras", "checkpoints", "vocabulary"], pushed.Select(one => one.GetProperty("folder").GetString()!));
            Assert.All(pushed, one => Assert.Equal(one.GetProperty("size").GetInt64(), one.GetProperty("sent").GetInt64()));

            VortexCommand.Outcome again = await VortexCommand.RunAsync(_folder.File("data"), "models", "push", lora, "--name", "sub/mine.safetensors", "--azure", "azurite", "--models-dir", models);
            Assert.Contains("was there already", again.Output, StringComparison.Ordinal);
            VortexCommand.Outcome listed = await VortexCommand.RunAsync(_folder.File("data"), "models", "list", "loras", "--azure", "azurite", "--json");
            JsonElement[] loras = [.. JsonSerializer.Deserialize<JsonElement>(listed.Output).EnumerateArray()];
            Assert.Equal(["sub/mine.safetensors", "tiny-sd15-lora.safetensors"], loras.Select(one => one.GetProperty("name").GetString()!));
            Assert.Single(loras.Select(one => one.GetProperty("digest").GetString()).Distinct());
            VortexCommand.Outcome wrong = await VortexCommand.RunAsync(_folder.File("data"), "models", "push", lora, "--name", "../x", "--azure", "azurite", "--models-dir", models);
            Assert.Equal(2, wrong.Exit);
        }
        finally
        {
            Environment.SetEnvironmentVariable("VORTEX_AZURITE", null);
        }
    }

    [Fact]
    public async Task Azurite_that_is_not_there_is_told_with_the_way_to_start_it()
    {
        Environment.SetEnvironmentVariable("VORTEX_AZURITE", $"DefaultEndpointsProtocol=http;AccountName=a;AccountKey=a2V5;BlobEndpoint=http://127.0.0.1:{NodeProgram.FreePort()}/a;");
        try
        {
            VortexCommand.Outcome outcome = await VortexCommand.RunAsync(_folder.File("data"), "up", "--port", "0", "--store", "azurite");
            Assert.True(outcome.Exit == 3, outcome.All);
            Assert.Contains("npx azurite-blob", outcome.Errors, StringComparison.Ordinal);
            Assert.DoesNotContain("   at ", outcome.All, StringComparison.Ordinal);
        }
        finally
        {
            Environment.SetEnvironmentVariable("VORTEX_AZURITE", null);
        }
    }

    [Fact]
    public async Task Folder_that_holds_its_content_is_not_opened_over_Azurite()
    {
        await VortexCommand.RunAsync(_folder.File("data"), "run", VortexCommand.Sample, "--out", _folder.File("out"));
        await using Azurite azurite = await Azurite.StartOrSkipAsync();
        Environment.SetEnvironmentVariable("VORTEX_AZURITE", azurite.ConnectionString);
        try
        {
            VortexCommand.Outcome outcome = await VortexCommand.RunAsync(_folder.File("data"), "up", "--port", "0", "--store", "azurite");
            Assert.True(outcome.Exit == 3, outcome.All);
            Assert.Contains("holds its content itself", outcome.Errors, StringComparison.Ordinal);
        }
        finally
        {
            Environment.SetEnvironmentVariable("VORTEX_AZURITE", null);
        }
    }

    [Fact]
    public async Task Unknown_store_is_refused_with_those_there_are()
    {
        VortexCommand.Outcome outcome = await VortexCommand.RunAsync(_folder.File("data"), "up", "--store", "s3");
        Assert.True(outcome.Exit == 2, outcome.All);
        Assert.Contains("s3", outcome.Errors, StringComparison.Ordinal);
    }
}
