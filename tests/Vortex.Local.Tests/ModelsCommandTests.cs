using System.Text.Json;

namespace Vortex.Local.Tests;

public sealed class ModelsCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public async Task Tiny_models_are_made_listed_added_and_verified()
    {
        string models = Path.Combine(_folder.Path, "tiny");
        VortexCommand.Outcome made = await VortexCommand.RunAsync(_folder.Path, "models", "make-tiny", models);
        Assert.True(made.Exit == 0, made.All);
        VortexCommand.Outcome listed = await VortexCommand.RunAsync(_folder.Path, "models", "list", "--models-dir", models, "--json");
        Assert.True(listed.Exit == 0, listed.All);
        using JsonDocument entries = JsonDocument.Parse(listed.Output);
        Assert.Contains(entries.RootElement.EnumerateArray(), entry =>
            entry.GetProperty("folder").GetString() == "checkpoints" && entry.GetProperty("name").GetString() == "tiny-sd15.safetensors" && entry.GetProperty("supported").GetBoolean());

        string elsewhere = Path.Combine(_folder.Path, "elsewhere");
        Directory.CreateDirectory(elsewhere);
        VortexCommand.Outcome added = await VortexCommand.RunAsync(
            _folder.Path, "models", "add", Path.Combine(models, "loras", "tiny-sd15-lora.safetensors"), "--models-dir", elsewhere, "--name", "mine");
        Assert.True(added.Exit == 0, added.All);
        Assert.True(File.Exists(Path.Combine(elsewhere, "loras", "mine.safetensors")), added.All);

        VortexCommand.Outcome verified = await VortexCommand.RunAsync(_folder.Path, "models", "verify", "--models-dir", models, "--json");
        Assert.True(verified.Exit == 0, verified.All);
        using JsonDocument verdicts = JsonDocument.Parse(verified.Output);
        Assert.All(verdicts.RootElement.EnumerateArray(), verdict => Assert.Equal("ok", verdict.GetProperty("state").GetString()));
    }

    [Fact]
    public async Task Damaged_model_is_told_by_code_and_fails_the_command()
    {
        string loras = Directory.CreateDirectory(Path.Combine(_folder.Path, "models", "loras")).FullName;
        File.WriteAllBytes(Path.Combine(loras, "cut.safetensors"), [255, 0, 0, 0, 0, 0, 0, 0, (byte)'{', (byte)'"']);
        VortexCommand.Outcome verified = await VortexCommand.RunAsync(_folder.Path, "models", "verify", "--models-dir", Path.Combine(_folder.Path, "models"));
        Assert.True(verified.Exit == 3, verified.All);
        Assert.Contains("model.file_damaged", verified.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("models", "push", "nothing.safetensors", "--azure", "azurite")]
    [InlineData("models", "list", "--models-dir", "nowhere")]
    [InlineData("models", "add", "nothing.safetensors")]
    [InlineData("models", "verify", "nothing.safetensors")]
    public async Task What_is_not_there_is_a_sentence_and_exit_2(params string[] arguments)
    {
        VortexCommand.Outcome outcome = await VortexCommand.RunAsync(_folder.Path, arguments);
        Assert.True(outcome.Exit == 2, outcome.All);
        Assert.StartsWith("vortex: There is no", outcome.Errors.Trim(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("models", "push", "nothing.safetensors")]
    [InlineData("models", "list", "--azure", "http://account.blob.core.windows.net")]
    [InlineData("models", "list", "--azure", "https://account.blob.core.windows.net/?sig=x")]
    public async Task Deployment_that_is_not_named_right_is_exit_2(params string[] arguments)
    {
        VortexCommand.Outcome outcome = await VortexCommand.RunAsync(_folder.Path, arguments);
        Assert.True(outcome.Exit == 2, outcome.All);
    }

    [Fact]
    public async Task Run_with_a_model_that_is_not_here_names_the_folder_and_what_is_alike()
    {
        _folder.Write("models/checkpoints/dreamshaper_8.safetensors", "x");
        string workflow = _folder.Write(
            "workflow.json",
            """{"1":{"class_type":"CheckpointLoaderSimple","inputs":{"ckpt_name":"DreamShaper_7.safetensors"}},"2":{"class_type":"PreviewAny","inputs":{"source":["1",0]}}}""");
        VortexCommand.Outcome outcome = await VortexCommand.RunAsync(_folder.Path, "run", workflow, "--models-dir", _folder.File("models"));
        Assert.True(outcome.Exit == 2, outcome.All);
        Assert.Contains("run.model_not_found", outcome.Errors, StringComparison.Ordinal);
        Assert.Contains(Path.Combine(_folder.Path, "models", "checkpoints"), outcome.Errors, StringComparison.Ordinal);
        Assert.Contains("Similar names: dreamshaper_8.safetensors", outcome.Errors, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();
}
