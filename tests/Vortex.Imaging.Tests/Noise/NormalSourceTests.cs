using Vortex.Imaging.Noise;
using Vortex.Testing.Golden;

namespace Vortex.Imaging.Tests.Noise;

public sealed class NormalSourceTests
{
    // The first outputs for seed 5489 are printed with the reference implementation of the generator.
    [Fact]
    public void Generator_gives_its_published_numbers()
    {
        MersenneTwister generator = new(5489);
        Assert.Equal([3499211612u, 581869302u, 3890346734u], [generator.NextUInt32(), generator.NextUInt32(), generator.NextUInt32()]);
        for (int i = 4; i < 10_000; i++)
        {
            generator.NextUInt32();
        }

        Assert.Equal(4123659995u, generator.NextUInt32());
    }

    [Fact]
    public void Upper_half_of_a_seed_does_not_matter() =>
        Assert.Equal(Drawn(5, 40), Drawn((1UL << 32) + 5, 40));

    [Fact]
    public void Draws_equal_the_recorded_ones_bit_for_bit()
    {
        int compared = 0;
        foreach (Safetensors file in GoldenCase.Find("07*").Select(found => found.Tensors("noise_avx2")))
        {
            foreach (string name in file.Names.Where(name => name.StartsWith("randn.", StringComparison.Ordinal)))
            {
                float[] expected = file[name].Floats();
                Assert.Equal(expected, Drawn(Seed(name), expected.Length));
                compared++;
            }
        }

        Assert.NotEqual(0, compared);
    }

    [Fact]
    public void Value_left_over_from_a_small_draw_waits_past_a_large_one()
    {
        foreach (Safetensors file in GoldenCase.Find("07*").Select(found => found.Tensors("noise_avx2")))
        {
            foreach (IGrouping<ulong, string> sequence in file.Names.Where(name => name.StartsWith("seq.", StringComparison.Ordinal)).GroupBy(Seed))
            {
                NormalSource source = new(sequence.Key);
                foreach (string name in sequence.Order(StringComparer.Ordinal))
                {
                    float[] actual = new float[file[name].Length];
                    source.Fill(actual);
                    Assert.Equal(file[name].Floats(), actual);
                }
            }
        }
    }

    [Fact]
    public void Many_values_have_mean_zero_and_deviation_one()
    {
        float[] values = Drawn(7, 100_003);
        double mean = values.Average();
        Assert.Equal(0, mean, 0.02);
        Assert.Equal(1, Math.Sqrt(values.Average(value => (value - mean) * (value - mean))), 0.02);
    }

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

    private static float[] Drawn(ulong seed, int count)
    {
        float[] values = new float[count];
        new NormalSource(seed).Fill(values);
        return values;
    }

    // randn.seed42.1x4x8x8 or seq.seed42.0
    private static ulong Seed(string name) =>
        ulong.Parse(name.Split('.')[1].AsSpan("seed".Length), System.Globalization.CultureInfo.InvariantCulture);
}
