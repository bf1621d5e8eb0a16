using Vortex.Imaging.Colour;
using Vortex.Imaging.Rasters;

namespace Vortex.Imaging.Tests.Rasters;

public sealed class RasterTests
{
    [Theory]
    [InlineData(int.MaxValue, int.MaxValue, int.MaxValue)]
    [InlineData(1, 32_768, 32_768)]
    [InlineData(1 << 30, 2, 1)]
    public void Result_beyond_the_limit_is_refused_before_it_is_allocated(int count, int height, int width) =>
        Some.Refuses(ImagingCodes.TooLarge, "width", () => Raster.Allocate(count, height, width, 4));

    [Theory]
    [InlineData(0, 1, "width")]
    [InlineData(1, 0, "height")]
    public void Result_without_a_pixel_is_refused(int width, int height, string argument) =>
        Some.Refuses(ImagingCodes.TooSmall, argument, () => Raster.Allocate(1, height, width, 3));

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Every_row_is_worked_on_once_whatever_the_number_of_threads(int threads)
    {
        int[] visits = new int[1000];
        Bands.Run(visits.Length, 10_000, (first, end) =>
        {
            for (int row = first; row < end; row++)
            {
                Interlocked.Increment(ref visits[row]);
            }
        }, TestContext.Current.CancellationToken, threads);
        Assert.All(visits, count => Assert.Equal(1, count));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Work_that_fails_says_so_in_its_own_words(int threads) =>
        Some.Refuses("code", "argument", () =>
        {
            Bands.Run(1000, 10_000, (_, _) => throw new ImagingException("code", "argument", "What to do."), TestContext.Current.CancellationToken, threads);
            return null;
        });

    [Fact]
    public void Canceled_operation_stops()
    {
        using CancellationTokenSource source = new();
        source.Cancel();
        Assert.ThrowsAny<OperationCanceledException>(() => Colours.Invert(Some.Image(8, 8), source.Token));
        Assert.ThrowsAny<OperationCanceledException>(() => Colours.Invert(Some.Image(1024, 1024), source.Token));
    }

    [Fact]
    public void Overlap_of_a_source_far_outside_is_empty()
    {
        Raster raster = Raster.Of(Some.Mask(4, 4));
        Assert.Equal(0, Overlap.Of(raster, raster, int.MaxValue, 0).Width);
        Assert.Equal(0, Overlap.Of(raster, raster, int.MinValue, 0).Width);
        Assert.Equal(new Overlap(0, 3, 2, 1, 2, 0), Overlap.Of(raster, raster, -2, 3));
    }
}
