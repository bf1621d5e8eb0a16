namespace Vortex.Api.Tests.NodeTypes;

public sealed class NodeTypeTests
{
    [Fact]
    public async Task All_types_come_at_once_with_a_tag_to_revalidate_by()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        Reply all = (await host.Client.GetReplyAsync("/v1/node-types")).Is(200);
        Assert.Equal(host.Ports.Catalog.Types.Length, all.Json.GetProperty("items").GetArrayLength());
        Assert.Equal(304, (int)(await host.Client.GetReplyAsync("/v1/node-types", ("If-None-Match", all.Header("ETag")))).Status);
    }

    [Theory]
    [InlineData("executable=true", 4)]
    [InlineData("executable=true&output=true", 1)]
    [InlineData("q=imageinvert", 1)]
    [InlineData("pack=nobody", 0)]
    public async Task Filters_hold_together(string filter, int count)
    {
        await using ApiHost host = await ApiHost.StartAsync();
        Assert.Equal(count, (await host.Client.GetReplyAsync("/v1/node-types?" + filter)).Is(200).Json.GetProperty("items").GetArrayLength());
    }

    [Fact]
    public async Task Category_takes_what_lies_below_it()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        string category = host.Ports.Catalog.Find("ImageInvert")!.Category.Split('/')[0];
        string[] found = [.. (await host.Client.GetReplyAsync("/v1/node-types?category=" + category)).Is(200).Json.GetProperty("items").EnumerateArray().Select(one => one.GetProperty("category").GetString()!)];
        Assert.NotEmpty(found);
        Assert.All(found, one => Assert.True(one == category || one.StartsWith(category + "/", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Pages_together_are_the_whole()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        List<string> seen = [];
        string? cursor = "";
        while (cursor is not null)
        {
            Reply page = (await host.Client.GetReplyAsync($"/v1/node-types?limit=50&cursor={cursor}")).Is(200);
            seen.AddRange(page.Json.GetProperty("items").EnumerateArray().Select(one => one.GetProperty("name").GetString()!));
            cursor = page.Json.GetProperty("next_cursor").GetString();
        }

        Assert.Equal(host.Ports.Catalog.Types.Select(type => type.Name), seen);
    }

    [Fact]
    public async Task One_type_is_read_by_name()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        Reply one = (await host.Client.GetReplyAsync("/v1/node-types/ImageInvert")).Is(200);
        Assert.Equal("ImageInvert", one.Json.GetProperty("node_type").GetProperty("name").GetString());
        Assert.Equal("Image", one.Json.GetProperty("node_type").GetProperty("inputs")[0].GetProperty("type").GetString());
        (await host.Client.GetReplyAsync("/v1/node-types/Nothing")).IsError(404, "node_type.not_found");
    }
}
