using Vortex.Imaging.Compositing;

namespace Vortex.Imaging.Tests.Compositing;

public sealed class PorterDuffTests
{
    public static TheoryData<PorterDuffMode> Modes => [.. Enum.GetValues<PorterDuffMode>()];

    [Fact]
    public void Opaque_source_over_covers_and_half_of_it_mixes()
    {
        (ImageBatch covered, MaskBatch mask) = Composited(PorterDuffMode.SrcOver, 0.8f, 0f, 0.2f, 0f);
        Assert.Equal((0.8f, 0f), (covered.Values[0], mask.Values[0]));
        (ImageBatch mixed, _) = Composited(PorterDuffMode.SrcOver, 0.8f, 0.5f, 0.2f, 0f);
        Assert.Equal(0.5f, mixed.Values[0], 1e-6f);
    }

    [Theory]
    [MemberData(nameof(Modes))]
    public void Nothing_on_nothing_is_black_and_transparent(PorterDuffMode mode)
    {
        (ImageBatch image, MaskBatch mask) = Composited(mode, 0.8f, 1f, 0.2f, 1f);
        Assert.Equal((0f, 1f), (image.Values[0], mask.Values[0]));
    }

    [Theory]
    [MemberData(nameof(Modes))]
    public void Colours_stay_within_bounds(PorterDuffMode mode)
    {
        (ImageBatch image, _) = new PorterDuff { Mode = mode }.Apply(
            Some.Image(9, 7), Some.Mask(9, 7, seed: 2), Some.Image(9, 7, seed: 3), Some.Mask(9, 7, seed: 4), TestContext.Current.CancellationToken);
        Assert.All(image.Values, value => Assert.InRange(value, 0f, 1f));
    }

    [Fact]
    public void Everything_takes_the_size_of_the_destination_and_the_shortest_number()
    {
        (ImageBatch image, MaskBatch mask) = new PorterDuff { Mode = PorterDuffMode.Src }.Apply(
            Some.Solid(0.5f, 4, 4, count: 2), Some.SolidMask(0, 3, 3, 2), Some.Image(6, 5, count: 3), Some.Mask(2, 2, 3), TestContext.Current.CancellationToken);
        Assert.Equal((2, 5, 6, 2), (image.Count, image.Height, image.Width, mask.Count));
        Assert.All(image.Values, value => Assert.Equal(0.5f, value, 1e-6f));
    }

    [Fact]
    public void Different_channels_are_refused() =>
        Some.Refuses(ImagingCodes.Channels, "source", () =>
            new PorterDuff { Mode = PorterDuffMode.Add }.Apply(Some.Image(1, 1, 4), Some.Mask(1, 1), Some.Image(1, 1), Some.Mask(1, 1)));

    private static (ImageBatch Image, MaskBatch Mask) Composited(PorterDuffMode mode, float source, float sourceMask, float destination, float destinationMask) =>
        new PorterDuff { Mode = mode }.Apply(
            Some.Row(source), Some.MaskRow(sourceMask), Some.Row(destination), Some.MaskRow(destinationMask), TestContext.Current.CancellationToken);
}
