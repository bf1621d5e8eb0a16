using System.Collections.Immutable;
using System.Text.Json;
using Vortex.Diffusion.Detection;
using Vortex.Diffusion.Networks;
using Vortex.Tensors;
using Vortex.Testing.Golden;

namespace Vortex.Diffusion.Tests.Detection;

public sealed class ModelDetectorTests
{
    public static TheoryData<string> Entries()
    {
        string[] entries = [.. GoldenCase.FindOrNone("16b*").SelectMany(found => Detections(found).Select((entry, i) => $"{found.Name}#{i} {entry.GetProperty("family").GetString()}"))];
        return [.. entries.Length == 0 ? ["no golden data"] : entries];
    }

    [Theory]
    [MemberData(nameof(Entries))]
    [Trait("kind", "golden")]
    public void A_family_is_told_from_the_fewest_keys_that_tell_it(string label)
    {
        JsonElement entry = Entry(label);
        DetectedModel found = ModelDetector.Detect("test", Shapes(entry.GetProperty("minimal_keys")));
        Assert.Equal(entry.GetProperty("matched_class").GetString(), found.Family?.Name);
        Assert.True(found.IsPublishedSize);
        Assert.Equal(entry.GetProperty("key_prefix").GetString(), found.UNetPrefix);
        JsonElement config = entry.GetProperty("detected_unet_config");
        if (!config.TryGetProperty("model_channels", out _) || !config.TryGetProperty("channel_mult", out _))
        {
            Assert.Null(found.UNet);
            Assert.False(found.Family!.IsSupported);
            return;
        }

        UNetConfig expected = UNetConfigJson.Read(config);
        UNetConfig net = Assert.IsType<UNetConfig>(found.UNet);
        Assert.Equal(expected.InChannels, net.InChannels);
        Assert.Equal(expected.OutChannels, net.OutChannels);
        Assert.Equal(expected.ModelChannels, net.ModelChannels);
        Assert.Equal(expected.NumResBlocks.AsSpan(), net.NumResBlocks.AsSpan());
        Assert.Equal(expected.ChannelMult.AsSpan(), net.ChannelMult.AsSpan());
        Assert.Equal(expected.TransformerDepth.AsSpan(), net.TransformerDepth.AsSpan());
        Assert.Equal(expected.TransformerDepthOutput.AsSpan(), net.TransformerDepthOutput.AsSpan());
        Assert.Equal(expected.TransformerDepthMiddle, net.TransformerDepthMiddle);
        Assert.Equal(expected.UseLinearInTransformer, net.UseLinearInTransformer);
        Assert.Equal(expected.ContextDim, net.ContextDim);
        Assert.Equal(expected.AdmInChannels, net.AdmInChannels);
        Assert.Equal(config.GetProperty("use_temporal_attention").GetBoolean(), net.UseTemporalAttention);
        Assert.Equal(config.GetProperty("use_temporal_resblock").GetBoolean(), net.UseTemporalResblock);
    }

    [Fact]
    [Trait("kind", "golden")]
    public void The_table_of_families_is_the_reference_s()
    {
        foreach (GoldenFamilies golden in GoldenFamilies.Find())
        {
            JsonElement[] known = [.. golden.Families.Where(entry => entry.GetProperty("match").TryGetProperty("model_channels", out _))];
            Assert.Equal(known.Select(entry => entry.GetProperty("name").GetString()), ModelFamilies.All.Select(family => family.Name));
            foreach ((JsonElement entry, ModelFamily family) in known.Zip(ModelFamilies.All))
            {
                Assert.Equal(entry.GetProperty("latent_format").GetString(), family.Latents?.Name);
                JsonElement extra = entry.GetProperty("extra_config");
                Assert.Equal(extra.TryGetProperty("num_heads", out JsonElement heads) ? heads.GetInt32() : family.NumHeads, family.NumHeads);
                Assert.Equal(extra.TryGetProperty("num_head_channels", out JsonElement channels) ? channels.GetInt32() : family.NumHeadChannels, family.NumHeadChannels);
                Assert.Equal(entry.GetProperty("clip_vision_prefix").GetString(), family.VisionPrefix);
                JsonElement augmentation = entry.GetProperty("noise_aug_config");
                Assert.Equal(augmentation.ValueKind == JsonValueKind.Object ? augmentation.GetProperty("timestep_dim").GetInt32() : null, family.NoiseAugmentationWidth);
                JsonElement sampling = entry.GetProperty("sampling_settings");
                Assert.Equal(sampling.TryGetProperty("linear_start", out JsonElement start) ? start.GetDouble() : 0.00085, family.LinearStart);
                Assert.Equal(sampling.TryGetProperty("linear_end", out JsonElement end) ? end.GetDouble() : 0.012, family.LinearEnd);
                Assert.Equal(entry.GetProperty("text_encoder").ValueKind == JsonValueKind.Null, family.TextEncoders.IsEmpty);
            }
        }
    }

