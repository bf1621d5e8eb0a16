using System.Collections.Immutable;
using Vortex.Testing;

namespace Vortex.Runs.Tests.Service;

/// <summary>What a prompt means depends on files that no input names.</summary>
public sealed class PromptFilesTests
{
    private static readonly string[] Row = ["1 Prompt text:=\"embedding:style\"", "2 Save a=1"];

    [Fact]
    public async Task Prompt_is_encoded_again_once_a_file_it_names_is_replaced()
    {
        await using RunWorld world = new();
        world.Files.Prompts = text => [Style("first", text)];
        await world.EndAsync((await world.SubmitAsync(Row)).Id);
        world.Runner.Executed.Clear();
        await world.EndAsync((await world.SubmitAsync(Row)).Id);
        Assert.Empty(world.Runner.ExecutedNodes);
        world.Files.Prompts = text => [Style("second", text)];
        await world.EndAsync((await world.SubmitAsync(Row)).Id);
        Assert.Equal(["1", "2"], world.Runner.ExecutedNodes);
    }

    [Fact]
    public async Task Same_content_under_another_name_is_another_meaning()
    {
        await using RunWorld world = new();
        world.Files.Prompts = text => [Style("same", text)];
        await world.EndAsync((await world.SubmitAsync(Row)).Id);
        world.Runner.Executed.Clear();
        world.Files.Prompts = text => [Style("same", text) with { Name = "style.safetensors" }];
        await world.EndAsync((await world.SubmitAsync(Row)).Id);
        Assert.Equal(["1", "2"], world.Runner.ExecutedNodes);
    }

    [Fact]
    public async Task Prompt_that_another_node_makes_may_name_anything_and_equal_prompts_are_asked_for_once()
    {
        await using RunWorld world = new();
        List<string?> asked = [];
        world.Files.Prompts = text =>
        {
            asked.Add(text);
            return [];
        };
        await world.SubmitAsync(["1 Source value:=1", "2 Prompt text=1", "3 Prompt text:=\"b\"", "4 Prompt text:=\"b\"", "5 Op a=2 b=3", "6 Op a=5 b=4", "7 Save a=6"]);
        Assert.Equal([null, "b"], asked.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Files_of_a_prompt_are_frozen_for_who_executes_it_and_a_host_without_models_freezes_none()
    {
        await using RunWorld world = new();
        world.Files.Prompts = text => [Style("first", text)];
        RunSnapshot with = await SnapshotAsync(world);
        Assert.Equal("style.pt", Assert.Single(Assert.Single(with.PromptFiles).Value).Name);
        world.Files.Prompts = null;
        Assert.Empty((await SnapshotAsync(world)).PromptFiles);
    }

    private static async Task<RunSnapshot> SnapshotAsync(RunWorld world) =>
        await world.Artifacts.ReadJsonAsync<RunSnapshot>(Some.Here, (await world.SubmitAsync(Row)).Snapshot);

    private static FileRef Style(string content, string? text)
    {
        Assert.Equal("embedding:style", text);
        return new FileRef("style.pt", Some.Digest(content), 10) { ModelFolder = "embeddings" };
    }
}
