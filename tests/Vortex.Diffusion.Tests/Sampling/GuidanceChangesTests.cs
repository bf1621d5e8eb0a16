using Vortex.Diffusion.Conditioning;
using Vortex.Diffusion.Detection;
using Vortex.Diffusion.Networks;
using Vortex.Diffusion.Recipes;
using Vortex.Diffusion.Sampling.Guidance;
using Vortex.Diffusion.Sampling.Guidance.Changes;
using Vortex.Diffusion.Sampling.Samplers;
using Vortex.Diffusion.Sampling.Schedules;
using Vortex.Tensors;
using Vortex.Tensors.Cpu;

namespace Vortex.Diffusion.Tests.Sampling;

/// <summary>Guidance against the formulas, worked out value by value over what a network of known answers says.</summary>
public sealed class GuidanceChangesTests : IDisposable
{
    private const float Sigma = 2;
    private const int Height = 6;
    private const int Width = 8;
    private const int Size = 4 * Height * Width;

    private static readonly float[] s_positive = [1, 0.2f, 0];
    private static readonly float[] s_negative = [0.3f, 1, 0];
    private static readonly float[] s_empty = [0.1f, 0, 0.5f];

    private readonly CpuBackend _backend = new();
    private readonly TensorScope _scope = TensorScope.Begin();

    public void Dispose()
    {
        _scope.Dispose();
        _backend.Dispose();
    }

    [Theory]
    [InlineData(8, 1)]
    [InlineData(1, 2.5)]
    [InlineData(3, 0)]
    [InlineData(1, 0)]
    public void Perp_neg_takes_away_what_is_perpendicular_to_the_prompt(float scale, float negativeScale)
    {
        double[] positive = Answer(s_positive);
        double[] negative = Answer(s_negative);
        double[] empty = Answer(s_empty);
        double dot = 0;
        double length = 0;
        for (int i = 0; i < Size; i++)
        {
            dot += (negative[i] - empty[i]) * (positive[i] - empty[i]);
            length += (positive[i] - empty[i]) * (positive[i] - empty[i]);
        }

        double[] expected = new double[Size];
        for (int i = 0; i < Size; i++)
        {
            double wanted = positive[i] - empty[i];
            expected[i] = empty[i] + (scale * (wanted - (negativeScale * (negative[i] - empty[i] - (dot / length * wanted)))));
        }

        DiffusionModel model = Model(new Told());
        Equal(expected, Predict(new PerpNegGuider(model, List(s_positive), List(s_negative), List(s_empty), scale, negativeScale)));
    }

    [Fact]
    public void Perp_neg_without_a_direction_takes_all_of_the_negative_prompt_away()
    {
        double[] negative = Answer(s_negative);
        double[] empty = Answer(s_empty);
        double[] expected = [.. empty.Select((value, i) => value - (2 * (negative[i] - value)))];
        Equal(expected, Predict(new PerpNegGuider(Model(new Told()), List(s_empty), List(s_negative), List(s_empty), 2, 1)));
    }