    [Theory]
    [InlineData("02*", "model.diffusion_model.")]
    [Trait("kind", "golden")]
    public void Tiny_unets_are_read_as_their_cases_describe_them(string pattern, string prefix)
    {
        foreach (GoldenCase found in GoldenCase.Find(pattern))
        {
            UNetConfig expected = UNetConfigJson.Read(found.Json.GetProperty("config"));
            Safetensors model = found.Tensors("model");
            DetectedModel detected = ModelDetector.Detect("test", model.Names.Select(name => KeyValuePair.Create(name, new Shape(model[name].Shape))));
            Assert.Equal(prefix, detected.UNetPrefix);
            UNetConfig net = Assert.IsType<UNetConfig>(detected.UNet);
            Assert.Equal(expected.ModelChannels, net.ModelChannels);
            Assert.Equal(expected.NumResBlocks.AsSpan(), net.NumResBlocks.AsSpan());
            Assert.Equal(expected.ChannelMult.AsSpan(), net.ChannelMult.AsSpan());
            Assert.Equal(expected.TransformerDepth.AsSpan(), net.TransformerDepth.AsSpan());
            Assert.Equal(expected.TransformerDepthOutput.AsSpan(), net.TransformerDepthOutput.AsSpan());
            Assert.Equal(expected.TransformerDepthMiddle, net.TransformerDepthMiddle);
            Assert.Equal(expected.AdmInChannels, net.AdmInChannels);
            Assert.Equal(expected.HeadsFor(expected.ModelChannels), net.HeadsFor(net.ModelChannels));
        }
    }

    [Fact]
    public void Velocity_is_told_by_the_spread_of_one_bias()
    {
        ImmutableArray<KeyValuePair<string, Shape>> keys = Some.UNet(320, 1024, isLinear: true);
        float[] narrow = [.. Enumerable.Range(0, 320).Select(i => i % 2 == 0 ? 0.05f : -0.05f)];
        float[] wide = [.. narrow.Select(value => value * 2)];
        Assert.Equal(Prediction.Epsilon, ModelDetector.Detect("m", keys, _ => narrow).Prediction);
        Assert.Equal(Prediction.Velocity, ModelDetector.Detect("m", keys, key => key == "model.diffusion_model.output_blocks.11.1.transformer_blocks.0.norm1.bias" ? wide : null).Prediction);
        Assert.Equal(Prediction.Epsilon, ModelDetector.Detect("m", keys).Prediction);
    }

    [Theory]
    [InlineData("lora_unet_down_blocks_0_attentions_0_proj_in.lora_up.weight", ModelKind.Lora)]
    [InlineData("decoder.conv_in.weight|decoder.mid.block_1.norm1.weight", ModelKind.Vae)]
    [InlineData("decoder.conv_in.weight|decoder.mid_block.resnets.0.norm1.weight", ModelKind.Vae)]
    [InlineData("text_model.encoder.layers.0.mlp.fc1.weight|text_model.embeddings.token_embedding.weight", ModelKind.TextEncoder)]
    [InlineData("encoder.block.0.layer.0.SelfAttention.k.weight", ModelKind.TextEncoder)]
    [InlineData("model.1.sub.0.RDB1.conv1.0.weight", ModelKind.Upscaler)]
    [InlineData("body.0.rdb1.conv1.weight", ModelKind.Upscaler)]
    [InlineData("vision_model.encoder.layers.0.mlp.fc1.weight", ModelKind.ClipVision)]
    [InlineData("taesd_decoder.1.weight", ModelKind.TinyVae)]
    [InlineData("1.weight|3.conv.0.weight", ModelKind.TinyVae)]
    [InlineData("conv_in.weight|body.0.block1.weight", ModelKind.T2IAdapter)]
    [InlineData("control_model.input_blocks.0.0.weight", ModelKind.ControlNet)]
    [InlineData("controlnet_cond_embedding.conv_in.weight|down_blocks.0.resnets.0.norm1.weight", ModelKind.ControlNet)]
    [InlineData("string_to_param.*", ModelKind.Embedding)]
    [InlineData("emb_params", ModelKind.Embedding)]
    [InlineData("clip_l|clip_g", ModelKind.Embedding)]
    [InlineData("position_net.linears.0.weight", ModelKind.Gligen)]
    [InlineData("something.else", ModelKind.Unknown)]
    public void A_sort_of_model_is_told_by_its_keys(string keys, ModelKind kind) =>
        Assert.Equal(kind, ModelDetector.Detect("m", keys.Split('|').Select(key => KeyValuePair.Create(key, new Shape([8, 8])))).Kind);

