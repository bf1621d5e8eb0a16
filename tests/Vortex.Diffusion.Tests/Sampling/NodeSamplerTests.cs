using System.Collections.Immutable;
using Vortex.Diffusion.Recipes;
using Vortex.Diffusion.Sampling.Samplers;
using Vortex.Diffusion.Sampling.Schedules;
using Vortex.Tensors;
using Vortex.Tensors.Cpu;
using Vortex.Tensors.Noise;

namespace Vortex.Diffusion.Tests.Sampling;

/// <summary>Samplers without recorded runs, against what is known exactly: a denoiser of normally distributed pictures, whose path is a formula.</summary>
public sealed class NodeSamplerTests : IDisposable
{
    private const double Spread = 0.8;

    private readonly CpuBackend _backend = new();
    private readonly TensorScope _scope = TensorScope.Begin();

    public void Dispose()
    {
        _scope.Dispose();
        _backend.Dispose();
    }

    [Theory]
    [InlineData("phi_1")]
    [InlineData("phi_2")]
    public void Exponential_Heun_has_order_two(string solver)
    {
        double[] errors = [.. new[] { 8, 16, 32 }.Select(steps => Math.Abs(One(Recipe("exp_heun_2_x0", solver), steps) - Exact(3, 10, 0.1)))];
        Assert.InRange(errors[0] / errors[1], 3.3, 6);
        Assert.InRange(errors[1] / errors[2], 3.3, 6);
    }

    [Fact]
    public void Exponential_Heun_makes_a_step_as_its_formula_says()
    {
        (double sigma, double next, double x) = (4, 1, 3);
        double h = Math.Log(sigma / next);
        double first = Clean(x, sigma);
        double second = Clean((next / sigma * x) + ((1 - Math.Exp(-h)) * first), next);
        double half = (Math.Exp(-h) - 1 + h) / h;
        double expected = (next / sigma * x) + ((1 - Math.Exp(-h) - half) * first) + (half * second);
        Assert.Equal(expected, Run(Recipe("exp_heun_2_x0", "phi_2"), [4, 1], 3)[0], 1e-5);
    }

    [Fact]
    public void Stochastic_exponential_Heun_is_seeds_2_with_its_second_stage_at_the_end()
    {
        SamplerRecipe seeds = new("seeds_2") { Numbers = Numbers(("r", 1), ("eta", 1), ("s_noise", 1)), Texts = Texts("phi_2") };
        float[] sigmas = [10, 5, 2, 0.5f, 0];
        Assert.Equal(Run(seeds, sigmas, 3), Run(new SamplerRecipe("exp_heun_2_x0_sde"), sigmas, 3));
        SamplerRecipe still = new("exp_heun_2_x0_sde") { Numbers = Numbers(("eta", 0)) };
        Assert.Equal(Run(new SamplerRecipe("exp_heun_2_x0"), sigmas, 3), Run(still, sigmas, 3));
    }

    [Fact]
    public void Stochastic_exponential_Heun_ends_with_the_spread_of_the_pictures()
    {
        NormalSource source = new(3);
        float[] start = new float[16384];
        source.Fill(start);
        double level = Math.Sqrt((10 * 10) + (Spread * Spread));
        Tensor x = _backend.From([.. start.Select(value => (float)(value * level))], [1, 1, 128, 128]);
        using Tensor end = SamplerRegistry.Sample(new SamplerRecipe("exp_heun_2_x0_sde"), new Normal(), x, Levels(40, 10, 0.05), 5, null, TestContext.Current.CancellationToken);
        float[] values = end.ToArray();
        double mean = values.Average();
        Assert.Equal(Math.Sqrt((Spread * Spread) + (0.05 * 0.05)), Math.Sqrt(values.Average(value => (value - mean) * (value - mean))), 0.02);
    }

    [Fact]
    public void The_other_CFG_plus_plus_steps_along_its_own_slope()
    {
        // (x - 2 * denoised + unconditional) / sigma, with an unconditional answer of half the denoised one.
        double denoised = Clean(3, 4);
        double expected = 3 + ((3 - (2 * denoised) + (denoised / 2)) / 4 * (1 - 4));
        Assert.Equal(expected, Run(new SamplerRecipe("euler_pp"), [4, 1], 3)[0], 1e-5);
    }

