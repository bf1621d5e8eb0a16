using Vortex.Imaging.Codecs;
using Vortex.Imaging.Tests.Codecs.Exif;
using Vortex.Imaging.Tests.Codecs.Png;

namespace Vortex.Imaging.Tests.Codecs.Pixels;

public sealed class OrientationTests
{
    // The letters a to f, stored as two rows of three, and what a viewer shows for each orientation of the standard.
    [Theory]
    [InlineData(1, "abc/def")]
    [InlineData(2, "cba/fed")]
    [InlineData(3, "fed/cba")]
    [InlineData(4, "def/abc")]
    [InlineData(5, "ad/be/cf")]
    [InlineData(6, "da/eb/fc")]
    [InlineData(7, "fc/eb/da")]
    [InlineData(8, "cf/be/ad")]
    public void Pictures_are_turned_upright(int orientation, string expected)
    {
        for (int color = 0; color <= 6; color += 2)
        {
            SomePng png = new SomePng { Color = color, Width = 3, Height = 2, Sample = (x, y, _) => 'a' + (y * 3) + x }
                .With("eXIf", SomeExif.Block(orientation, "prompt:{}"));
            DecodedImage picture = ImageFile.Decode(png.Build());

            string rows = string.Join('/', Enumerable.Range(0, picture.Height).Select(y =>
                string.Concat(Enumerable.Range(0, picture.Width).Select(x => (char)picture.Pixels[((y * picture.Width) + x) * picture.Channels]))));
            Assert.Equal(expected, rows);
            Assert.Equal((1, "{}"), (picture.Metadata.Orientation, picture.Metadata.Text["prompt"]));
        }
    }

    [Fact]
    public void Turning_twice_by_a_half_and_four_times_by_a_quarter_is_the_identity()
    {
        byte[] pixels = SomePixels.Textured(new Random(2), 71, 45, 3);
        DecodedImage picture = new(ImageFormat.Png, 71, 45, 3, pixels, AlphaSource.None, ImageMetadata.Empty);
        foreach ((int orientation, int times) in new[] { (2, 2), (3, 2), (4, 2), (5, 2), (6, 4), (7, 2), (8, 4) })
        {
            DecodedImage turned = picture;
            for (int i = 0; i < times; i++)
            {
                turned = new DecodedImage(
                    ImageFormat.Png, turned.Width, turned.Height, 3, turned.Pixels, AlphaSource.None, new ImageMetadata { Orientation = orientation }).Upright();
            }

            Assert.Equal(pixels, turned.Pixels);
        }
    }
}
