using Vortex.Imaging.Masks;

namespace Vortex.Imaging.Tests.Masks;

public sealed class MaskCombinationTests
{
    [Theory]
    [InlineData(MaskOperation.Multiply, 0.3f)]
    [InlineData(MaskOperation.Add, 1f)]
    [InlineData(MaskOperation.Subtract, 0f)]
    [InlineData(MaskOperation.And, 0f)]
    [InlineData(MaskOperation.Or, 1f)]
    [InlineData(MaskOperation.Xor, 1f)]
    public void Two_values_become_one(MaskOperation operation, float expected) =>
        Assert.Equal(expected, Combined(operation, Some.MaskRow(0.5f), Some.MaskRow(0.6f)).Values[0], 1e-6f);

    [Theory]
    [InlineData(1, new[] { 0f, 1, 1, 0 })]
    [InlineData(3, new[] { 0f, 0, 0, 1 })]
    [InlineData(-1, new[] { 1f, 0, 0, 0 })]
    [InlineData(4, new[] { 0f, 0, 0, 0 })]
    [InlineData(int.MaxValue, new[] { 0f, 0, 0, 0 })]
    [InlineData(int.MinValue, new[] { 0f, 0, 0, 0 })]
    public void Source_is_cut_at_both_edges(int x, float[] expected) =>
        Assert.Equal(expected, Combined(MaskOperation.Add, Some.SolidMask(0, 4, 1), Some.SolidMask(1, 2, 1), x).Values);

    [Fact]
    public void Whole_result_is_clamped() =>
        Assert.Equal([0f, 1f], Combined(MaskOperation.Add, Some.MaskRow(-5, 7), Some.MaskRow(1), 99).Values);

    [Fact]
    public void One_source_goes_with_every_destination_and_other_numbers_are_refused()
    {
        Assert.Equal([1f, 1f], Combined(MaskOperation.Or, Some.SolidMask(0, 1, 1, 2), Some.SolidMask(1, 1, 1)).Values);
        Some.Refuses(ImagingCodes.BatchMismatch, "source", () => Combined(MaskOperation.Or, Some.Mask(1, 1), Some.Mask(1, 1, 2)));
    }

    private static MaskBatch Combined(MaskOperation operation, MaskBatch destination, MaskBatch source, int x = 0) =>
        new MaskCombination { Operation = operation, X = x }.Apply(destination, source, TestContext.Current.CancellationToken);
}
