using System.Collections.Immutable;
using Vortex.Imaging;
using static Vortex.Nodes.Tests.Packs.Pictures;

namespace Vortex.Nodes.Tests.Packs;

/// <summary>Each mask node once with a result known beforehand, and once with something it cannot work with.</summary>
public sealed class MaskNodesTests
{
    private static readonly MaskBatch s_pair = Mask(0, 1);

    [Fact]
    public async Task SolidMask_and_InvertMask()
    {
        await GivesAsync([0.25f, 0.25f], "SolidMask", ("value", 0.25), ("width", 2), ("height", 1));
        await GivesAsync([1f, 0], "InvertMask", ("mask", s_pair));
        await RefusesAsync("imaging.too_small", "height", "SolidMask", ("width", 2), ("height", 0));
        await RefusesAsync("node.wrong_type", "mask", "InvertMask", ("mask", Row(1)));
    }

    [Fact]
    public async Task CropMask()
    {
        await GivesAsync([1f], "CropMask", ("mask", s_pair), ("x", 1));
        await RefusesAsync("imaging.outside_picture", "x", "CropMask", ("mask", s_pair), ("x", 2));
    }

    [Fact]
    public async Task MaskComposite()
    {
        await GivesAsync([0.25f, 1f], "MaskComposite", ("destination", s_pair), ("source", Mask(0.25f)), ("operation", "add"));
        await RefusesAsync("node.unknown_choice", "operation", "MaskComposite", ("destination", s_pair), ("source", s_pair), ("operation", "nand"));
        await RefusesAsync("imaging.batch_mismatch", "source", "MaskComposite", ("destination", s_pair), ("source", new MaskBatch(2, 1, 1, [0, 0])), ("operation", "or"));
    }

    [Fact]
    public async Task FeatherMask()
    {
        await GivesAsync([0.5f, 1f], "FeatherMask", ("mask", Mask(1, 1)), ("left", 2));
        await RefusesAsync("imaging.setting", "bottom", "FeatherMask", ("mask", s_pair), ("bottom", -1));
    }

    [Fact]
    public async Task GrowMask()
    {
        await GivesAsync([0f, 1, 1, 1, 0], "GrowMask", ("mask", Mask(0, 0, 1, 0, 0)), ("expand", 1));
        await RefusesAsync("node.out_of_range", "expand", "GrowMask", ("mask", s_pair), ("expand", 1L << 40));
    }

    [Fact]
    public async Task ThresholdMask()
    {
        await GivesAsync([0f, 1], "ThresholdMask", ("mask", Mask(0.5f, 0.6f)));
        await RefusesAsync("node.wrong_type", "value", "ThresholdMask", ("mask", s_pair), ("value", "much"));
    }

    [Fact]
    public async Task MaskToImage_and_ImageToMask()
    {
        await GivesAsync([0f, 0, 0, 1, 1, 1], "MaskToImage", ("mask", s_pair));
        await GivesAsync([0.2f], "ImageToMask", ("image", Rgb(0.1f, 0.2f, 0.3f)), ("channel", "green"));
        await RefusesAsync("node.missing_input", "mask", "MaskToImage");
        await RefusesAsync("imaging.channels", "channel", "ImageToMask", ("image", Rgb(0, 0, 0)), ("channel", "alpha"));
    }

    [Fact]
    public async Task ImageColorToMask()
    {
        await GivesAsync([1f], "ImageColorToMask", ("image", Rgb(1, 0, 0)), ("color", 0xFF0000));
        await RefusesAsync("imaging.channels", "image", "ImageColorToMask", ("image", Row(1)));
    }

    [Fact]
    public async Task SplitImageWithAlpha_and_JoinImageWithAlpha()
    {
        ImmutableArray<object?> split = await BuiltIn.RunAsync("SplitImageWithAlpha", ("image", new ImageBatch(1, 1, 1, 4, [0.1f, 0.2f, 0.3f, 0.25f])));
        Assert.Equal([0.75f], Assert.IsType<MaskBatch>(split[1]).Values);
        await GivesAsync([0.1f, 0.2f, 0.3f, 0.25f], "JoinImageWithAlpha", ("image", split[0]), ("alpha", split[1]));
        await RefusesAsync("node.missing_input", "image", "SplitImageWithAlpha");
        await RefusesAsync("imaging.channels", "image", "JoinImageWithAlpha", ("image", Row(1)), ("alpha", Mask(0)));
    }
}
