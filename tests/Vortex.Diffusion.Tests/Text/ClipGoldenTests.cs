using System.Collections.Immutable;
using System.Text.Json;
using Vortex.Diffusion.Detection;
using Vortex.Diffusion.Text;
using Vortex.Diffusion.Weights;
using Vortex.Tensors;
using Vortex.Tensors.Cpu;
using Vortex.Testing.Golden;

namespace Vortex.Diffusion.Tests.Text;

[Trait("kind", "golden")]
public sealed class ClipGoldenTests
{
    [Fact]
    public void Clip_l_of_sd1_encodes_every_prompt_and_layer_as_the_reference()
    {
        using CpuBackend backend = new();
        foreach (GoldenCase found in GoldenCase.Find("01a*"))
        {
            ClipEncoder encoder = Encoder(found, backend, ModelFamilies.Sd15, found.Json.GetProperty("config"), found.Json.GetProperty("special_tokens"), ClipEncoderOptions.Sd1, Activation.QuickGelu);
            foreach (string output in found.Tensors("outputs").Names.Where(name => name.EndsWith(".cond", StringComparison.Ordinal)).Order(StringComparer.Ordinal))
            {
                using TensorScope scope = TensorScope.Begin();
                string[] name = output.Split('.');
                int? skip = name[1].StartsWith("layer-", StringComparison.Ordinal) ? int.Parse(name[1]["layer".Length..]) : null;
                (Tensor text, Tensor pooled) = encoder.Encode(Chunks(found, backend, name[0], ""), skip);
                GoldenWeights.AssertClose(found, found.Tensors("outputs")[output], text, output);
                GoldenWeights.AssertClose(found, found.Tensors("outputs")[$"{name[0]}.{name[1]}.pooled"], pooled, output + " pooled");
            }

            AssertTrace(found, backend, encoder, "", "");
        }
    }

    [Fact]
    public void The_pair_of_sdxl_encodes_every_prompt_and_layer_as_the_reference()
    {
        using CpuBackend backend = new();
        ClipTokenizer words = new(SomeVocabulary.OrSkip());
        foreach (GoldenCase found in GoldenCase.Find("01b*"))
        {
            (JsonElement config, JsonElement special) = (found.Json.GetProperty("config"), found.Json.GetProperty("special_tokens"));
            ClipEncoder l = Encoder(found, backend, ModelFamilies.Sdxl, config.GetProperty("clip_l"), special.GetProperty("l"), ClipEncoderOptions.SdxlL, Activation.QuickGelu);
            ClipEncoder g = Encoder(found, backend, ModelFamilies.Sdxl, config.GetProperty("clip_g"), special.GetProperty("g"), ClipEncoderOptions.SdxlG, Activation.Gelu);
            TextEncoder encoder = new(TextFamily.Sdxl, words, l, g);
            foreach (string output in found.Tensors("outputs").Names.Where(name => name.EndsWith(".cond", StringComparison.Ordinal)).Order(StringComparer.Ordinal))
            {
                using TensorScope scope = TensorScope.Begin();
                string name = output[..^".cond".Length];
                int at = name.IndexOf("clip_skip_", StringComparison.Ordinal);
                int? skip = at < 0 ? null : int.Parse(name[(at + "clip_skip_".Length)..]);
                EncodedText result = encoder.Encode([Chunks(found, backend, name, "_l"), Chunks(found, backend, name, "_g")], skip, [], default);
                GoldenWeights.AssertClose(found, found.Tensors("outputs")[output], result.Text, output);
                GoldenWeights.AssertClose(found, found.Tensors("outputs")[name + ".pooled"], result.Pooled, output + " pooled");
            }

            AssertTrace(found, backend, l, "l.", "_l");
            AssertTrace(found, backend, g, "g.", "_g");
        }
    }

    [Fact]
    public void The_encoder_of_sd2_encodes_every_prompt_and_layer_as_the_reference()
    {
        using CpuBackend backend = new();
        foreach (GoldenCase found in GoldenCase.Find("01c*"))
        {
            ClipEncoder encoder = Encoder(found, backend, ModelFamilies.Sd20, found.Json.GetProperty("config"), found.Json.GetProperty("special_tokens"), ClipEncoderOptions.Sd2, Activation.Gelu);
            foreach (string output in found.Tensors("outputs").Names.Where(name => name.EndsWith(".cond", StringComparison.Ordinal)).Order(StringComparer.Ordinal))
            {
                using TensorScope scope = TensorScope.Begin();
                string name = output[..^".cond".Length];
                (Tensor text, Tensor pooled) = encoder.Encode(Chunks(found, backend, name, ""));
                GoldenWeights.AssertClose(found, found.Tensors("outputs")[output], text, output);
                GoldenWeights.AssertClose(found, found.Tensors("outputs")[name + ".pooled"], pooled, output + " pooled");
            }

            AssertTrace(found, backend, encoder, "", "");
        }
    }

