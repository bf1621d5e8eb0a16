using Vortex.Imaging.Codecs;
using Vortex.Imaging.Codecs.Png;
using Vortex.Imaging.Resampling;

namespace Vortex.Imaging.Tests.Resampling;

public sealed class ShrinkTests
{
    [Theory]
    [InlineData(97, 61, 1, 20)]
    [InlineData(97, 61, 3, 20)]
    [InlineData(64, 200, 4, 10)]
    [InlineData(300, 2, 2, 7)]
    public void Small_picture_is_what_the_resizing_node_gives(int width, int height, int channels, int small)
    {
        DecodedImage image = Picture(width, height, channels);
        DecodedImage shrunk = Shrink.ToWidth(image, small, cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal((small, (int)Math.Max(1, Math.Round((double)height * small / width)), channels), (shrunk.Width, shrunk.Height, shrunk.Channels));
        ImageBatch same = new Resize { Width = shrunk.Width, Height = shrunk.Height, Method = ResizeMethod.Lanczos }.Apply(image.ToImageBatchWithAllChannels(), TestContext.Current.CancellationToken);
        Assert.Equal(same.Values.ToArray(), shrunk.ToImageBatchWithAllChannels().Values.ToArray());
    }

    [Fact]
    public void Picture_that_is_small_enough_stays_itself()
    {
        DecodedImage image = Picture(20, 30, 3);
        Assert.Same(image, Shrink.ToWidth(image, 20, cancellationToken: TestContext.Current.CancellationToken));
    }

    [Fact]
    public void Width_of_nothing_is_refused() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => Shrink.ToWidth(Picture(2, 2, 3), 0, cancellationToken: TestContext.Current.CancellationToken));

    private static DecodedImage Picture(int width, int height, int channels)
    {
        byte[] pixels = new byte[width * height * channels];
        new Random(width).NextBytes(pixels);
        return ImageFile.Decode(PngEncoder.Encode(pixels, width, height, channels), cancellationToken: TestContext.Current.CancellationToken);
    }
}
