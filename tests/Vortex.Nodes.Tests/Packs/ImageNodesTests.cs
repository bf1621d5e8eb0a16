using System.Collections.Immutable;
using Vortex.Imaging;
using static Vortex.Nodes.Tests.Packs.Pictures;

namespace Vortex.Nodes.Tests.Packs;

/// <summary>Each picture node once with a result known beforehand, and once with something it cannot work with.</summary>
public sealed class ImageNodesTests
{
    private static readonly ImageBatch s_pair = Row(0, 1);

    [Fact]
    public async Task ImageScale()
    {
        await GivesAsync([0f, 0.25f, 0.75f, 1f], "ImageScale", ("image", s_pair), ("upscale_method", "bilinear"), ("width", 4), ("height", 1), ("crop", "disabled"));
        await GivesAsync(s_pair.Values, "ImageScale", ("image", s_pair), ("upscale_method", "lanczos"), ("width", 0), ("height", 0), ("crop", "center"));
        await RefusesAsync("node.unknown_choice", "upscale_method", "ImageScale", ("image", s_pair), ("upscale_method", "magic"), ("width", 4), ("height", 1), ("crop", "disabled"));
        await RefusesAsync("node.out_of_range", "width", "ImageScale", ("image", s_pair), ("upscale_method", "area"), ("width", -4), ("height", 1), ("crop", "disabled"));
    }

    [Fact]
    public async Task ImageScaleBy()
    {
        await GivesAsync([0f, 0, 1, 1, 0, 0, 1, 1], "ImageScaleBy", ("image", s_pair), ("upscale_method", "nearest-exact"), ("scale_by", 2.0));
        await RefusesAsync("imaging.setting", null, "ImageScaleBy", ("image", s_pair), ("upscale_method", "area"), ("scale_by", 0.1));
    }

    [Fact]
    public async Task ImageScaleToTotalPixels()
    {
        ImageBatch image = Assert.IsType<ImageBatch>((await BuiltIn.RunAsync("ImageScaleToTotalPixels", ("image", Solid(0.5f, 8, 4)), ("upscale_method", "area"), ("megapixels", 0.01)))[0]);
        Assert.Equal((145, 72), (image.Width, image.Height));
        await RefusesAsync("node.out_of_range", "resolution_steps", "ImageScaleToTotalPixels", ("image", s_pair), ("upscale_method", "area"), ("megapixels", 1.0), ("resolution_steps", 0));
    }

    [Fact]
    public async Task GetImageSize()
    {
        ImmutableArray<object?> size = await BuiltIn.RunAsync("GetImageSize", ("image", Solid(0, 3, 2, count: 4)));
        Assert.Equal([3L, 2L, 4L], size);
        await RefusesAsync("node.wrong_type", "image", "GetImageSize", ("image", "a text"));
    }

    [Fact]
    public async Task ImageCrop()
    {
        await GivesAsync([1f], "ImageCrop", ("image", s_pair), ("width", 5), ("height", 5), ("x", 1), ("y", 0));
        await RefusesAsync("imaging.too_small", "width", "ImageCrop", ("image", s_pair), ("width", 0), ("height", 5), ("x", 0), ("y", 0));
    }

    [Fact]
    public async Task ImageFlip()
    {
        await GivesAsync([1f, 0], "ImageFlip", ("image", s_pair), ("flip_method", "y-axis: horizontally"));
        await RefusesAsync("node.unknown_choice", "flip_method", "ImageFlip", ("image", s_pair), ("flip_method", "z"));
    }

    [Fact]
    public async Task ImageRotate()
    {
        ImageBatch turned = Assert.IsType<ImageBatch>((await BuiltIn.RunAsync("ImageRotate", ("image", s_pair), ("rotation", "90 degrees")))[0]);
        Assert.Equal((2, 1), (turned.Height, turned.Width));
        await RefusesAsync("node.unknown_choice", "rotation", "ImageRotate", ("image", s_pair), ("rotation", "45 degrees"));
    }

