using Vortex.Diffusion.Text;
using Vortex.Diffusion.Weights;
using Vortex.Tensors;
using Vortex.Tensors.Cpu;

namespace Vortex.Diffusion.Tests.Text;

public sealed class TextEncoderTests : IDisposable
{
    private readonly CpuBackend _backend = new();

    public void Dispose() => _backend.Dispose();

    [Fact]
    public void A_weight_moves_a_token_away_from_the_empty_prompt_and_leaves_the_others_alone()
    {
        using TensorScope scope = TensorScope.Begin();
        TextEncoder encoder = Sd1();
        float[] empty = encoder.Encode("").Text.ToArray();
        float[] plain = encoder.Encode("cat dog").Text.ToArray();
        float[] weighted = encoder.Encode("cat (dog:1.5)").Text.ToArray();
        int width = encoder.Width;
        Assert.Equal(plain[..(2 * width)], weighted[..(2 * width)]);
        for (int i = 2 * width; i < 3 * width; i++)
        {
            Assert.Equal(((plain[i] - empty[i]) * 1.5f) + empty[i], weighted[i], 1e-4);
        }

        Assert.Equal(plain[(3 * width)..], weighted[(3 * width)..]);
    }

    [Fact]
    public void Long_prompts_become_several_chunks_that_do_not_see_each_other()
    {
        using TensorScope scope = TensorScope.Begin();
        TextEncoder encoder = Sd1();
        string full = string.Concat(Enumerable.Repeat("cat ", 75));
        EncodedText whole = encoder.Encode(string.Concat(Enumerable.Repeat(full, 9)) + "dog");
        Assert.Equal([1, 770, encoder.Width], whole.Text.Shape.ToArray());
        float[] last = whole.Text.Slice(1, 693, 77).ToArray();
        float[] alone = encoder.Encode("dog").Text.ToArray();
        Assert.True(last.Zip(alone).All(pair => Math.Abs(pair.First - pair.Second) < 1e-5));
        Assert.True(whole.Pooled.ToArray().Zip(encoder.Encode(full).Pooled.ToArray()).All(pair => Math.Abs(pair.First - pair.Second) < 1e-5));
    }

    [Fact]
    public void Clip_skip_beyond_the_first_block_means_the_normalised_last_one()
    {
        using TensorScope scope = TensorScope.Begin();
        TextEncoder encoder = Sd1();
        float[] plain = encoder.Encode("cat").Text.ToArray();
        Assert.Equal(plain, encoder.Encode("cat", clipSkip: -24).Text.ToArray());
        Assert.Equal(plain, encoder.Encode("cat", clipSkip: -1).Text.ToArray());
        Assert.NotEqual(plain, encoder.Encode("cat", clipSkip: -2).Text.ToArray());
    }

    [Fact]
    public void The_pooled_text_does_not_depend_on_clip_skip()
    {
        using TensorScope scope = TensorScope.Begin();
        TextEncoder encoder = Sd1();
        float[] plain = encoder.Encode("a cat").Pooled.ToArray();
        Assert.All(encoder.Encode("a cat", clipSkip: -3).Pooled.ToArray().Zip(plain), pair => Assert.Equal(pair.Second, pair.First, 1e-5));
    }

    [Fact]
    public void Two_prompts_of_sdxl_are_filled_to_the_same_number_of_chunks()
    {
        using TensorScope scope = TensorScope.Begin();
        TextEncoder encoder = TextEncoders.Create(TextFamily.Sdxl, TinyText.Weights(_backend, ("clip_l", 16), ("clip_g", 24)), TinyText.Words);
        EncodedText result = encoder.EncodePair("cat", string.Concat(Enumerable.Repeat("dog ", 100)));
        Assert.Equal([1, 154, 40], result.Text.Shape.ToArray());
        Assert.Equal([1, 24], result.Pooled.Shape.ToArray());
        Assert.Equal([1, 77, 40], encoder.Encode("cat").Text.Shape.ToArray());
    }

    [Fact]
    public void A_textual_inversion_of_another_width_is_left_out_with_a_warning()
    {
        using TensorScope scope = TensorScope.Begin();
        using SomeEmbeddings wide = new(24, ("good", 2));
        TextEncoder encoder = Sd1();
        EncodedText result = encoder.Encode("cat embedding:good dog", embeddings: wide);
        Assert.Contains("width 24", Assert.Single(result.Warnings), StringComparison.Ordinal);
        Assert.Equal(encoder.Encode("cat dog").Text.ToArray(), result.Text.ToArray());
    }

    [Fact]
    public void A_missing_textual_inversion_is_left_out_with_a_warning()
    {
        using TensorScope scope = TensorScope.Begin();
        using SomeEmbeddings none = new(16);
        TextEncoder encoder = Sd1();
        EncodedText result = encoder.Encode("cat embedding:nowhere, dog", embeddings: none);
        Assert.Contains("'nowhere'", Assert.Single(result.Warnings), StringComparison.Ordinal);
        Assert.Equal(encoder.Encode("cat , dog").Text.ToArray(), result.Text.ToArray());
    }

    [Theory]
    [InlineData("(cat:nan)")]
    [InlineData("(cat:inf)")]
    public void A_weight_that_is_not_finite_is_refused(string prompt)
    {
        using TensorScope scope = TensorScope.Begin();
        DiffusionException problem = Assert.Throws<DiffusionException>(() => Sd1().Encode(prompt));
        Assert.Equal((DiffusionCodes.OutOfRange, "text"), (problem.Code, problem.Argument));
    }

    [Fact]
    public void Missing_weights_are_all_named()
    {
        DiffusionException problem = Assert.Throws<DiffusionException>(
            () => TextEncoders.Create(TextFamily.Sdxl, TinyText.Weights(_backend, ("clip_l", 16)), TinyText.Words));
        Assert.Equal(DiffusionCodes.WeightsMissing, problem.Code);
    }

    [Fact]
    public void Encoding_leaves_no_tensors_behind()
    {
        TextEncoder encoder = Sd1();
        encoder.Encode("(cat:1.2)").Text.Dispose();
        GC.Collect();
        long before = _backend.Memory.InUse;
        using (TensorScope.Begin())
        {
            encoder.Encode("(cat:1.2) and (dog:0.5), hello", clipSkip: -2);
            encoder.Encode(string.Concat(Enumerable.Repeat("dog ", 1000)));
        }

        // The empty prompt of the second layer stays for the next encoding.
        Assert.InRange(_backend.Memory.InUse - before, 0, 2 * 77 * encoder.Width * sizeof(float));
    }

    private TextEncoder Sd1() => TextEncoders.Create(TextFamily.Sd1, TinyText.Weights(_backend, ("clip_l", 16)), TinyText.Words);
}
