using Vortex.Diffusion;
using Vortex.Diffusion.Latents;
using Vortex.Tensors;

namespace Vortex.Nodes.Tests.Packs;

public sealed class LatentJoinNodesTests
{
    [Theory]
    [InlineData("x", 1, 1, 4, new float[] { 0, 1, 10, 11 })]
    [InlineData("-x", 1, 1, 4, new float[] { 10, 11, 0, 1 })]
    [InlineData("y", 1, 2, 2, new float[] { 0, 1, 10, 11 })]
    [InlineData("-y", 1, 2, 2, new float[] { 10, 11, 0, 1 })]
    [InlineData("t", 2, 1, 2, new float[] { 0, 1, 10, 11 })]
    public async Task Latents_are_put_side_by_side(string direction, int channels, int height, int width, float[] expected)
    {
        LatentBatch joined = Assert.IsType<LatentBatch>(await Core.OneAsync(
            "LatentConcat", ("samples1", Of([1, 1, 1, 2], 0, 1)), ("samples2", Of([1, 1, 1, 2], 10, 11)), ("dim", direction)));
        Assert.Equal(new Shape([1, channels, height, width]), joined.Samples.Shape);
        Assert.Equal(expected, joined.Samples.ToArray());
    }

    [Fact]
    public async Task The_second_batch_is_repeated_to_the_first_one_s_number()
    {
        LatentBatch joined = Assert.IsType<LatentBatch>(await Core.OneAsync(
            "LatentConcat", ("samples1", Of([2, 1, 1, 1], 0, 1)), ("samples2", Of([1, 1, 1, 1], 10)), ("dim", "x")));
        Assert.Equal([0, 10, 1, 10], joined.Samples.ToArray());
    }

    [Theory]
    [InlineData("x", 1, 2, new float[] { 1, 2 })]
    [InlineData("x", 3, 9, new float[] { 3 })]
    [InlineData("x", 100, 1, new float[] { 3 })]
    [InlineData("x", -2, 1, new float[] { 2 })]
    [InlineData("x", -100, 2, new float[] { 0, 1 })]
    [InlineData("y", 0, 5, new float[] { 0, 1, 2, 3 })]
    [InlineData("t", 0, 1, new float[] { 0, 1, 2, 3 })]
    public async Task A_strip_is_cut_out(string direction, int index, int amount, float[] expected)
    {
        LatentBatch cut = Assert.IsType<LatentBatch>(await Core.OneAsync(
            "LatentCut", ("samples", Of([1, 1, 1, 4], 0, 1, 2, 3)), ("dim", direction), ("index", index), ("amount", amount)));
        Assert.Equal(expected, cut.Samples.ToArray());
    }

    [Fact]
    public async Task What_does_not_fit_is_said()
    {
        (string, object?) first = ("samples1", Of([1, 1, 1, 2], 0, 1));
        NodeProblemException problem = await Core.ProblemAsync("LatentConcat", first, ("samples2", Of([1, 1, 2, 1], 0, 1)), ("dim", "x"));
        Assert.Equal((DiffusionCodes.Mismatch, "samples2"), (problem.Code, problem.Port));
        Assert.Equal("node.unknown_choice", (await Core.ProblemAsync("LatentConcat", first, ("samples2", Of([1, 1, 1, 2], 0, 1)), ("dim", "z"))).Code);
        problem = await Core.ProblemAsync("LatentCut", ("samples", Of([1, 1, 1, 2], 0, 1)), ("dim", "x"), ("index", 0), ("amount", 0));
        Assert.Equal((DiffusionCodes.OutOfRange, "amount"), (problem.Code, problem.Port));
    }

    private static LatentBatch Of(Shape shape, params float[] values) => new() { Samples = TestModels.Backend.From(values, shape).Detach() };
}
