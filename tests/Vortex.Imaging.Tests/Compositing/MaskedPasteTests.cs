using Vortex.Imaging.Compositing;

namespace Vortex.Imaging.Tests.Compositing;

public sealed class MaskedPasteTests
{
    [Theory]
    [InlineData(1, new[] { 0f, 1, 2, 0 })]
    [InlineData(3, new[] { 0f, 0, 0, 1 })]
    [InlineData(-1, new[] { 2f, 0, 0, 0 })]
    [InlineData(9, new[] { 0f, 0, 0, 0 })]
    public void Source_is_cut_at_both_edges(int x, float[] expected) =>
        Assert.Equal(expected, Pasted(Some.Row(0, 0, 0, 0), Some.Row(1, 2), new() { X = x }).Values);

    [Fact]
    public void Mask_says_how_much_of_the_source_shows()
    {
        Assert.Equal([1f, 0.75f], Pasted(Some.Row(0, 0.5f), Some.Row(1, 1), new(), Some.MaskRow(1, 0.5f)).Values);
        // One value is stretched over the source.
        Assert.Equal([0.25f, 0.25f], Pasted(Some.Row(0, 0), Some.Row(1, 1), new(), Some.MaskRow(0.25f)).Values);
    }

    [Fact]
    public void Source_can_be_stretched_over_all() =>
        Assert.All(Pasted(Some.Image(5, 4), Some.Solid(0.5f, 2, 2), new() { ResizeSource = true }).Values, value => Assert.Equal(0.5f, value));

    [Fact]
    public void Batches_that_are_too_short_repeat()
    {
        ImageBatch pasted = Pasted(new(3, 1, 1, 1, [0, 0, 0]), new(2, 1, 1, 1, [1, 2]), new(), Some.SolidMask(1, 1, 1));
        Assert.Equal([1f, 2, 1], pasted.Values);
    }

    [Fact]
    public void Covered_destination_leaves_no_trace_even_if_it_is_not_a_number() =>
        Assert.Equal([1f], Pasted(Some.Row(float.NaN), Some.Row(1), new()).Values);

    [Fact]
    public void Grey_does_not_go_onto_colour() =>
        Some.Refuses(ImagingCodes.Channels, "source", () => Pasted(Some.Image(1, 1), Some.Image(1, 1, 1), new()));

    private static ImageBatch Pasted(ImageBatch destination, ImageBatch source, MaskedPaste paste, MaskBatch? mask = null) =>
        paste.Apply(destination, source, mask, TestContext.Current.CancellationToken);
}