    [Theory]
    [InlineData(-1, 2, new[] { 12, 16, 16, 16 })]
    [InlineData(4, 2, new[] { 10, 12, 14, 16 })]
    [InlineData(0, 2, new[] { 8, 8, 8, 8 })]
    [InlineData(100, 0.5, new[] { 7, 6, 6, 5 })]
    public void Consistency_steps_enlarge_the_latent_on_the_way(int steps, double ratio, int[] widths)
    {
        SamplerRecipe recipe = new("lcm_upscale") { Numbers = Numbers(("scale_ratio", ratio), ("scale_steps", steps)), Texts = ImmutableSortedDictionary<string, string>.Empty.Add("upscale_method", "nearest-exact") };
        List<int> seen = [];
        using Tensor end = SamplerRegistry.Sample(recipe, new Normal(), _backend.Full([1, 1, 8, 8], 3), [8, 4, 2, 1, 0], 9, step => seen.Add(step.X.Shape[3]), TestContext.Current.CancellationToken);
        Assert.Equal(widths, seen.Skip(1).Append(end.Shape[3]));
        Assert.Equal(end.Shape[2], end.Shape[3]);
    }

    [Fact]
    public void Noise_between_consistency_steps_goes_on_behind_the_initial_noise()
    {
        NormalSource source = new(9);
        source.Fill(new float[64]);
        float[] noise = new float[64];
        source.Fill(noise);
        SamplerRecipe recipe = new("lcm_upscale") { Numbers = Numbers(("scale_ratio", 1)) };
        float[] end = Run(recipe, [8, 2], 3, seed: 9, side: 8);
        Assert.All(end.Zip(noise), pair => Assert.Equal(Clean(3, 8) + (2 * pair.Second), pair.First, 1e-5));
    }

    [Theory]
    [InlineData(1.2, 10, 1, new[] { 14.61464f, 5.855201f, 2.84485f, 1.6705f, 1.088953f, 0.7480705f, 0.5011838f, 0.3210482f, 0.1989492f, 0.09824532f, 0 })]
    [InlineData(0.8, 2, 1, new[] { 14.61464f, 7.490016f, 0 })]
    [InlineData(1.5, 20, 0.5, new[] { 0.343706f, 0.3210482f, 0.2980783f, 0.2746429f, 0.2505337f, 0.2254539f, 0.1989492f, 0.1702608f, 0.1379212f, 0.09824532f, 0 })]
    [InlineData(1.0, 24, 0.25, new[] { 0.8318852f, 0.6293235f, 0.447883f, 0.295967f, 0.1709264f, 0.08024349f, 0 })]
    [InlineData(1.35, 7, 0.3, new[] { 0.1989492f, 0.09824532f, 0 })]
    [InlineData(1.2, 7, 0, new float[0])]
    public void Levels_of_GITS_are_the_published_ones(double coefficient, int steps, double denoise, float[] expected) =>
        Equal(expected, NamedSchedules.Gits(coefficient, steps, denoise));

    [Theory]
    [InlineData("FLUX", 10, 1, new[] { 0.9968f, 0.9886f, 0.9819f, 0.975f, 0.966f, 0.9471f, 0.9158f, 0.8287f, 0.5512f, 0.2808f, 0 })]
    [InlineData("FLUX", 14, 1, new[] { 0.9968f, 0.9909359f, 0.985723f, 0.9809113f, 0.9759827f, 0.9698469f, 0.9605618f, 0.9471f, 0.9246358f, 0.8774032f, 0.7818061f, 0.5842618f, 0.3749133f, 0.05608608f, 0 })]
    [InlineData("Wan", 20, 0.5, new[] { 0.973f, 0.968f, 0.96f, 0.946f, 0.927f, 0.902f, 0.864f, 0.776f, 0.539f, 0.208f, 0 })]
    [InlineData("Chroma", 6, 1, new[] { 0.992f, 0.9696638f, 0.8936216f, 0.69f, 0.370022f, 0.1348811f, 0 })]
    public void Optimal_steps_are_the_published_ones(string family, int steps, double denoise, float[] expected) =>
        Equal(expected, NamedSchedules.OptimalSteps(family, steps, denoise));

