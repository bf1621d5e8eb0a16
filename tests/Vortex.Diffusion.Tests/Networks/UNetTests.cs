using Vortex.Diffusion.Networks;
using Vortex.Diffusion.Tiny;
using Vortex.Diffusion.Weights;
using Vortex.Tensors;
using Vortex.Tensors.Cpu;

namespace Vortex.Diffusion.Tests.Networks;

public sealed class UNetTests : IDisposable
{
    private readonly CpuBackend _backend = new();

    public void Dispose() => _backend.Dispose();

    [Fact]
    public void All_missing_weights_of_a_UNet_are_listed()
    {
        TensorWeights weights = TinySource.Of(
            _backend,
            tiny => TinyUNet.Write(tiny, "", TinyModels.Sd15),
            name => name is "out.2.weight" or "middle_block.1.proj_in.weight" ? null : name);
        DiffusionException problem = Assert.Throws<DiffusionException>(() => new UNet(new WeightSet(weights), TinyModels.Sd15));
        Assert.Equal(DiffusionCodes.WeightsMissing, problem.Code);
        Assert.Contains("out.2.weight", problem.Message, StringComparison.Ordinal);
        Assert.Contains("middle_block.1.proj_in.weight", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_latent_of_another_kind_is_refused_before_anything_is_computed()
    {
        UNet unet = Sd15();
        Assert.Equal(DiffusionCodes.Mismatch, Assert.Throws<DiffusionException>(() => unet.Forward(Input([1, 9, 8, 8]))).Code);
        Assert.Equal(DiffusionCodes.Mismatch, Assert.Throws<DiffusionException>(() => unet.Forward(Input([1, 4, 0, 8]))).Code);
        Assert.Equal(DiffusionCodes.Mismatch, Assert.Throws<DiffusionException>(() => unet.Forward(Input([1, 4, 8, 8], width: 7))).Code);
        Assert.Equal(DiffusionCodes.Mismatch, Assert.Throws<DiffusionException>(() => unet.Forward(Input([2, 4, 8, 8], entries: 1))).Code);
    }

    [Fact]
    public void A_model_that_wants_a_vector_says_so_when_there_is_none()
    {
        UNet unet = new(new WeightSet(TinySource.Of(_backend, tiny => TinyUNet.Write(tiny, "", TinyModels.Sdxl))), TinyModels.Sdxl);
        DiffusionException problem = Assert.Throws<DiffusionException>(() => unet.Forward(Input([1, 4, 8, 8], width: TinyModels.Sdxl.ContextDim)));
        Assert.Contains("vector", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_cancelled_evaluation_ends_between_blocks()
    {
        using CancellationTokenSource source = new();
        source.Cancel();
        NetworkInput input = Input([1, 4, 8, 8]) with { CancellationToken = source.Token };
        Assert.Throws<OperationCanceledException>(() => Sd15().Forward(input));
    }

    [Fact]
    public void An_evaluation_leaves_nothing_in_memory_but_its_result()
    {
        UNet unet = Sd15();
        NetworkInput input = Input([1, 4, 8, 8]);
        unet.Forward(input).Dispose();
        long before = _backend.Memory.Tensors;
        Tensor result = unet.Forward(input);
        Assert.Equal(before + 1, _backend.Memory.Tensors);
        result.Dispose();
        Assert.Equal(before, _backend.Memory.Tensors);
    }

    [Fact]
    public void Residuals_of_another_family_are_refused_by_name()
    {
        UNet unet = Sd15();
        ControlResiduals wrong = new([], [_backend.Full([1, 3, 1, 1], 0)], []);
        DiffusionException problem = Assert.Throws<DiffusionException>(() => unet.Forward(Input([1, 4, 8, 8]) with { Control = wrong }));
        Assert.Equal(DiffusionCodes.Mismatch, problem.Code);
    }

    [Fact]
    public void A_hook_sees_every_attention_and_every_output_block()
    {
        UNet unet = Sd15();
        int outputs = 0;
        CountingHook hook = new();
        NetworkHooks hooks = new()
        {
            Attention = [hook],
            OutputBlocks = [(hidden, skip, _) => { outputs++; return (hidden, skip); }],
        };
        NetworkInput input = Input([1, 4, 8, 8]);
        using TensorScope scope = TensorScope.Begin();
        float[] plain = unet.Forward(input).ToArray();
        Assert.Equal(plain, unet.Forward(input with { Hooks = hooks }).ToArray());
        Assert.Equal(TinyModels.Sd15.TransformerDepthOutput.Length, outputs);
        Assert.Equal(2 * (TinyModels.Sd15.TransformerDepth.Sum() + TinyModels.Sd15.TransformerDepthOutput.Sum() + 1), hook.Calls);
    }

    [Fact]
    public void A_ControlNet_in_the_diffusers_layout_gives_what_the_original_gives()
    {
        using TensorScope scope = TensorScope.Begin();
        UNetConfig config = TinyModels.Sd15;
        ControlNetwork original = ControlNetwork.Load(TinySource.Of(_backend, tiny => TinyExtras.ControlNet(tiny, config)), config);
        ControlNetwork diffusers = ControlNetwork.Load(TinySource.Of(_backend, tiny => TinyExtras.ControlNet(tiny, config), name => DiffusersName(name, config)), config);
        Tensor hint = _backend.Full([1, 3, 40, 48], 0.3f);
        NetworkInput input = Input([2, 4, 8, 8]);
        ControlResiduals a = original.Residuals(input, hint, 0.7f);
        ControlResiduals b = diffusers.Residuals(input, hint, 0.7f);
        Assert.Equal(a.Middle[0]!.ToArray(), b.Middle[0]!.ToArray());
        Assert.Equal(a.Output.SelectMany(one => one!.ToArray()), b.Output.SelectMany(one => one!.ToArray()));
    }

    [Fact]
    public void A_file_that_is_no_control_network_is_told_by_what_is_missing()
    {
        TensorWeights weights = TinySource.Of(_backend, TinyExtras.Esrgan);
        DiffusionException problem = Assert.Throws<DiffusionException>(() => ControlNetwork.Load(weights, TinyModels.Sd15));
        Assert.Equal(DiffusionCodes.FamilyUnsupported, problem.Code);
        Assert.Contains("zero_convs.0.0.weight", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_hint_without_pixels_or_with_other_channels_is_refused()
    {
        ControlNetwork control = ControlNetwork.Load(TinySource.Of(_backend, tiny => TinyExtras.ControlNet(tiny, TinyModels.Sd15)), TinyModels.Sd15);
        Assert.Equal(DiffusionCodes.Mismatch, Assert.Throws<DiffusionException>(() => control.Prepare(_backend.Empty([1, 3, 0, 8]), 8, 8)).Code);
        Assert.Equal(DiffusionCodes.Mismatch, Assert.Throws<DiffusionException>(() => control.Prepare(_backend.Full([1, 4, 8, 8], 0), 8, 8)).Code);
    }

    private static string DiffusersName(string name, UNetConfig config)
    {
        name = name["control_model.".Length..];
        string[] parts = name.Split('.');
        string rest = string.Join('.', parts.Skip(3));
        string Part() => string.Join('.', parts.Skip(3).Take(2)) switch
        {
            "in_layers.0" => "norm1",
            "in_layers.2" => "conv1",
            "emb_layers.1" => "time_emb_proj",
            "out_layers.0" => "norm2",
            "out_layers.3" => "conv2",
            _ => "conv_shortcut",
        };
        switch (parts[0])
        {
            case "time_embed":
                return $"time_embedding.linear_{(parts[1] == "0" ? 1 : 2)}.{parts[2]}";
            case "zero_convs":
                return $"controlnet_down_blocks.{parts[1]}.{parts[3]}";
            case "middle_block_out":
                return $"controlnet_mid_block.{parts[2]}";
            case "input_hint_block":
                return parts[1] switch
                {
                    "0" => $"controlnet_cond_embedding.conv_in.{parts[2]}",
                    "14" => $"controlnet_cond_embedding.conv_out.{parts[2]}",
                    _ => $"controlnet_cond_embedding.blocks.{(int.Parse(parts[1], System.Globalization.CultureInfo.InvariantCulture) / 2) - 1}.{parts[2]}",
                };
            case "middle_block":
                parts = ["", .. parts];
                return parts[2] == "1"
                    ? $"mid_block.attentions.0.{string.Join('.', parts.Skip(3))}"
                    : $"mid_block.resnets.{(parts[2] == "0" ? 0 : 1)}.{Part()}.{parts[^1]}";
        }

        int block = int.Parse(parts[1], System.Globalization.CultureInfo.InvariantCulture);
        if (block == 0)
        {
            return $"conv_in.{parts[^1]}";
        }

        (int level, int index) = Math.DivRem(block - 1, config.NumResBlocks[0] + 1);
        return parts[2] == "1" ? $"down_blocks.{level}.attentions.{index}.{rest}"
            : parts[3] == "op" ? $"down_blocks.{level}.downsamplers.0.conv.{parts[^1]}"
            : $"down_blocks.{level}.resnets.{index}.{Part()}.{parts[^1]}";
    }

    private UNet Sd15() => new(new WeightSet(TinySource.Of(_backend, tiny => TinyUNet.Write(tiny, "", TinyModels.Sd15))), TinyModels.Sd15);

    private NetworkInput Input(Shape latent, int? width = null, int? entries = null) => new()
    {
        Latent = _backend.Full(latent, 0.5f),
        Timesteps = _backend.Full([entries ?? latent[0]], 500),
        Context = _backend.Full([entries ?? latent[0], 5, width ?? TinyModels.Sd15.ContextDim], 0.1f),
    };

    private sealed class CountingHook : IAttentionHook
    {
        public int Calls { get; private set; }

        public (Tensor Keys, Tensor Values) Context(AttentionPlace place, Tensor keys, Tensor values) => (keys, values);

        public Tensor Result(AttentionPlace place, Tensor query, Tensor result)
        {
            Calls++;
            return result;
        }
    }
}
