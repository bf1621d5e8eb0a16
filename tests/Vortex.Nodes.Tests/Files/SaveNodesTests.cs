using Vortex.Imaging;
using Vortex.Imaging.Codecs;

namespace Vortex.Nodes.Tests;

public sealed class SaveNodesTests
{
    private static readonly ImageBatch s_two = new(2, 1, 2, 3, [0f, 0.5f, 1f, 2f, -1f, float.NaN, 1f, 1f, 1f, 0f, 0f, 0f]);

    [Fact]
    public async Task Each_picture_becomes_a_file_with_a_number_and_the_workflow_inside()
    {
        RecordingContext context = new();
        await Core.RunAsync("SaveImage", context, ("images", s_two));
        Assert.Equal(["ComfyUI_00001_.png", "ComfyUI_00002_.png"], context.Files.Select(file => file.Name));
        DecodedImage first = ImageFile.Decode(context.Files[0].Content);
        Assert.Equal([0, 127, 255, 255, 0, 0], first.Pixels);
        Assert.Equal("""{"1":"日本"}""", first.Metadata.Text["prompt"]);
        Assert.Equal("""{"nodes":[]}""", first.Metadata.Text["workflow"]);
        Assert.Equal("{}", first.Metadata.Text["vtxw"]);
        Assert.Equal((2, 1, "image/png", false), (context.Files[0].Width, context.Files[0].Height, context.Files[0].MediaType, context.Files[0].IsPreview));
        Assert.Equal([(1, 2), (2, 2)], context.Reports);
    }

    [Fact]
    public async Task Numbers_go_on_over_the_calls_of_a_node_per_prefix()
    {
        RecordingContext context = new();
        await Core.RunAsync("SaveImage", context, ("images", s_two), ("filename_prefix", "a"));
        await Core.RunAsync("SaveImage", context, ("images", s_two), ("filename_prefix", "b"));
        await Core.RunAsync("SaveImage", context, ("images", s_two), ("filename_prefix", "a"));
        Assert.Equal(["a_00001_.png", "a_00002_.png", "b_00001_.png", "b_00002_.png", "a_00003_.png", "a_00004_.png"], context.Files.Select(file => file.Name));
    }

    [Theory]
    [InlineData("%date:yyyy-MM-dd%/x", "2031-02-03/x_00001_.png")]
    [InlineData("%date:yyMMdd_hhmmss%", "310203_040506_00001_.png")]
    [InlineData("%date:d.M h%", "3.2 4_00001_.png")]
    [InlineData("%year%%month%%day%-%hour%%minute%%second%", "20310203-040506_00001_.png")]
    [InlineData("%width%x%height%", "2x1_00001_.png")]
    [InlineData("%KSampler.seed%", "%KSampler.seed%_00001_.png")]
    [InlineData("100%", "100%_00001_.png")]
    [InlineData("n%batch_num%", "n0_00001_.png")]
    [InlineData("a\\b", "a/b_00001_.png")]
    [InlineData("a//./b", "a/b_00001_.png")]
    [InlineData("folder/", "folder/00001_.png")]
    [InlineData("", "00001_.png")]
    [InlineData("a:b?", "a_b__00001_.png")]
    [InlineData("sub./x", "sub_/x_00001_.png")]
    public async Task Prefix_is_resolved(string prefix, string expected)
    {
        RecordingContext context = new();
        await Core.RunAsync("SaveImage", context, ("images", s_two), ("filename_prefix", prefix));
        Assert.Equal(expected, context.Files[0].Name);
    }

    [Theory]
    [InlineData("../x")]
    [InlineData("a/../../x")]
    [InlineData("..\\x")]
    [InlineData("/etc/x")]
    [InlineData("C:\\x")]
    [InlineData("a/.. /x")]
    public async Task Prefix_that_leads_out_is_a_problem_of_its_input(string prefix)
    {
        foreach (string type in (string[])["SaveImage", "vortex.SaveImage"])
        {
            NodeProblemException problem = await Core.ProblemAsync(type, ("images", s_two), ("filename_prefix", prefix));
            Assert.Equal(("file.name_outside", "filename_prefix"), (problem.Code, problem.Port));
        }
    }

    [Fact]
    public async Task Prefix_beyond_any_file_system_is_a_problem() =>
        Assert.Equal("file.name_too_long", (await Core.ProblemAsync("SaveImage", ("images", s_two), ("filename_prefix", new string('x', 500)))).Code);

    [Fact]
    public async Task Preview_is_marked_as_one()
    {
        RecordingContext context = new();
        await Core.RunAsync("PreviewImage", context, ("images", s_two));
        Assert.All(context.Files, file => Assert.True(file.IsPreview));
        Assert.Equal("node.missing_input", (await Core.ProblemAsync("PreviewImage")).Code);
    }

    [Theory]
    [InlineData("png", ImageFormat.Png, ".png")]
    [InlineData("jpeg", ImageFormat.Jpeg, ".jpg")]
    [InlineData("webp", ImageFormat.WebP, ".webp")]
    public async Task Format_is_the_one_asked_for_and_carries_the_workflow(string format, ImageFormat expected, string extension)
    {
        CodecAvailability codec = ImageCodecs.Availability().Single(codec => codec.Format == expected);
        Assert.SkipUnless(codec.Present, $"{codec.Name} is not installed.");
        RecordingContext context = new();
        await Core.RunAsync("vortex.SaveImage", context, ("images", s_two), ("format", format), ("quality", 80));
        DecodedImage read = ImageFile.Decode(context.Files[0].Content);
        Assert.Equal((expected, "{}"), (read.Format, read.Metadata.Text["vtxw"]));
        Assert.EndsWith(extension, context.Files[0].Name, StringComparison.Ordinal);
        Assert.Equal($"image/{format}", context.Files[0].MediaType);
    }

    [Fact]
    public async Task Quality_out_of_range_is_a_problem_of_its_input() =>
        Assert.Equal(("node.out_of_range", "quality"), Place(await Core.ProblemAsync("vortex.SaveImage", ("images", s_two), ("quality", 0))));

    private static (string, string?) Place(NodeProblemException problem) => (problem.Code, problem.Port);
}
