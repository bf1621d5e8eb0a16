using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Vortex.Runs;
using Vortex.Testing;

namespace Vortex.Api.Tests.Models;

public sealed class ModelListTests
{
    [Fact]
    public async Task Models_are_listed_by_folder_and_name_page_by_page()
    {
        await using ApiHost host = await StartAsync();
        List<string> seen = [];
        string cursor = "";
        do
        {
            Reply reply = (await host.Client.GetReplyAsync($"/v1/models?limit=2{cursor}")).Is(200);
            seen.AddRange(Names(reply));
            Assert.Equal(["checkpoints", "empty", "loras"], reply.Json.GetProperty("folders").EnumerateArray().Select(one => one.GetString()));
            JsonElement next = reply.Json.GetProperty("next_cursor");
            cursor = next.ValueKind == JsonValueKind.Null ? "" : "&cursor=" + next.GetString();
        }
        while (cursor.Length > 0);
        Assert.Equal(["checkpoints/a", "checkpoints/b", "checkpoints/sub/c", "loras/B", "loras/a"], seen);
    }

    [Fact]
    public async Task What_is_known_is_told_and_the_rest_left_out()
    {
        await using ApiHost host = await StartAsync();
        JsonElement[] items = [.. (await host.Client.GetReplyAsync("/v1/models?folder=checkpoints")).Is(200).Json.GetProperty("items").EnumerateArray()];
        Assert.Equal((5L, Some.Digest("a").Value), (items[0].GetProperty("size").GetInt64(), items[0].GetProperty("digest").GetString()));
        Assert.False(items[1].TryGetProperty("digest", out _));
    }

    [Theory]
    [InlineData("folder=loras", "loras/B,loras/a")]
    [InlineData("folder=none", "")]
    [InlineData("q=A", "checkpoints/a,loras/a")]
    [InlineData("q=sub%2F", "checkpoints/sub/c")]
    public async Task Filters_hold(string query, string names)
    {
        await using ApiHost host = await StartAsync();
        Assert.Equal(names, string.Join(',', Names((await host.Client.GetReplyAsync("/v1/models?" + query)).Is(200))));
    }

    [Fact]
    public async Task Host_without_models_lists_none_and_bad_questions_are_refused()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        Assert.Empty(Names((await host.Client.GetReplyAsync("/v1/models")).Is(200)));
        (await host.Client.GetReplyAsync("/v1/models?limit=0")).IsError(400, "request.invalid_parameter");
        (await host.Client.GetReplyAsync("/v1/models?cursor=x")).IsError(400, "request.invalid_cursor");
    }

    private static Task<ApiHost> StartAsync() => ApiHost.StartAsync(services: services => services.AddSingleton<IFileNames, SomeModels>());

    private static IEnumerable<string> Names(Reply reply) =>
        reply.Json.GetProperty("items").EnumerateArray().Select(item => $"{item.GetProperty("folder").GetString()}/{item.GetProperty("name").GetString()}");

    private sealed class SomeModels : IFileNames
    {
        public ValueTask<IReadOnlyList<string>> FoldersAsync(WorkspaceId workspace, CancellationToken cancellationToken = default) => new(["loras", "checkpoints", "empty"]);

        public ValueTask<IReadOnlyList<string>> ListAsync(WorkspaceId workspace, string? modelFolder, CancellationToken cancellationToken = default) =>
            new(modelFolder switch { "loras" => ["B", "a"], "checkpoints" => ["a", "b", "sub/c"], _ => [] });

        public async ValueTask<IReadOnlyList<ModelListing>> ModelsAsync(WorkspaceId workspace, string modelFolder, CancellationToken cancellationToken = default) =>
            [.. (await ListAsync(workspace, modelFolder, cancellationToken)).Select(name => name == "a" ? new ModelListing(modelFolder, name, 5, Some.Digest("a")) : new ModelListing(modelFolder, name, null, null))];
    }
}
