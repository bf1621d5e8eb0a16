using System.Text.Json;

namespace Vortex.Local.Tests;

public sealed class ExportCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public async Task Workflow_goes_to_ComfyUIs_editor_and_back_and_runs_as_the_same_prompt()
    {
        string ui = _folder.File("ui.json");
        VortexCommand.Outcome exported = await VortexCommand.RunAsync(_folder.File("data"), "export", VortexCommand.Sample, "--format", "comfy-ui", "--out", ui);
        Assert.True(exported.Exit == 0, exported.All);
        using JsonDocument written = JsonDocument.Parse(await File.ReadAllBytesAsync(ui));
        using JsonDocument sample = JsonDocument.Parse(await File.ReadAllBytesAsync(VortexCommand.Sample));
        Assert.Equal(Titles(sample), Titles(written));
        Assert.Equal(Place(sample, "The photograph"), Place(written, "The photograph"));

        VortexCommand.Outcome before = await VortexCommand.RunAsync(_folder.File("data"), "export", VortexCommand.Sample);
        VortexCommand.Outcome after = await VortexCommand.RunAsync(_folder.File("data"), "export", ui);
        Assert.True(before.Exit == 0 && after.Exit == 0, before.All + after.All);
        using JsonDocument first = JsonDocument.Parse(before.Output);
        using JsonDocument second = JsonDocument.Parse(after.Output);
        Assert.True(JsonElement.DeepEquals(first.RootElement, second.RootElement), before.Output + after.Output);
    }

    public void Dispose() => _folder.Dispose();

    private static string?[] Titles(JsonDocument graph) =>
        [.. graph.RootElement.GetProperty("groups").EnumerateArray().Select(group => group.GetProperty("title").GetString()).Order(StringComparer.Ordinal)];

    private static string Place(JsonDocument graph, string title) =>
        graph.RootElement.GetProperty("nodes").EnumerateArray().First(node => node.TryGetProperty("title", out JsonElement text) && text.GetString() == title).GetProperty("pos").GetRawText().Replace(" ", "", StringComparison.Ordinal).Replace("\n", "", StringComparison.Ordinal);
}