    [Theory]
    [InlineData(3)]
    [InlineData(0)]
    public void Perturbed_attention_leads_away_from_the_answer_of_a_middle_that_sees_itself_alone(float scale)
    {
        double[] positive = Answer(s_positive);
        double[] negative = Answer(s_negative);

        // The network of this test answers so where its middle block's attention is replaced.
        double[] perturbed = Answer(s_positive, Told.Replaced);
        double[] expected = [.. positive.Select((value, i) => negative[i] + (4 * (value - negative[i])) + (scale * (value - perturbed[i])))];
        DiffusionModel model = Model(new Told(), ModelOptions.Of(ModelOptions.PerturbedAttention, ("scale", scale)));
        Equal(expected, Predict(new CfgGuider(model, List(s_positive), List(s_negative), 4)));
        double[] alone = [.. positive.Select((value, i) => value + (scale * (value - perturbed[i])))];
        Equal(alone, Predict(new BasicGuider(model, List(s_positive))));
        Equal(alone, Predict(new CfgGuider(model, List(s_positive), List(s_negative), 1)));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public void Self_attention_guidance_leads_away_from_what_is_blurred_where_the_network_looks(float cfg)
    {
        // Of 3 x 4 tokens, each two pixels a side, all look at token 5: row 1, column 1.
        double[] positive = Answer(s_positive);
        double[] negative = Answer(s_negative);
        double[] blurred = Blurred(negative, 2);
        double[] degraded = new double[Size];
        for (int i = 0; i < Size; i++)
        {
            (int y, int x) = (i / Width % Height, i % Width);
            degraded[i] = y / 2 == 1 && x / 2 == 1 ? blurred[i] : negative[i];
        }

        double[] asked = [.. degraded.Select((value, i) => value + X(i) - negative[i])];
        double[] answered = Answer(s_negative, x: i => asked[i]);
        double[] expected = [.. positive.Select((value, i) => negative[i] + (cfg * (value - negative[i])) + (0.5 * (degraded[i] - answered[i])))];

        DiffusionModel model = Model(new Told { Tokens = 12, LooksAt = 5 }, ModelOptions.Of(ModelOptions.SelfAttention, ("scale", 0.5), ("blur_sigma", 2.0)));
        Equal(expected, Predict(new CfgGuider(model, List(s_positive), List(s_negative), cfg)));
    }

    [Fact]
    public void Self_attention_guidance_says_what_it_needs()
    {
        DiffusionModel model = Model(new Told { Tokens = 12 }, ModelOptions.Of(ModelOptions.SelfAttention, ("scale", 0.5), ("blur_sigma", 2.0)));
        Assert.Equal(DiffusionCodes.Mismatch, Assert.Throws<DiffusionException>(() => Predict(new BasicGuider(model, List(s_positive)))).Code);
        DiffusionModel blind = Model(new Told(), ModelOptions.Of(ModelOptions.SelfAttention, ("scale", 0.5), ("blur_sigma", 2.0)));
        Assert.Contains("middle block", Assert.Throws<DiffusionException>(() => Predict(new CfgGuider(blind, List(s_positive), List(s_negative), 4))).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(64, 64, 64, 8, 8)]
    [InlineData(96, 96, 64, 12, 8)]
    [InlineData(60, 44, 88, 5, 12)]
    [InlineData(1, 8, 8, 1, 1)]
    [InlineData(7, 8, 8, 1, 7)]
    public void Tokens_lie_in_a_grid_of_the_latent_s_proportions(int tokens, int height, int width, int rows, int columns) =>
        Assert.Equal((rows, columns), SelfAttentionGuidance.Grid(tokens, height, width));

    [Fact]
    public void A_blur_of_nothing_changes_nothing_and_one_of_an_even_picture_neither()
    {
        Tensor picture = _backend.From([.. Enumerable.Range(0, Size).Select(i => (float)X(i))], [1, 4, Height, Width]);
        Assert.Equal(picture.ToArray(), SelfAttentionGuidance.Blur(picture, 0).ToArray());
        Assert.All(SelfAttentionGuidance.Blur(_backend.Full([1, 4, Height, Width], 0.7f), 2).ToArray(), value => Assert.Equal(0.7, value, 1e-6));
    }

    [Theory]
    [InlineData(1, 999, 1)]
    [InlineData(0, 999, 1)]
    [InlineData(1, 500, 500 / 999.0)]
    [InlineData(1, 0, 0)]
    [InlineData(0.25, 500, 500 / 999.0)]
    public void A_differential_mask_says_from_when_on_a_pixel_changes(float strength, float time, double threshold)
    {
        DiscreteSampling sampling = DiscreteSampling.Create(PredictionKind.Noise);
        float[] grey = [0, 0.25f, 0.5f, 0.51f, 1];
        Tensor mask = new DifferentialMask(strength).At(_backend.From(grey, [1, 1, 1, 5]), sampling.Sigma(time), sampling, [sampling.Sigma(999), sampling.Sigma(500), 0]);
        double own = strength is > 0 and < 1 ? strength : 1;
        Assert.All(mask.ToArray().Zip(grey), pair => Assert.Equal(((pair.Second >= threshold ? 1 : 0) * own) + (pair.Second * (1 - own)), pair.First, 1e-6));
    }

    private static double X(int i) => Math.Sin(i * 0.7) * 3;

    // What the clean latent is for a prompt: the noisy one less the noise that the network tells.
    private static double[] Answer(float[] prompt, double extra = 0, Func<int, double>? x = null) =>
        [.. Enumerable.Range(0, Size).Select(i => (x ?? X)(i) - (Sigma * (Told.Noise(prompt, i, extra) + (Told.Share * (x ?? X)(i) / Math.Sqrt((Sigma * Sigma) + 1)))))];

    private static double[] Blurred(double[] picture, double sigma)
    {
        double[] line = [.. Enumerable.Range(-4, 9).Select(i => Math.Exp(-0.5 * i * i / (sigma * sigma)))];
        double sum = line.Sum();
        double[] result = new double[Size];
        for (int i = 0; i < Size; i++)
        {
            (int plane, int y, int x) = (i / (Height * Width), i / Width % Height, i % Width);
            for (int dy = -4; dy <= 4; dy++)
            {
                for (int dx = -4; dx <= 4; dx++)
                {
                    result[i] += line[dy + 4] * line[dx + 4] / (sum * sum) * picture[(((plane * Height) + Mirrored(y + dy, Height)) * Width) + Mirrored(x + dx, Width)];
                }
            }
        }

        return result;
    }

    private static int Mirrored(int i, int size) => i < 0 ? -i : i >= size ? (2 * (size - 1)) - i : i;

    private static void Equal(double[] expected, float[] actual) => Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, 2e-4));

