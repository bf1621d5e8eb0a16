using Vortex.Imaging.Masks;

namespace Vortex.Imaging.Tests.Masks;

public sealed class GrowMaskTests
{
    [Fact]
    public void Point_becomes_a_diamond_or_a_square()
    {
        float[] values = new float[25];
        values[12] = 1f;
        MaskBatch point = new(1, 5, 5, values);
        Assert.Equal([0f, 0, 1, 0, 0, 0, 1, 1, 1, 0, 1, 1, 1, 1, 1, 0, 1, 1, 1, 0, 0, 0, 1, 0, 0], Grown(point, 2, true).Values);
        Assert.All(Grown(point, 2, false).Values, value => Assert.Equal(1f, value));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Steps_equal_the_definition_repeated(bool tapered)
    {
        MaskBatch mask = Some.Mask(23, 14, 2, seed: 9);
        foreach (int expand in (ReadOnlySpan<int>)[1, -1, 3, -4, 9])
        {
            MaskBatch expected = mask;
            for (int step = 0; step < Math.Abs(expand); step++)
            {
                expected = Step(expected, expand > 0, tapered);
            }

            Assert.Equal(expected.Values, Grown(mask, expand, tapered).Values);
        }
    }

    [Theory]
    [InlineData(int.MaxValue, true)]
    [InlineData(int.MinValue, true)]
    [InlineData(int.MaxValue, false)]
    [InlineData(int.MinValue, false)]
    public void Any_number_of_steps_ends_in_one_value(int expand, bool tapered)
    {
        MaskBatch mask = Some.Mask(17, 5);
        float expected = expand > 0 ? mask.Values.Max() : mask.Values.Min();
        Assert.All(Grown(mask, expand, tapered).Values, value => Assert.Equal(expected, value));
    }

    [Fact]
    public void No_step_gives_the_mask_itself_and_the_source_is_never_written()
    {
        MaskBatch mask = Some.Mask(9, 9);
        float[] before = [.. mask.Values];
        Assert.Same(mask, Grown(mask, 0, true));
        _ = Grown(mask, 5, true);
        Assert.Equal(before, mask.Values);
    }

    private static MaskBatch Grown(MaskBatch mask, int expand, bool tapered) =>
        new GrowMask { Expand = expand, TaperedCorners = tapered }.Apply(mask, TestContext.Current.CancellationToken);

    private static MaskBatch Step(MaskBatch mask, bool grow, bool tapered)
    {
        float[] result = new float[mask.Values.Length];
        for (int i = 0; i < result.Length; i++)
        {
            (int row, int x) = Math.DivRem(i, mask.Width);
            (int entry, int y) = Math.DivRem(row, mask.Height);
            float best = mask.Values[i];
            for (int dy = -1; dy <= 1; dy++)
            {
                for (int dx = -1; dx <= 1; dx++)
                {
                    if ((tapered && dx != 0 && dy != 0) || x + dx < 0 || x + dx >= mask.Width || y + dy < 0 || y + dy >= mask.Height)
                    {
                        continue;
                    }

                    float value = mask.Mask(entry)[((y + dy) * mask.Width) + x + dx];
                    best = grow ? Math.Max(best, value) : Math.Min(best, value);
                }
            }

            result[i] = best;
        }

        return new(mask.Count, mask.Height, mask.Width, result);
    }
}
