using System.Collections.Immutable;
using Vortex.Imaging.Batches;

namespace Vortex.Imaging.Tests.Batches;

public sealed class ImageBatchesTests
{
    [Fact]
    public void Joined_batch_has_the_size_of_the_first()
    {
        ImageBatch joined = ImageBatches.Join(Some.Solid(0.1f, 4, 3), Some.Solid(0.2f, 9, 9, count: 2));
        Assert.Equal((3, 3, 4, 3), (joined.Count, joined.Height, joined.Width, joined.Channels));
        Assert.All(joined.Picture(0).ToArray(), value => Assert.Equal(0.1f, value));
        Assert.All(joined.Picture(2).ToArray(), value => Assert.Equal(0.2f, value, 1e-6f));
    }

    [Fact]
    public void Picture_without_alpha_gains_an_opaque_one_on_either_side()
    {
        Assert.Equal([0.1f, 0.1f, 0.1f, 1f], ImageBatches.Join(Some.Solid(0.1f, 1, 1), Some.Solid(0.2f, 1, 1, 4)).Picture(0).ToArray());
        Assert.Equal([0.1f, 0.1f, 0.1f, 1f], ImageBatches.Join(Some.Solid(0.2f, 1, 1, 4), Some.Solid(0.1f, 1, 1)).Picture(1).ToArray());
    }

    [Fact]
    public void Grey_and_colour_do_not_join() =>
        Some.Refuses(ImagingCodes.Channels, "image2", () => ImageBatches.Join(Some.Image(1, 1), Some.Image(1, 1, 1)));

    [Theory]
    [InlineData(1, 1, new[] { 1f })]
    [InlineData(1, 9, new[] { 1f, 2f })]
    [InlineData(99, 5, new[] { 2f })]
    [InlineData(-1, 1, new[] { 2f })]
    [InlineData(-3, 2, new[] { 0f, 1f })]
    public void Picks_stay_inside_the_batch(int index, int length, float[] expected) =>
        Assert.Equal(expected, ImageBatches.Pick(new(3, 1, 1, 1, [0, 1, 2]), index, length).Values);

    [Fact]
    public void Pick_before_the_first_or_of_nothing_is_refused()
    {
        Some.Refuses(ImagingCodes.Setting, "batch_index", () => ImageBatches.Pick(Some.Image(1, 1), -2, 1));
        Some.Refuses(ImagingCodes.TooSmall, "count", () => ImageBatches.Pick(Some.Image(1, 1), 0, 0));
    }

    [Fact]
    public void Repeated_batch_keeps_its_order() =>
        Assert.Equal([0f, 1, 0, 1, 0, 1], ImageBatches.Repeat(new(2, 1, 1, 1, [0, 1]), 3).Values);

    [Fact]
    public void Repeating_beyond_the_limit_or_not_at_all_is_refused()
    {
        Some.Refuses(ImagingCodes.TooLarge, "width", () => ImageBatches.Repeat(Some.Image(1024, 1024), 4096));
        Some.Refuses(ImagingCodes.TooSmall, "count", () => ImageBatches.Repeat(Some.Image(1, 1), 0));
    }

    [Fact]
    public void Rebatching_deals_in_order_and_loses_nothing()
    {
        ImageBatch[] batches = [new(2, 1, 1, 1, [0, 1]), new(1, 1, 1, 1, [2]), new(2, 1, 1, 1, [3, 4])];
        ImmutableArray<ImageBatch> dealt = ImageBatches.Rebatch(batches, 2);
        Assert.Equal([[0f, 1], [2, 3], [4]], dealt.Select(batch => batch.Values));
        Assert.Equal([0f, 1, 2, 3, 4], Assert.Single(ImageBatches.Rebatch(batches, 99)).Values);
        Assert.Empty(ImageBatches.Rebatch([], 2));
    }

    [Fact]
    public void Sizes_may_differ_between_batches_and_not_inside_one()
    {
        ImageBatch[] batches = [Some.Image(2, 2), Some.Image(3, 3)];
        Assert.Equal(2, ImageBatches.Rebatch(batches, 1).Length);
        Some.Refuses(ImagingCodes.SizeMismatch, "images", () => ImageBatches.Rebatch(batches, 2));
        Some.Refuses(ImagingCodes.Setting, "batch_size", () => ImageBatches.Rebatch(batches, 0));
    }
}
