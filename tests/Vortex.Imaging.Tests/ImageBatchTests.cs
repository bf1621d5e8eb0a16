namespace Vortex.Imaging.Tests;

public sealed class ImageBatchTests
{
    [Fact]
    public void Shape_and_values_must_agree() =>
        Assert.Throws<ArgumentException>(() => new ImageBatch(1, 2, 2, 3, new float[11]));

    [Fact]
    public void Picture_is_the_slice_of_one_batch_entry()
    {
        ImageBatch batch = new(2, 1, 2, 1, [0f, 1f, 2f, 3f]);
        Assert.Equal([2f, 3f], batch.Picture(1).ToArray());
    }
}