    [Fact]
    public void Every_GITS_schedule_falls_from_the_first_level_to_zero()
    {
        for (int coefficient = 80; coefficient <= 150; coefficient += 5)
        {
            for (int steps = 2; steps <= 30; steps++)
            {
                float[] sigmas = NamedSchedules.Gits(coefficient / 100.0, steps);
                Assert.Equal((steps + 1, 14.61464119f, 0f), (sigmas.Length, sigmas[0], sigmas[^1]));
                Assert.All(sigmas.Zip(sigmas.Skip(1)), pair => Assert.True(pair.First > pair.Second));
            }
        }
    }

    [Fact]
    public void What_is_out_of_range_is_named()
    {
        Assert.Equal("coeff", Assert.Throws<DiffusionException>(() => NamedSchedules.Gits(0.82, 10)).Argument);
        Assert.Equal("coeff", Assert.Throws<DiffusionException>(() => NamedSchedules.Gits(double.NaN, 10)).Argument);
        Assert.Equal("steps", Assert.Throws<DiffusionException>(() => NamedSchedules.Gits(1.2, 1)).Argument);
        Assert.Equal("model_type", Assert.Throws<DiffusionException>(() => NamedSchedules.OptimalSteps("SD1", 10)).Argument);
        Assert.Equal(DiffusionCodes.OutOfRange, Assert.Throws<DiffusionException>(() => Run(new SamplerRecipe("seeds_2") { Numbers = Numbers(("r", 0)) }, [4, 1], 3)).Code);
        Assert.Equal("upscale_method", Assert.Throws<DiffusionException>(() => Run(new SamplerRecipe("lcm_upscale") { Texts = ImmutableSortedDictionary<string, string>.Empty.Add("upscale_method", "x") }, [4, 1], 3)).Argument);
        Assert.DoesNotContain("lcm_upscale", SamplerRegistry.Names);
    }

    private static void Equal(float[] expected, float[] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, 1e-5 * Math.Max(1e-3, pair.First)));
    }

    private static double Clean(double x, double sigma) => x * Spread * Spread / ((Spread * Spread) + (sigma * sigma));

    // Along the path the value keeps its place in the distribution.
    private static double Exact(double x, double from, double to) => x * Math.Sqrt(((to * to) + (Spread * Spread)) / ((from * from) + (Spread * Spread)));

    private static float[] Levels(int steps, double from, double to) => [.. Enumerable.Range(0, steps + 1).Select(i => (float)(from * Math.Pow(to / from, i / (double)steps)))];

    private static ImmutableSortedDictionary<string, double> Numbers(params ReadOnlySpan<(string Name, double Value)> numbers)
    {
        ImmutableSortedDictionary<string, double> all = ImmutableSortedDictionary<string, double>.Empty;
        foreach ((string name, double value) in numbers)
        {
            all = all.Add(name, value);
        }

        return all;
    }

    private static ImmutableSortedDictionary<string, string> Texts(string solver) => ImmutableSortedDictionary<string, string>.Empty.Add("solver_type", solver);

    private static SamplerRecipe Recipe(string name, string solver) => new(name) { Texts = Texts(solver) };

    private double One(SamplerRecipe recipe, int steps) => Run(recipe, Levels(steps, 10, 0.1), 3)[0];

    private float[] Run(SamplerRecipe recipe, float[] sigmas, float start, ulong seed = 1, int side = 4)
    {
        using Tensor end = SamplerRegistry.Sample(recipe, new Normal(), _backend.Full([1, 1, side, side], start), sigmas, seed, null, TestContext.Current.CancellationToken);
        return end.ToArray();
    }

    /// <summary>Knows pictures whose values are normally distributed; the unconditional answer is half of the other.</summary>
    private sealed class Normal : IDenoiser
    {
        public ModelSampling Sampling { get; } = DiscreteSampling.Create(PredictionKind.Noise);

        public Denoised Denoise(Tensor x, float sigma, bool needsUnconditional)
        {
            float factor = (float)(Spread * Spread / ((Spread * Spread) + ((double)sigma * sigma)));
            return new Denoised(x * factor, x * (factor / 2));
        }
    }
}