    private static ClipEncoder Encoder(
        GoldenCase found, CpuBackend backend, ModelFamily family, JsonElement config, JsonElement special, Func<int, int, ClipEncoderOptions> options, Activation activation)
    {
        Assert.Equal(activation == Activation.QuickGelu ? "quick_gelu" : "gelu", config.GetProperty("hidden_act").GetString());
        int Size(string name) => config.GetProperty(name).GetInt32();
        TensorWeights source = GoldenWeights.Weights(found, backend);
        KeyIndex keys = new(source.Names.Select(name => KeyValuePair.Create(name, source.ShapeOf(name)!.Value)));
        WeightSet weights = new(TextWeights.From(source, TextEncoderDetector.InCheckpoint(keys, family)).Weights);
        ClipTextConfig sizes = new(
            Size("hidden_size"), Size("num_hidden_layers"), Size("num_attention_heads"), Size("intermediate_size"), Size("vocab_size"), Size("max_position_embeddings"), activation);
        ClipEncoderOptions chosen = options(special.GetProperty("start").GetInt32(), special.GetProperty("end").GetInt32());
        Assert.Equal(special.GetProperty("pad").GetInt32(), chosen.Padding);
        Assert.Equal(sizes, ClipTextConfig.Detect(weights.Under(chosen.Name).Under("transformer"), activation) with { Heads = sizes.Heads });
        ClipEncoder encoder = TextEncoders.Encoder(weights, chosen, sizes);
        weights.ThrowIfIncomplete("a text encoder");
        return encoder;
    }

    private static ImmutableArray<ImmutableArray<PromptToken>> Chunks(GoldenCase found, CpuBackend backend, string name, string suffix)
    {
        Safetensors inputs = found.Tensors("inputs");
        GoldenTensor tokens = inputs[$"{name}.tokens{suffix}"];
        long[] ids = tokens.Integers();
        float[] weights = inputs[$"{name}.weights{suffix}"].Floats();
        Tensor? vectors = inputs.Contains($"{name}.vectors{suffix}") ? GoldenWeights.ToTensor(inputs[$"{name}.vectors{suffix}"], backend).Detach() : null;
        int length = tokens.Shape[1];
        return
        [
            .. Enumerable.Range(0, tokens.Shape[0]).Select(c => Enumerable.Range(c * length, length)
                .Select(i => ids[i] < 0 ? new PromptToken((int)(-1 - ids[i]), weights[i], 1, vectors) : new PromptToken((int)ids[i], weights[i], 1))
                .ToImmutableArray()),
        ];
    }

    private static void AssertTrace(GoldenCase found, CpuBackend backend, ClipEncoder encoder, string prefix, string suffix)
    {
        using TensorScope scope = TensorScope.Begin();
        Safetensors raw = found.Tensors("raw");
        string[] names = [.. raw.Names.Where(name => name.StartsWith(prefix, StringComparison.Ordinal) && name.EndsWith(".embeddings", StringComparison.Ordinal))];
        Assert.NotEmpty(names);
        foreach (string name in names)
        {
            string input = name[prefix.Length..^".embeddings".Length];
            (Tensor embedded, Tensor[] hidden, Tensor[] normalized, Tensor pooled, Tensor projected) = encoder.Trace(Chunks(found, backend, input, suffix)[0]);
            void Check(string what, Tensor actual)
            {
                if (raw.Contains($"{prefix}{input}.{what}"))
                {
                    GoldenWeights.AssertClose(found, raw[$"{prefix}{input}.{what}"], actual, $"{prefix}{input}.{what}");
                }
            }

            Check("embeddings", embedded);
            Check("last_hidden_state", normalized[^1]);
            Check("pooled_unprojected", pooled);
            Check("pooled_projected", projected);
            for (int i = 1; i <= hidden.Length; i++)
            {
                Check($"hidden_raw.-{i}", hidden[^i]);
                Check($"hidden_ln.-{i}", normalized[^i]);
            }
        }
    }
}
