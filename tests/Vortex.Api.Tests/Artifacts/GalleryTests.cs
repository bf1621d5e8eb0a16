using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Vortex.Runs;
using Vortex.Testing;

namespace Vortex.Api.Tests.Artifacts;

/// <summary>The list of all artifacts, and small copies of pictures for it.</summary>
public sealed class GalleryTests
{
    [Fact]
    public async Task All_artifacts_are_listed_newest_first_page_by_page_with_the_workflow_that_made_them()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        await FillAsync(host);
        List<string> names = [];
        string cursor = "";
        do
        {
            Reply reply = (await host.Client.GetReplyAsync($"/v1/artifacts?limit=2{cursor}")).Is(200);
            names.AddRange(Names(reply));
            JsonElement next = reply.Json.GetProperty("next_cursor");
            cursor = next.ValueKind == JsonValueKind.Null ? "" : "&cursor=" + next.GetString();
        }
        while (cursor.Length > 0);
        Assert.Equal(["4.webm", "4.png", "3.png", "2.png", "1.png"], names);
        JsonElement last = (await host.Client.GetReplyAsync("/v1/artifacts?limit=1")).Json.GetProperty("items")[0];
        Assert.Equal(("Even", "wf_even", Some.RunId(4).Value), (last.GetProperty("workflow_name").GetString(), last.GetProperty("workflow_id").GetString(), last.GetProperty("run_id").GetString()));
    }

    [Theory]
    [InlineData("workflow_id=wf_even", "4.webm,4.png,2.png")]
    [InlineData("workflow_id=wf_none", "")]
    [InlineData("tag=three", "3.png")]
    [InlineData("status=succeeded", "1.png")]
    [InlineData("media=video", "4.webm")]
    [InlineData("kind=preview", "4.webm")]
    [InlineData("media=image&created_from=2030-01-01T14:00:00Z&created_before=2030-01-01T16:00:00Z", "3.png,2.png")]
    public async Task Filters_hold(string query, string names)
    {
        await using ApiHost host = await ApiHost.StartAsync();
        await FillAsync(host);
        Assert.Equal(names, string.Join(',', Names((await host.Client.GetReplyAsync("/v1/artifacts?" + query)).Is(200))));
    }

    [Theory]
    [InlineData("status=done", "request.invalid_parameter")]
    [InlineData("kind=picture", "request.invalid_parameter")]
    [InlineData("created_from=yesterday", "request.invalid_parameter")]
    [InlineData("limit=201", "request.invalid_parameter")]
    [InlineData("cursor=abc", "request.invalid_cursor")]
    public async Task Wrong_filters_are_refused(string query, string code)
    {
        await using ApiHost host = await ApiHost.StartAsync();
        (await host.Client.GetReplyAsync("/v1/artifacts?" + query)).IsError(400, code);
    }

    [Fact]
    public async Task Wide_picture_comes_as_a_small_copy_with_a_tag_of_its_own()
    {
        ShrinkingEditor editor = new();
        await using ApiHost host = await ApiHost.StartAsync(services: services => services.AddSingleton<IPictureEditor>(editor));
        await FillAsync(host);
        Reply small = (await host.Client.GetReplyAsync("/v1/artifacts/art_1_1.png?width=256")).Is(200);
        Assert.Equal(("1.png at 256", "image/webp"), (small.Text, small.Header("Content-Type")));
        Reply whole = (await host.Client.GetReplyAsync("/v1/artifacts/art_1_1.png")).Is(200);
        Assert.Equal("1.png", whole.Text);
        Assert.NotEqual(whole.Header("ETag"), small.Header("ETag"));
        (await host.Client.GetReplyAsync("/v1/artifacts/art_1_1.png?width=256", ("If-None-Match", small.Header("ETag")))).Is(304);
        (await host.Client.GetReplyAsync("/v1/artifacts/art_1_1.png?width=256", ("If-None-Match", whole.Header("ETag")))).Is(200);
        Assert.Equal(1, editor.Made);
        Assert.Equal("1.png at 512", (await host.Client.GetReplyAsync("/v1/artifacts/art_1_1.png?width=512")).Is(200).Text);
        Assert.StartsWith("attachment", (await host.Client.GetReplyAsync("/v1/artifacts/art_1_1.png?width=256&download=1")).Is(200).Header("Content-Disposition"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Everything_else_comes_as_it_is()
    {
        ShrinkingEditor editor = new();
        await using ApiHost host = await ApiHost.StartAsync(services: services => services.AddSingleton<IPictureEditor>(editor));
        await FillAsync(host);
        // Wide enough for the smaller width only; a film; a picture that nothing here reads.
        Assert.Equal("2.png", (await host.Client.GetReplyAsync("/v1/artifacts/art_2_2.png?width=256")).Is(200).Text);
        Assert.Equal("2.png at 128", (await host.Client.GetReplyAsync("/v1/artifacts/art_2_2.png?width=128")).Is(200).Text);
        Assert.Equal("4.webm", (await host.Client.GetReplyAsync("/v1/artifacts/art_4_4.webm?width=256")).Is(200).Text);
        editor.Reads = false;
        Assert.Equal("3.png", (await host.Client.GetReplyAsync("/v1/artifacts/art_3_3.png?width=256")).Is(200).Text);
        (await host.Client.GetReplyAsync("/v1/artifacts/art_1_1.png?width=300")).IsError(400, "request.invalid_parameter");
        (await host.Client.GetReplyAsync("/v1/artifacts/art_none?width=256")).IsError(404, "artifact.not_found");
        host.Ports.Artifacts.Lose(Some.Here, Some.Digest("1.png"));
        (await host.Client.GetReplyAsync("/v1/artifacts/art_1_1.png?width=256")).IsError(404, "artifact.content_gone");
    }

    [Fact]
    public async Task Host_that_cannot_make_small_copies_sends_the_picture()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        await FillAsync(host);
        Assert.Equal("1.png", (await host.Client.GetReplyAsync("/v1/artifacts/art_1_1.png?width=256")).Is(200).Text);
    }

    private static IEnumerable<string> Names(Reply reply) => reply.Json.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("name").GetString()!);

    private static async Task FillAsync(ApiHost host)
    {
        for (int i = 1; i <= 4; i++)
        {
            RunRecord run = Some.Run(i) with
            {
                WorkflowId = i % 2 == 0 ? new WorkflowId("wf_even") : null,
                WorkflowName = i % 2 == 0 ? "Even" : null,
                Options = new RunOptions { Tags = i % 3 == 0 ? ["three"] : [] },
            };
            await host.Ports.Runs.CreateAsync(Some.Here, run, Some.Event(RunEventTypes.RunQueued));
            await PutAsync(host, i, $"{i}.png", "image/png", ArtifactKind.Output, width: i == 2 ? 200 : 4096);
            if (i == 4)
            {
                await PutAsync(host, i, "4.webm", "video/webm", ArtifactKind.Preview, width: 4096);
            }

            if (i == 1)
            {
                await host.Ports.Runs.CommitAsync(Some.Here, run.Id, Some.End());
            }
        }
    }

    private static async Task PutAsync(ApiHost host, int run, string name, string mediaType, ArtifactKind kind, int width)
    {
        using MemoryStream content = new(Encoding.UTF8.GetBytes(name));
        StoredContent stored = await host.Ports.Artifacts.PutAsync(Some.Here, content);
        RunEventDraft draft = Some.ArtifactEvent(run, name);
        ArtifactRecord artifact = draft.Artifact! with
        {
            CreatedAt = Some.Time + TimeSpan.FromHours(run),
            File = new ArtifactRef(name, stored.Digest, mediaType, stored.Size, kind) { Width = width, Height = width },
        };
        await host.Ports.Runs.CommitAsync(Some.Here, Some.RunId(run), Some.Commit(draft with { Artifact = artifact }));
    }

    private sealed class ShrinkingEditor : IPictureEditor
    {
        public int Made { get; private set; }

        public bool Reads { get; set; } = true;

        public byte[]? Convert(ReadOnlyMemory<byte> picture, PictureForm form, CancellationToken cancellationToken = default) => null;

        public byte[]? PutAlpha(ReadOnlyMemory<byte> picture, ReadOnlyMemory<byte> mask, CancellationToken cancellationToken = default) => null;

        public SmallPicture? Shrink(ReadOnlyMemory<byte> picture, int width, CancellationToken cancellationToken = default)
        {
            Made++;
            return Reads ? new SmallPicture(Encoding.UTF8.GetBytes($"{Encoding.UTF8.GetString(picture.Span)} at {width}"), "image/webp") : null;
        }
    }
}
