using Vortex.Imaging;
using Vortex.Imaging.Codecs.Png;

namespace Vortex.Nodes.Tests;

public sealed class LoadNodesTests
{
    private static readonly MemoryFile s_rgba = new(PngEncoder.Encode([255, 0, 51, 255, 0, 102, 0, 0], 2, 1, 4));
    private static readonly MemoryFile s_rgb = new(PngEncoder.Encode([255, 0, 51], 1, 1, 3));
    private static readonly MemoryFile s_grey = new(PngEncoder.Encode([51], 1, 1, 1));

    [Theory]
    [InlineData("LoadImage")]
    [InlineData("LoadImageOutput")]
    public async Task Picture_with_alpha_gives_colours_and_what_is_transparent(string type)
    {
        object?[] outputs = await Core.RunAsync(type, null, ("image", s_rgba));
        ImageBatch image = Assert.IsType<ImageBatch>(outputs[0]);
        MaskBatch mask = Assert.IsType<MaskBatch>(outputs[1]);
        Assert.Equal((1, 1, 2, 3), (image.Count, image.Height, image.Width, image.Channels));
        Assert.Equal([1f, 0f, 51f / 255f, 0f, 102f / 255f, 0f], image.Values);
        Assert.Equal([0f, 1f], mask.Values);
    }

    [Fact]
    public async Task Opaque_picture_gives_an_empty_mask_of_64_by_64()
    {
        object?[] outputs = await Core.RunAsync("LoadImage", null, ("image", s_rgb));
        MaskBatch mask = Assert.IsType<MaskBatch>(outputs[1]);
        Assert.Equal((64, 64, 0f), (mask.Height, mask.Width, mask.Values.Max()));
    }

    [Theory]
    [InlineData("red", 1f, 0f)]
    [InlineData("green", 0f, 102f / 255f)]
    [InlineData("blue", 51f / 255f, 0f)]
    [InlineData("alpha", 0f, 1f)]
    public async Task Mask_is_one_channel(string channel, float first, float second)
    {
        float[] values = await MaskAsync(s_rgba, channel);
        Assert.Equal([first, second], values);
    }

    [Fact]
    public async Task Mask_of_an_opaque_or_grey_picture()
    {
        float[] alpha = await MaskAsync(s_rgb, "alpha");
        float[] blue = await MaskAsync(s_grey, "blue");
        Assert.Equal([0f], alpha);
        Assert.Equal([51f / 255f], blue);
    }

    [Theory]
    [InlineData("LoadImage")]
    [InlineData("LoadImageOutput")]
    [InlineData("LoadImageMask")]
    public async Task What_is_no_whole_picture_is_a_problem_of_the_input_that_names_the_file(string type)
    {
        byte[] whole = PngEncoder.Encode(new byte[300], 10, 10, 3);
        NodeProblemException cut = await Core.ProblemAsync(type, ("image", new MemoryFile(whole[..40], "cut.png")), ("channel", "red"));
        Assert.Equal(("image.truncated", "image"), (cut.Code, cut.Port));
        Assert.Contains("cut.png", cut.Message, StringComparison.Ordinal);
        Assert.Equal("image.not_an_image", (await Core.ProblemAsync(type, ("image", new MemoryFile([1, 2, 3])), ("channel", "red"))).Code);
        Assert.Equal("image.too_large", (await Core.ProblemAsync(type, ("image", new MemoryFile([], "big.png", 1L << 40)), ("channel", "red"))).Code);
    }

    [Fact]
    public async Task Name_that_a_run_computed_is_not_a_file() =>
        Assert.Equal("node.wrong_type", (await Core.ProblemAsync("LoadImage", ("image", "photo.png"))).Code);

    private static async Task<float[]> MaskAsync(NodeFile file, string channel) =>
        Assert.IsType<MaskBatch>(await Core.OneAsync("LoadImageMask", ("image", file), ("channel", channel))).Values;
}
