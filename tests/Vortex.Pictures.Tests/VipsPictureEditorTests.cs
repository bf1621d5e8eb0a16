using NetVips;
using Vortex.Api;

namespace Vortex.Pictures.Tests;

public sealed class VipsPictureEditorTests : PictureEditorConformance
{
    protected override IPictureEditor Make() => new VipsPictureEditor();

    [Fact]
    public void Picture_of_more_pixels_than_are_read_is_answered_with_nothing()
    {
        Assert.SkipUnless(VipsPictureEditor.IsAvailable, "libvips cannot be loaded here.");
        using Image large = Image.Black(10_001, 10_000);
        byte[] file = large.PngsaveBuffer(compression: 1, bitdepth: 1);
        Assert.Null(new VipsPictureEditor().Shrink(file, 128));
        Assert.Null(new VipsPictureEditor().Convert(file, new PictureForm("image/webp", 90, PictureChannels.All)));
    }

    [Fact]
    public async Task Work_that_is_canceled_in_its_middle_ends()
    {
        Assert.SkipUnless(VipsPictureEditor.IsAvailable, "libvips cannot be loaded here.");
        // Noise of 16 megapixels: a second of work at the least.
        using Image noise = Image.Gaussnoise(4_000, 4_000).Cast(Enums.BandFormat.Uchar);
        byte[] file = noise.PngsaveBuffer(compression: 0);
        using CancellationTokenSource stop = new(TimeSpan.FromMilliseconds(20));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Task.Run(() => new VipsPictureEditor().Convert(file, new PictureForm("image/png", 90, PictureChannels.All), stop.Token)));
    }
}
