using System.Globalization;
using System.Text.Json;
using Vortex.Diffusion.Sampling.Noise;
using Vortex.Testing.Golden;

namespace Vortex.Diffusion.Tests.Sampling;

[Trait("kind", "golden")]
public sealed class BrownianGoldenTests(ITestOutputHelper output)
{
    [Fact]
    public void Seeds_of_tree_nodes_are_those_of_numpy()
    {
        int count = 0;
        foreach (JsonProperty entry in GoldenCase.Find("04c*").SelectMany(golden => golden.Json.GetProperty("numpy_SeedSequence_generate_state_4").EnumerateObject()))
        {
            // entropy 42 spawn_key [5, 3] pool_size 24
            string[] parts = entry.Name.Split(["entropy ", " spawn_key [", "] pool_size "], StringSplitOptions.None);
            uint[] key = [.. parts[2].Split(',', StringSplitOptions.RemoveEmptyEntries).Select(word => uint.Parse(word, CultureInfo.InvariantCulture))];
            uint[] words = new uint[4];
            SeedSequence.Generate(ulong.Parse(parts[1], CultureInfo.InvariantCulture), key, int.Parse(parts[3], CultureInfo.InvariantCulture), words);
            Assert.Equal(entry.Value.EnumerateArray().Select(word => word.GetUInt32()), words);
            count++;
        }

        Assert.True(count > 0);
    }

    [Fact]
    public void Noise_between_levels_is_the_references()
    {
        foreach (GoldenCase golden in GoldenCase.Find("04c*"))
        {
            double allowed = golden.Json.GetProperty("tolerance").GetProperty("abs").GetDouble();
            Safetensors tensors = golden.Tensors("brownian");
            float[] sigmas = tensors["sigmas"].Floats();
            float middle = tensors["mid"].Floats()[0];
            double worst = 0;
            foreach (string seed in golden.Json.GetProperty("config").GetProperty("seeds").EnumerateArray().Select(seed => seed.GetString()!))
            {
                float least = sigmas.Where(sigma => sigma > 0).Min();
                BrownianNoise noise = new(ulong.Parse(seed, CultureInfo.InvariantCulture), tensors[$"seed{seed}.step0"].Length, least, sigmas.Max());
                foreach (string name in tensors.Names.Where(name => name.StartsWith($"seed{seed}.", StringComparison.Ordinal)))
                {
                    string what = name[(name.IndexOf('.', StringComparison.Ordinal) + 1)..];
                    float[] actual = what switch
                    {
                        "mid_first" => noise.Draw(sigmas[Before(sigmas, middle)], middle),
                        "mid_second" => noise.Draw(middle, sigmas[Before(sigmas, middle) + 1]),
                        "reversed" => noise.Draw(sigmas[3], sigmas[2]),
                        _ => Step(noise, sigmas, int.Parse(what[4..], CultureInfo.InvariantCulture)),
                    };
                    GoldenComparison comparison = GoldenComparison.Of(actual, tensors[name].Floats());
                    worst = Math.Max(worst, comparison.Largest);
                    Assert.True(comparison.Largest <= allowed, $"{golden.Name} {name}: {comparison}");
                }
            }

            output.WriteLine($"{golden.Name}: worst {worst:G3}, allowed {allowed:G3}");
        }
    }

    private static int Before(float[] sigmas, float middle) => Array.FindLastIndex(sigmas, sigma => sigma > middle);

    private static float[] Step(BrownianNoise noise, float[] sigmas, int index) => noise.Draw(sigmas[index], sigmas[index + 1]);
}