    private float[] Predict(Guider guider)
    {
        Tensor x = _backend.From([.. Enumerable.Range(0, Size).Select(i => (float)X(i))], [1, 4, Height, Width]);
        using PreparedConditionings prepared = PreparedConditionings.Prepare(guider.Model, guider.Lists, x.Shape, x, null, 0);
        using ConditioningEvaluator evaluator = new(guider.Model, TestContext.Current.CancellationToken);
        return guider.Predict(evaluator, prepared, x, Sigma, false).Value.ToArray();
    }

    private ConditioningList List(float[] prompt) => new([new ConditioningEntry { Text = _backend.From(prompt, [1, 1, 3]).Detach() }]);

    private DiffusionModel Model(Told network, params ReadOnlySpan<OptionRecipe> options) => new DiffusionModel
    {
        Network = network,
        Backend = _backend,
        Sampling = DiscreteSampling.Create(PredictionKind.Noise),
        Latents = LatentFormats.Sd15,
    }.WithOptions([.. options]);

    /// <summary>Tells noise of known shape, as much of each as the prompt says, and something of the latent.</summary>
    private sealed class Told : IDiffusionNetwork
    {
        public const double Share = 0.25;
        public const double Replaced = 0.3;

        /// <summary>Gets the tokens of the middle block's first self attention; 0 for no such block.</summary>
        public int Tokens { get; init; }

        /// <summary>Gets the token that all look at.</summary>
        public int LooksAt { get; init; }

        public static double Noise(float[] prompt, int i, double extra) =>
            extra + (prompt[0] * Math.Sin(i)) + (prompt[1] * Math.Cos(i * 1.3)) + (prompt[2] * Math.Sin(i * 0.11));

        public Tensor Forward(NetworkInput input)
        {
            ITensorBackend backend = input.Latent.Backend;
            float[] prompts = input.Context.ToArray();
            float[] noise = new float[input.Latent.Count];
            double extra = Attend(input) ? Replaced : 0;
            for (int i = 0; i < noise.Length; i++)
            {
                noise[i] = (float)Noise(prompts[(i / Size * 3)..], i % Size, extra);
            }

            return backend.From(noise, input.Latent.Shape) + (input.Latent * (float)Share);
        }

        private bool Attend(NetworkInput input)
        {
            AttentionPlace place = new("middle", 0, 0, false, 2, input);
            int tokens = Math.Max(Tokens, 1);
            float[] keys = new float[input.Latent.Shape[0] * tokens * 4];
            for (int i = 0; i < keys.Length; i++)
            {
                keys[i] = i / 4 % tokens == LooksAt ? 20 : 0;
            }

            Tensor query = input.Latent.Backend.Full([input.Latent.Shape[0], tokens, 4], 1);
            Tensor key = input.Latent.Backend.From(keys, query.Shape);
            return input.Hooks.Attention.Where(hook => Tokens > 0 || hook is not AttentionMap).Select(hook => hook.Attend(place, query, key, query)).ToList().Exists(result => result is not null);
        }
    }
}