    [Fact]
    public void A_wrong_file_is_told_where_it_belongs()
    {
        DetectedModel found = ModelDetector.Detect("style.safetensors", [KeyValuePair.Create("lora_te_a.lora_up.weight", new Shape([8, 8]))]);
        DiffusionException problem = Assert.Throws<DiffusionException>(() => found.Expect(ModelKind.Checkpoint));
        Assert.Equal(DiffusionCodes.Mismatch, problem.Code);
        Assert.Equal("'style.safetensors' is not a checkpoint: it looks like a LoRA; put it into 'loras' and use LoraLoader.", problem.Message);
    }

    [Fact]
    public void A_family_that_is_not_supported_is_named()
    {
        DetectedModel found = ModelDetector.Detect("big.safetensors", [KeyValuePair.Create("model.diffusion_model.joint_blocks.0.context_block.attn.qkv.weight", new Shape([8, 8]))]);
        DiffusionException problem = Assert.Throws<DiffusionException>(found.SupportedFamily);
        Assert.Equal(DiffusionCodes.FamilyUnsupported, problem.Code);
        Assert.Contains("Stable Diffusion 3", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Keys_of_the_diffusers_layout_get_the_original_names()
    {
        string[] keys =
        [
            "conv_in.weight", "time_embedding.linear_2.bias", "down_blocks.0.resnets.0.norm1.weight", "down_blocks.0.resnets.1.conv_shortcut.bias",
            "down_blocks.0.attentions.1.transformer_blocks.0.attn1.to_q.weight", "down_blocks.0.downsamplers.0.conv.weight", "mid_block.resnets.1.time_emb_proj.bias", "mid_block.attentions.0.proj_in.weight",
            "up_blocks.0.resnets.2.conv2.weight", "up_blocks.0.upsamplers.0.conv.bias", "up_blocks.1.attentions.2.norm.weight", "up_blocks.1.upsamplers.0.conv.weight", "conv_norm_out.weight", "conv_out.weight",
        ];
        Func<string, string> rename = DiffusersKeys.UNet(keys);
        Assert.Equal(
            [
                "input_blocks.0.0.weight", "time_embed.2.bias", "input_blocks.1.0.in_layers.0.weight", "input_blocks.2.0.skip_connection.bias",
                "input_blocks.2.1.transformer_blocks.0.attn1.to_q.weight", "input_blocks.3.0.op.weight", "middle_block.2.emb_layers.1.bias", "middle_block.1.proj_in.weight",
                "output_blocks.2.0.out_layers.3.weight", "output_blocks.2.1.conv.bias", "output_blocks.5.1.norm.weight", "output_blocks.5.2.conv.weight", "out.0.weight", "out.2.weight",
            ],
            keys.Select(rename));
    }

    private static JsonElement[] Detections(GoldenCase found)
    {
        using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(found.Folder, "detection.json")));
        return [.. document.RootElement.Clone().EnumerateArray()];
    }

    private static JsonElement Entry(string label)
    {
        int hash = label.IndexOf('#', StringComparison.Ordinal);
        Assert.SkipWhen(hash < 0, "No golden data.");
        return Detections(GoldenCase.Find(label[..hash]).Single())[int.Parse(label[(hash + 1)..label.IndexOf(' ', StringComparison.Ordinal)], System.Globalization.CultureInfo.InvariantCulture)];
    }

    private static IEnumerable<KeyValuePair<string, Shape>> Shapes(JsonElement keys) =>
        keys.EnumerateObject().Select(key => KeyValuePair.Create(key.Name, new Shape([.. key.Value.EnumerateArray().Select(size => size.GetInt32())])));

    private sealed record GoldenFamilies(ImmutableArray<JsonElement> Families)
    {
        public static IEnumerable<GoldenFamilies> Find()
        {
            // This folder has no case.json of its own.
            foreach (string folder in Directory.EnumerateDirectories(Testing.ReferenceData.Golden(), "17*"))
            {
                using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder, "families.json")));
                yield return new GoldenFamilies([.. document.RootElement.Clone().GetProperty("families").EnumerateArray()]);
            }
        }
    }
}