    [Fact]
    public async Task ImagePadForOutpaint()
    {
        ImmutableArray<object?> padded = await BuiltIn.RunAsync("ImagePadForOutpaint", ("image", s_pair), ("left", 1), ("feathering", 0));
        Assert.Equal([0.5f, 0, 1], Assert.IsType<ImageBatch>(padded[0]).Values);
        Assert.Equal([1f, 0, 0], Assert.IsType<MaskBatch>(padded[1]).Values);
        await RefusesAsync("imaging.setting", "top", "ImagePadForOutpaint", ("image", s_pair), ("top", -8));
    }

    [Fact]
    public async Task ImageBatch_and_RepeatImageBatch_and_ImageFromBatch()
    {
        await GivesAsync([0f, 1, 0, 1], "ImageBatch", ("image1", s_pair), ("image2", s_pair));
        await GivesAsync([0f, 1, 0, 1, 0, 1], "RepeatImageBatch", ("image", s_pair), ("amount", 3));
        await GivesAsync([2f], "ImageFromBatch", ("image", new ImageBatch(3, 1, 1, 1, [0, 1, 2])), ("batch_index", -1));
        await RefusesAsync("imaging.channels", "image2", "ImageBatch", ("image1", Solid(0, 1, 1)), ("image2", s_pair));
        await RefusesAsync("imaging.too_large", null, "RepeatImageBatch", ("image", Solid(0, 1024, 1024)), ("amount", 4096));
        await RefusesAsync("imaging.setting", "batch_index", "ImageFromBatch", ("image", s_pair), ("batch_index", -2));
    }

    [Fact]
    public async Task RebatchImages()
    {
        object?[] images = [new ImageBatch(3, 1, 1, 1, [0, 1, 2]), new ImageBatch(1, 1, 1, 1, [3])];
        ImmutableArray<object?> dealt = await BuiltIn.RunAsync("RebatchImages", ("images", images), ("batch_size", 2));
        Assert.Equal([[0f, 1], [2, 3]], Assert.IsAssignableFrom<IReadOnlyList<ImageBatch>>(dealt[0]).Select(batch => batch.Values));
        await RefusesAsync("imaging.size_mismatch", "images", "RebatchImages", ("images", (object?[])[s_pair, Row(1)]), ("batch_size", 2));
        await RefusesAsync("imaging.setting", "batch_size", "RebatchImages", ("images", images), ("batch_size", 0));
    }

    [Fact]
    public async Task ImageBlur_and_ImageSharpen()
    {
        Assert.All(await ValuesAsync("ImageBlur", ("image", Solid(0.5f, 5, 5)), ("blur_radius", 2)), value => Assert.Equal(0.5f, value, 1e-6f));
        Assert.All(await ValuesAsync("ImageSharpen", ("image", Solid(0.5f, 5, 5)), ("sharpen_radius", 2)), value => Assert.Equal(0.5f, value, 1e-6f));
        await RefusesAsync("imaging.too_small", "blur_radius", "ImageBlur", ("image", s_pair), ("blur_radius", 1));
        await RefusesAsync("imaging.too_small", "sharpen_radius", "ImageSharpen", ("image", s_pair), ("sharpen_radius", 1));
    }

    [Fact]
    public async Task ImageQuantize()
    {
        await GivesAsync([1f, 0, 0], "ImageQuantize", ("image", Rgb(1, 0, 0)), ("colors", 2), ("dither", "none"));
        await RefusesAsync("imaging.channels", "image", "ImageQuantize", ("image", s_pair), ("dither", "none"));
    }

    [Fact]
    public async Task Canny()
    {
        Assert.All(await ValuesAsync("Canny", ("image", Solid(0.5f, 5, 5))), value => Assert.Equal(0f, value));
        await RefusesAsync("imaging.setting", "low_threshold", "Canny", ("image", Solid(0, 5, 5)), ("low_threshold", 0.9), ("high_threshold", 0.2));
    }

