using Vortex.Imaging.Geometry;

namespace Vortex.Imaging.Tests.Geometry;

public sealed class ArrangementTests
{
    private static readonly ImageBatch s_numbered = new(1, 2, 3, 1, [1, 2, 3, 4, 5, 6]);

    public static TheoryData<int> Channels => [1, 2, 3, 4];

    [Fact]
    public void Pixels_go_where_they_should()
    {
        Assert.Equal([4f, 5, 6, 1, 2, 3], Arrangement.Flip(s_numbered, FlipAxis.Vertical).Values);
        Assert.Equal([3f, 2, 1, 6, 5, 4], Arrangement.Flip(s_numbered, FlipAxis.Horizontal).Values);
        Assert.Equal([4f, 1, 5, 2, 6, 3], Arrangement.Rotate(s_numbered, Turn.Quarter).Values);
        Assert.Equal([6f, 5, 4, 3, 2, 1], Arrangement.Rotate(s_numbered, Turn.Half).Values);
        Assert.Equal([3f, 6, 2, 5, 1, 4], Arrangement.Rotate(s_numbered, Turn.ThreeQuarters).Values);
    }

    [Theory]
    [MemberData(nameof(Channels))]
    public void Flip_twice_is_the_identity(int channels)
    {
        ImageBatch image = Some.Image(37, 21, channels, 2);
        Assert.Equal(image.Values, Flip(Flip(image, FlipAxis.Vertical), FlipAxis.Vertical).Values);
        Assert.Equal(image.Values, Flip(Flip(image, FlipAxis.Horizontal), FlipAxis.Horizontal).Values);

        static ImageBatch Flip(ImageBatch image, FlipAxis axis) => Arrangement.Flip(image, axis);
    }

    [Theory]
    [MemberData(nameof(Channels))]
    public void Turns_add_up(int channels)
    {
        ImageBatch image = Some.Image(37, 21, channels, 2);
        ImageBatch quarter = Arrangement.Rotate(image, Turn.Quarter);
        ImageBatch half = Arrangement.Rotate(quarter, Turn.Quarter);
        Assert.Equal((37, 21), (quarter.Height, quarter.Width));
        Assert.Equal(Arrangement.Rotate(image, Turn.Half).Values, half.Values);
        Assert.Equal(Arrangement.Rotate(image, Turn.ThreeQuarters).Values, Arrangement.Rotate(half, Turn.Quarter).Values);
        Assert.Equal(image.Values, Arrangement.Rotate(half, Turn.Half).Values);
        Assert.Same(image, Arrangement.Rotate(image, Turn.None));
    }

    [Fact]
    public void Crop_is_cut_at_the_edge_and_its_corner_moves_inside()
    {
        Assert.Equal([5f, 6], Arrangement.Crop(s_numbered, 1, 1, 9, 9).Values);
        Assert.Equal([6f], Arrangement.Crop(s_numbered, 100, 100, 5, 5).Values);
        Assert.Equal([1f, 2], Arrangement.Crop(s_numbered, 0, 0, 2, 1).Values);
    }

    [Fact]
    public void Crop_of_nothing_or_from_outside_is_refused()
    {
        Some.Refuses(ImagingCodes.TooSmall, "width", () => Arrangement.Crop(s_numbered, 0, 0, 0, 1));
        Some.Refuses(ImagingCodes.OutsidePicture, "x", () => Arrangement.Crop(s_numbered, -1, 0, 1, 1));
        Some.Refuses(ImagingCodes.OutsidePicture, "y", () => Arrangement.Crop(s_numbered, 0, -1, 1, 1));
    }
}
