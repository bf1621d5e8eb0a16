using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Text;
using Vortex.Diffusion.Conditioning;
using Vortex.Diffusion.Latents;
using Vortex.Diffusion.Recipes;
using Vortex.Nodes;
using Vortex.Tensors;
using Vortex.Tensors.Cpu;

namespace Vortex.Runner.Tests;

public sealed class ModelValueTests
{
    private static readonly CpuBackend s_backend = new();
    private static readonly ModelRecipe s_model = new(Files("base.safetensors"))
    {
        Patches = [new PatchRecipe(new ModelFileRef("loras", "one.safetensors", "ab"), 0.5f)],
        Options = [ModelOptions.Of(ModelOptions.SamplingDiscrete, ("sampling", "v_prediction"), ("zsnr", true))],
    };

    private readonly InMemoryArtifactStore _store = new();
    private readonly ValueCodec _codec;

    public ModelValueTests() => _codec = new ValueCodec(_store, ModelValueFormats.All(s_backend));

    public static TheoryData<string> Hostile =>
    [
        "", "{}", "[]", "null", """{"shapes":[]}""", """{"shapes":[],"value":null}""", """{"shapes":[],"value":{}}""", """{"shapes":[],"value":{"samples":0}}""",
        """{"shapes":[[1,4,-1,2]],"value":{"samples":0}}""", """{"shapes":[[2147483647,2147483647,2147483647,2147483647]],"value":{"samples":0}}""",
        """{"shapes":[[1,1,1,1,1,1,1,1,1]],"value":{"samples":0}}""", """{"shapes":[null],"value":{"samples":0}}""", """{"shapes":"x","value":{"samples":0}}""",
        """{"shapes":[[1]],"value":{"samples":0}}""", """{"shapes":[[1]],"value":{"samples":-1}}""", """{"shapes":[[1]],"value":{"samples":1.5}}""",
        """{"shapes":[[1,1,1,1]],"value":{"samples":0,"batchIndex":[1,2]}}""", """{"shapes":[[1,1,1,1]],"value":{"samples":0,"noiseMask":7}}""",
    ];

    [Fact]
    public async Task Latent_comes_back_bit_for_bit_with_mask_and_numbers()
    {
        LatentBatch latent = new() { Samples = Some(2, 4, 3, 5), NoiseMask = Some(1, 1, 24, 40), BatchIndex = [3, 7] };
        LatentBatch back = await BackAsync(latent, "Latent");
        Assert.Equal(Bits(latent.Samples), Bits(back.Samples));
        Assert.Equal(latent.Samples.Shape, back.Samples.Shape);
        Assert.Equal(Bits(latent.NoiseMask!), Bits(back.NoiseMask!));
        Assert.Equal([3, 7], back.BatchIndex!.Value);
        Assert.Equal("Latent 2x4x3x5", _codec.Describe([latent]));
        Assert.InRange(_codec.SizeOf([latent]), ((2 * 4 * 3 * 5) + (24 * 40)) * 4, 8192);
    }

    [Fact]
    public async Task Conditioning_comes_back_whole_and_shares_what_was_shared()
    {
        Tensor hint = Some(1, 3, 8, 8);
        ControlRecipe control = new(Files("edges.safetensors"));
        ConditioningEntry entry = new()
        {
            Text = Some(1, 77, 8),
            Pooled = Some(1, 8),
            Area = new ConditioningArea(0.5f, 1, 0, 0.25f, true),
            Mask = Some(1, 8, 8),
            MaskStrength = 0.75f,
            AreaToMaskBounds = true,
            Strength = 1.5f,
            Start = 0.125f,
            End = 0.875f,
            Sizes = new SizeConditioning(1, 2, 3, 4, 5, 6),
            AestheticScore = 6,
            Controls = [new ControlRequest(control, hint, 1, 0, 1) { Options = ImmutableDictionary<string, int>.Empty.Add("control_type", 3) }],
            ConcatLatent = Some(1, 4, 2, 2),
            ConcatMask = Some(1, 1, 2, 2),
            Unclip = [new UnclipRequest(Some(1, 6), 0.5f, 0.25f)],
            Numbers = ImmutableDictionary<string, float>.Empty.Add("guidance", 3.5f),
        };
        ConditioningList back = await BackAsync(new ConditioningList([entry, new ConditioningEntry { Text = Some(1, 77, 8), Controls = entry.Controls }]), "CONDITIONING");
        ConditioningEntry first = back.Entries[0];
        Assert.Equal(Bits(entry.Text), Bits(first.Text));
        Assert.Equal(Bits(entry.Pooled!), Bits(first.Pooled!));
        Assert.Equal((entry.Area, entry.Strength, entry.Start, entry.End, entry.Sizes, entry.AestheticScore), (first.Area, first.Strength, first.Start, first.End, first.Sizes, first.AestheticScore));
        Assert.Equal((true, 0.75f, 3.5f), (first.AreaToMaskBounds, first.MaskStrength, first.Numbers["guidance"]));
        Assert.Equal("edges.safetensors", Assert.IsType<WeightsRecipe.FromFiles>(first.Controls[0].Network.Source).Files[0].Name);
        Assert.Equal(3, first.Controls[0].Options["control_type"]);
        Assert.Equal(Bits(hint), Bits(first.Controls[0].Hint));
        Assert.Same(first.Controls[0].Hint, back.Entries[1].Controls[0].Hint);
        Assert.Equal((0.5f, 0.25f), (first.Unclip[0].Strength, first.Unclip[0].NoiseAugmentation));
    }

