using Vortex.Tensors.Noise;
using Vortex.Testing.Golden;

namespace Vortex.Tensors.Tests.Noise;

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

    [Fact, Trait("kind", "golden")]
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

    [Fact, Trait("kind", "golden")]
    public void Draws_through_the_library_equal_the_recorded_ones_of_a_machine_without_avx2()
    {
        foreach (Safetensors file in GoldenCase.Find("07*").Select(found => found.Tensors("noise_scalar")))
        {
            foreach (string name in file.Names.Where(name => name.StartsWith("randn.", StringComparison.Ordinal)))
            {
                float[] actual = new float[file[name].Length];
                new NormalSource(Seed(name), library: true).Fill(actual);
                Assert.Equal(file[name].Floats(), actual);
            }
        }
    }

    [Fact, Trait("kind", "golden")]
    public void Draws_of_doubles_and_even_ones_equal_the_recorded_ones()
    {
        foreach (Safetensors file in GoldenCase.Find("07*").SelectMany(found => new[] { found.Tensors("noise_avx2"), found.Tensors("noise_scalar") }))
        {
            foreach (string name in file.Names)
            {
                NormalSource source = new(Seed(name));
                double[] doubles = new double[file[name].Length];
                float[] floats = new float[doubles.Length];
                switch (name.Split('.')[0])
                {
                    case "randn64":
                        // The last bits are those of the C library's logarithm.
                        source.Fill(doubles);
                        Assert.Equal(0, file[name].Doubles().Zip(doubles, (a, b) => Math.Abs(a - b)).Max(), 0.0);
                        break;
                    case "rand64":
                        source.FillUniform(doubles);
                        Assert.Equal(file[name].Doubles(), doubles);
                        break;
                    case "rand":
                        source.FillUniform(floats);
                        Assert.Equal(file[name].Floats(), floats);
                        break;
                }
            }
        }
    }

    [Fact, Trait("kind", "golden")]
    public void Noise_by_index_equals_the_recorded_one()
    {
        foreach (Safetensors file in GoldenCase.Find("07*").Select(found => found.Tensors("prepare_noise")))
        {
            foreach (string name in file.Names)
            {
                GoldenTensor expected = file[name];
                float[] actual = new float[expected.Length];
                string how = name.Split('.')[^1];
                if (how.StartsWith("inds", StringComparison.Ordinal))
                {
                    int[] indices = [.. how["inds".Length..].Split('_').Select(index => int.Parse(index, System.Globalization.CultureInfo.InvariantCulture))];
                    NormalSource.FillByIndex(Seed(name), indices, actual);
                }
                else
                {
                    new NormalSource(Seed(name)).Fill(actual);
                }

                Assert.Equal(expected.Floats(), actual);
            }
        }
    }

    [Fact, Trait("kind", "golden")]
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
