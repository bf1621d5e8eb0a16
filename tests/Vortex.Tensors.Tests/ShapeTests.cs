namespace Vortex.Tensors.Tests;

public sealed class ShapeTests
{
    [Fact]
    public void Shapes_broadcast_by_the_rule_of_numpy()
    {
        Assert.Equal([2, 3, 4], Shape.Broadcast([3, 1], [2, 1, 4]));
        Assert.Throws<TensorShapeException>(() => Shape.Broadcast([3], [2]));
    }

    [Fact]
    public void Negative_index_counts_from_the_last_dimension() => Assert.Equal(4, new Shape([2, 3, 4])[-1]);
}