    [Fact]
    public async Task Recipes_come_back_with_patches_options_and_merges()
    {
        ImmutableSortedDictionary<string, float> ratios = ImmutableSortedDictionary<string, float>.Empty.Add("", 0.25f).Add("middle", 1);
        ModelRecipe merged = new(new WeightsRecipe.Merged("blocks", s_model, new ModelRecipe(Files("other.safetensors")), ratios)) { Options = s_model.Options };
        ModelRecipe back = await BackAsync(merged, "MODEL");
        WeightsRecipe.Merged source = Assert.IsType<WeightsRecipe.Merged>(back.Source);
        Assert.Equal(0.5f, Assert.Single(Assert.IsType<ModelRecipe>(source.First).Patches).Strength);
        Assert.Equal("v_prediction", back.Options[0].Text("sampling"));
        Assert.True(back.Options[0].Flag("zsnr"));
        Assert.Equal((0.25f, 1f), (source.Ratios[""], source.Ratios["middle"]));
    }

    [Fact]
    public async Task Samplers_sigmas_noises_and_guiders_come_back()
    {
        SamplerRecipe sampler = new("lms") { Numbers = ImmutableSortedDictionary<string, double>.Empty.Add("order", 4) };
        Assert.Equal(4, (await BackAsync(sampler, "SAMPLER")).Numbers["order"]);
        Assert.Equal([14.5f, float.NaN, 0], (await BackAsync(new SigmaSchedule([14.5f, float.NaN, 0]), "SIGMAS")).Values);
        Assert.Equal(ulong.MaxValue, (await BackAsync(new NoiseRecipe(ulong.MaxValue), "NOISE")).Seed);
        Assert.Null((await BackAsync(new NoiseRecipe((ulong?)null), "NOISE")).Seed);
        ConditioningList list = new([new ConditioningEntry { Text = Some(1, 77, 8) }]);
        GuiderRecipe guider = await BackAsync(new GuiderRecipe("cfg", s_model, [list, list], [7.5f]), "GUIDER");
        Assert.Equal(("cfg", 7.5f, 2), (guider.Kind, guider.Scales[0], guider.Conditionings.Length));
    }

    [Theory]
    [MemberData(nameof(Hostile))]
    public async Task Content_that_is_no_latent_is_a_damaged_value(string json)
    {
        byte[] text = Encoding.UTF8.GetBytes(json);
        byte[] bytes = [.. "VXTN\u0001\0\0\0"u8, 0, 0, 0, 0, .. text];
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(8), text.Length);
        await DamagedAsync(bytes);
        await DamagedAsync([.. bytes, 0, 0, 0, 0]);
    }

    [Theory]
    [InlineData("")]
    [InlineData("5658544E")]
    [InlineData("5658544E0100000002000000")]
    [InlineData("5658544E01000000FFFFFFFF7B7D")]
    [InlineData("5658544E01000000FFFFFF7F7B7D")]
    [InlineData("5658544E02000000020000007B7D")]
    [InlineData("00000000010000000200000020207B7D")]
    public async Task Damaged_header_is_a_damaged_value(string hex) => await DamagedAsync(Convert.FromHexString(hex));

    private static WeightsRecipe.FromFiles Files(string name) => new([new ModelFileRef("checkpoints", name, "00")]);

    private static Tensor Some(params ReadOnlySpan<int> shape)
    {
        Shape known = new(shape);
        Random random = new((int)known.Count);
        return s_backend.From([.. Enumerable.Range(0, (int)known.Count).Select(_ => random.NextSingle() - 0.5f)], known).Detach();
    }

    private static int[] Bits(Tensor tensor) => [.. tensor.ToArray().Select(BitConverter.SingleToInt32Bits)];

    private async Task DamagedAsync(byte[] bytes)
    {
        CancellationToken cancellationToken = TestContext.Current.CancellationToken;
        StoredContent stored = await _store.PutAsync(WorkspaceId.Local, new MemoryStream(bytes), cancellationToken);
        PortValue value = new(PortType.Latent, [new ValueItem { Content = stored.Digest, MediaType = "application/vnd.vortex.latent", Size = stored.Size }]);
        NodeProblemException problem = await Assert.ThrowsAsync<NodeProblemException>(async () => await _codec.LoadAsync(WorkspaceId.Local, value, cancellationToken));
        Assert.Equal("node.value_damaged", problem.Code);
    }

    private async Task<T> BackAsync<T>(T value, string type)
        where T : class
    {
        CancellationToken cancellationToken = TestContext.Current.CancellationToken;
        PortValue? stored = await _codec.StoreAsync(WorkspaceId.Local, PortType.Any, [value], cancellationToken);
        Assert.NotNull(stored);
        Assert.Equal(type, stored.Type.Name);
        return Assert.IsType<T>(Assert.Single(await _codec.LoadAsync(WorkspaceId.Local, stored, cancellationToken)));
    }
}