    [Fact]
    public async Task Morphology()
    {
        await GivesAsync([1f, 1, 0], "Morphology", ("image", Row(1, 0, 0)), ("operation", "dilate"));
        await RefusesAsync("imaging.setting", "kernel_size", "Morphology", ("image", s_pair), ("operation", "erode"), ("kernel_size", 1000));
    }

    [Fact]
    public async Task ImageAddNoise()
    {
        await GivesAsync(s_pair.Values, "ImageAddNoise", ("image", s_pair), ("seed", 7), ("strength", 0.0));
        await RefusesAsync("node.out_of_range", "seed", "ImageAddNoise", ("image", s_pair), ("seed", -1));
    }

    [Fact]
    public async Task EmptyImage_and_ImageInvert()
    {
        await GivesAsync([1f, 128f / 255f, 0f], "EmptyImage", ("width", 1), ("height", 1), ("color", 0xFF8000));
        await GivesAsync([1f, 0], "ImageInvert", ("image", s_pair));
        await RefusesAsync("imaging.too_large", "width", "EmptyImage", ("width", 16384), ("height", 16384), ("batch_size", 4096));
        await RefusesAsync("node.missing_input", "image", "ImageInvert");
    }

    [Fact]
    public async Task ImageRGBToYUV_and_ImageYUVToRGB()
    {
        ImmutableArray<object?> parts = await BuiltIn.RunAsync("ImageRGBToYUV", ("image", Rgb(0.5f, 0.5f, 0.5f)));
        Assert.All(parts, part => Assert.All(Assert.IsType<ImageBatch>(part).Values, value => Assert.Equal(0.5f, value, 1e-6f)));
        Assert.All(await ValuesAsync("ImageYUVToRGB", ("Y", parts[0]), ("U", parts[1]), ("V", parts[2])), value => Assert.Equal(0.5f, value, 1e-6f));
        await RefusesAsync("imaging.channels", "image", "ImageRGBToYUV", ("image", s_pair));
        await RefusesAsync("imaging.size_mismatch", "U", "ImageYUVToRGB", ("Y", parts[0]), ("U", s_pair), ("V", parts[2]));
    }

    [Fact]
    public async Task ImageBlend()
    {
        await GivesAsync([0.5f, 0.5f], "ImageBlend", ("image1", s_pair), ("image2", Row(1, 0)), ("blend_mode", "normal"));
        await RefusesAsync("node.unknown_choice", "blend_mode", "ImageBlend", ("image1", s_pair), ("image2", s_pair), ("blend_mode", "burn"));
        await RefusesAsync("imaging.batch_mismatch", "image2", "ImageBlend", ("image1", Solid(0, 1, 1, count: 2)), ("image2", Solid(0, 1, 1, count: 3)), ("blend_mode", "normal"));
    }

    [Fact]
    public async Task ImageCompositeMasked()
    {
        await GivesAsync([0f, 0.5f], "ImageCompositeMasked", ("destination", Row(0, 0)), ("source", Row(1)), ("x", 1), ("mask", Mask(0.5f)));
        await GivesAsync([0f, 1f], "ImageCompositeMasked", ("destination", Row(0, 0)), ("source", Row(1)), ("x", 1));
        await RefusesAsync("imaging.channels", "source", "ImageCompositeMasked", ("destination", Solid(0, 1, 1)), ("source", s_pair));
    }

    [Fact]
    public async Task PorterDuffImageComposite()
    {
        await GivesAsync([0f, 1f], "PorterDuffImageComposite", ("source", s_pair), ("source_alpha", Mask(0, 0)), ("destination", Row(0.2f, 0.3f)), ("destination_alpha", Mask(0, 0)), ("mode", "SRC"));
        await RefusesAsync("imaging.channels", "source", "PorterDuffImageComposite", ("source", s_pair), ("source_alpha", Mask(0)), ("destination", Solid(0, 1, 1)), ("destination_alpha", Mask(0)));
    }
}
