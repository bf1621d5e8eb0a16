using Vortex.Imaging.Masks;

namespace Vortex.Imaging.Tests.Masks;

public sealed class MaskConversionTests
{
    [Fact]
    public void Mask_to_picture_and_back_is_the_identity()
    {
        MaskBatch mask = Some.Mask(7, 5, 2);
        Assert.Equal(mask.Values, MaskConversion.FromChannel(MaskConversion.ToImage(mask), MaskChannel.Green).Values);
    }

    [Fact]
    public void Channel_that_is_not_there_is_refused() =>
        Some.Refuses(ImagingCodes.Channels, "channel", () => MaskConversion.FromChannel(Some.Image(1, 1), MaskChannel.Alpha));

    [Fact]
    public void Colour_is_compared_after_rounding_half_to_even()
    {
        ImageBatch image = new(1, 1, 3, 3, [1, 128f / 255f, 0, 1, 127.5f / 255f, 0, 1, 1, 0]);
        Assert.Equal([1f, 1, 0], MaskConversion.FromColour(image, 0xFF8000).Values);
        Some.Refuses(ImagingCodes.Channels, "image", () => MaskConversion.FromColour(Some.Image(1, 1, 1), 0));
    }

    [Fact]
    public void Alpha_split_off_and_joined_again_is_the_picture()
    {
        ImageBatch image = new(1, 1, 2, 4, [0.1f, 0.2f, 0.3f, 0.25f, 0.4f, 0.5f, 0.6f, 1f]);
        (ImageBatch colours, MaskBatch mask) = MaskConversion.SplitAlpha(image);
        Assert.Equal([0.75f, 0f], mask.Values);
        Assert.Equal(3, colours.Channels);
        Assert.Equal(image.Values, MaskConversion.JoinAlpha(colours, mask).Values);
    }

    [Fact]
    public void Picture_without_alpha_splits_into_itself_and_nothing_transparent()
    {
        ImageBatch image = Some.Image(3, 2);
        (ImageBatch colours, MaskBatch mask) = MaskConversion.SplitAlpha(image);
        Assert.Same(image, colours);
        Assert.All(mask.Values, value => Assert.Equal(0f, value));
    }

    [Fact]
    public void Joined_mask_is_scaled_and_the_shorter_batch_counts()
    {
        ImageBatch joined = MaskConversion.JoinAlpha(Some.Image(4, 4, count: 3), Some.SolidMask(0.25f, 2, 2, 2));
        Assert.Equal((2, 4), (joined.Count, joined.Channels));
        Assert.Equal(0.75f, joined.Values[3]);
        Some.Refuses(ImagingCodes.Channels, "image", () => MaskConversion.JoinAlpha(Some.Image(1, 1, 2), Some.Mask(1, 1)));
    }
}
