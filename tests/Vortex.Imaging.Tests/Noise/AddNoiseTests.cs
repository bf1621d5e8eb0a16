using Vortex.Imaging.Noise;

namespace Vortex.Imaging.Tests.Noise;

public sealed class AddNoiseTests
{
    [Fact]
    public void Noise_of_no_strength_only_clamps_and_one_seed_gives_one_picture()
    {
        ImageBatch image = Some.Image(9, 5);
        Assert.Equal(image.Values, new AddNoise { Strength = 0 }.Apply(image, TestContext.Current.CancellationToken).Values);
        AddNoise noise = new() { Seed = 3 };
        ImageBatch once = noise.Apply(image, TestContext.Current.CancellationToken);
        Assert.Equal(once.Values, noise.Apply(image, TestContext.Current.CancellationToken).Values);
        Assert.NotEqual(once.Values, (noise with { Seed = 4 }).Apply(image, TestContext.Current.CancellationToken).Values);
        Assert.All(once.Values, value => Assert.InRange(value, 0f, 1f));
    }
}
