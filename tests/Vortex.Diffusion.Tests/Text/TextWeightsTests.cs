using Vortex.Diffusion.Detection;
using Vortex.Diffusion.Text;
using Vortex.Diffusion.Weights;
using Vortex.Tensors;
using Vortex.Tensors.Cpu;

namespace Vortex.Diffusion.Tests.Text;

public sealed class TextWeightsTests : IDisposable
{
    private readonly CpuBackend _backend = new();

    public void Dispose() => _backend.Dispose();

    [Fact]
    public void OpenCLIP_files_get_the_names_that_patches_know()
    {
        using TensorScope scope = TensorScope.Begin();
        IWeightSource weights = TextWeights.From((OpenClip("conditioner.embedders.0.model.", 1), new DetectedTextEncoder(TextEncoderKind.ClipG, "conditioner.embedders.0.model.", EncoderLayout.OpenClip))).Weights;
        const string Layer = "clip_g.transformer.text_model.encoder.layers.0.self_attn.";
        Assert.Equal([4, 5], weights.Load(Layer + "q_proj.bias").ToArray());
        Assert.Equal([12, 13], weights.Load(Layer + "v_proj.bias").ToArray());
        Assert.Equal<Shape>([2, 2], weights.ShapeOf(Layer + "k_proj.weight")!.Value);
        Assert.Equal([0, 2, 1, 3], weights.Load("clip_g.transformer.text_projection.weight").ToArray());
        Assert.Same(weights.Load(Layer + "q_proj.bias"), weights.Load(Layer + "q_proj.bias"));
    }

    [Theory]
    [InlineData(TextEncoderKind.ClipG)]
    [InlineData(TextEncoderKind.ClipL)]
    public void Two_files_are_told_apart_whatever_their_order(TextEncoderKind kindOfTheLarger)
    {
        (IWeightSource, DetectedTextEncoder) l = (Hugging("", 12), new(TextEncoderKind.ClipL, "", EncoderLayout.HuggingFace) { Layers = 12 });
        (IWeightSource, DetectedTextEncoder) g = (OpenClip("", 32), new(kindOfTheLarger, "", EncoderLayout.OpenClip) { Layers = 32 });
        foreach ((IWeightSource, DetectedTextEncoder)[] files in new[] { new[] { l, g }, [g, l] })
        {
            (IWeightSource weights, TextFamily family) = TextWeights.From([.. files]);
            Assert.Equal(TextFamily.Sdxl, family);
            Assert.NotNull(weights.ShapeOf("clip_l.transformer.text_model.encoder.layers.11.mlp.fc1.weight"));
            Assert.Null(weights.ShapeOf("clip_l.transformer.text_model.encoder.layers.12.mlp.fc1.weight"));
            Assert.NotNull(weights.ShapeOf("clip_g.transformer.text_model.encoder.layers.31.self_attn.q_proj.weight"));
        }
    }

    [Fact]
    public void Early_files_without_the_text_model_part_of_their_keys_are_taken()
    {
        const string Prefix = "cond_stage_model.transformer.";
        (IWeightSource weights, TextFamily family) = TextWeights.From((Hugging(Prefix, 1, ""), new DetectedTextEncoder(TextEncoderKind.ClipL, Prefix, EncoderLayout.HuggingFace)));
        Assert.Equal(TextFamily.Sd1, family);
        Assert.NotNull(weights.ShapeOf("clip_l.transformer.text_model.encoder.layers.0.mlp.fc1.weight"));
    }

    [Fact]
    public void Encoders_that_are_not_supported_are_named()
    {
        (IWeightSource, DetectedTextEncoder) t5 = (Hugging("", 1), new(TextEncoderKind.Other, "", EncoderLayout.HuggingFace) { Name = "T5 XXL" });
        DiffusionException problem = Assert.Throws<DiffusionException>(() => TextWeights.From(t5));
        Assert.Equal(DiffusionCodes.FamilyUnsupported, problem.Code);
        Assert.Contains("T5 XXL", problem.Message, StringComparison.Ordinal);
        Assert.Equal(DiffusionCodes.FamilyUnsupported, Assert.Throws<DiffusionException>(() => TextWeights.From(t5.Item1, [])).Code);
    }

    private TensorWeights Hugging(string prefix, int layers, string model = "text_model.")
    {
        Dictionary<string, Tensor> weights = Enumerable.Range(0, layers)
            .ToDictionary(i => $"{prefix}{model}encoder.layers.{i}.mlp.fc1.weight", _ => _backend.Full([2, 2], 1).Detach(), StringComparer.Ordinal);
        return new TensorWeights(_backend, weights);
    }

    private TensorWeights OpenClip(string prefix, int layers)
    {
        Dictionary<string, Tensor> weights = new(StringComparer.Ordinal) { [prefix + "text_projection"] = _backend.From([0f, 1, 2, 3], [2, 2]).Detach() };
        for (int i = 0; i < layers; i++)
        {
            string block = $"{prefix}transformer.resblocks.{i}.";
            weights[block + "ln_1.weight"] = _backend.Full([2], 1).Detach();
            weights[block + "mlp.c_fc.weight"] = _backend.Full([2, 2], 1).Detach();
            weights[block + "attn.in_proj_weight"] = _backend.Full([6, 2], 1).Detach();
            weights[block + "attn.in_proj_bias"] = _backend.From([4f, 5, 6, 7, 12, 13], [6]).Detach();
        }

        return new TensorWeights(_backend, weights);
    }
}
