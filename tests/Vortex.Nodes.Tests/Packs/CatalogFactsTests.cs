using System.Globalization;
using System.Text.Json;
using Vortex.Nodes.Packs;
using Vortex.Testing;
using Vortex.Workflows;

namespace Vortex.Nodes.Tests.Packs;

/// <summary>Catalog entries agree with what is known of ComfyUI's interface.</summary>
[Trait("kind", "golden")]
public sealed class CatalogFactsTests
{
    private static readonly Dictionary<string, string> s_portOfComfy = new()
    {
        ["IMAGE"] = "Image",
        ["MASK"] = "Mask",
        ["INT"] = "Integer",
        ["FLOAT"] = "Number",
        ["BOOLEAN"] = "Bool",
        ["COMBO"] = "Choice",
        ["STRING"] = "Text",
        ["LATENT"] = "Latent",
        ["COMFY_MATCHTYPE_V3"] = "*",
    };

    // More is allowed here than in ComfyUI: the case that is not chosen may be left open.
    private static readonly string[] s_ours = ["ComfySwitchNode"];

    public static TheoryData<string> Names => [.. OwnTypes.Select(type => type.Name)];

    private static IEnumerable<NodeType> OwnTypes { get; } = BuiltInPacks.Types.Where(type => !s_ours.Contains(type.Name));

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_node_explains_itself_and_each_input(string name)
    {
        NodeType type = BuiltIn.Node(name).Type;
        Assert.True(type.IsExecutable);
        Assert.False(string.IsNullOrEmpty(type.Description));
        Assert.NotEqual("", type.Category);
        Assert.All(type.Inputs, input => Assert.False(string.IsNullOrEmpty(input.Tooltip), $"{name}.{input.Name} has no help."));
        Assert.Equal(type.Outputs.Length, type.Outputs.Select(output => output.Name).Distinct().Count());
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Default_lies_within_its_range_and_choices(string name)
    {
        foreach (NodeInput input in BuiltIn.Node(name).Type.Inputs.Where(input => input.Default is not null))
        {
            JsonElement value = input.Default!.Value;
            if (value.ValueKind == JsonValueKind.Number)
            {
                Assert.InRange(value.GetDecimal(), input.Min ?? decimal.MinValue, input.Max ?? decimal.MaxValue);
            }
            else if (input.Type == PortType.Choice)
            {
                Assert.Contains(value.GetString()!, input.Choices);
            }
        }
    }

    [Fact]
    public void Published_facts_and_entries_agree()
    {
        using JsonDocument facts = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(ReferenceData.Workflows(), "core-nodes.json")));
        JsonElement nodes = facts.RootElement.GetProperty("nodes");
        NodeType[] known = [.. OwnTypes.Where(type => nodes.TryGetProperty(type.Name, out _))];
        Assert.InRange(known.Length, 80, int.MaxValue);
        Assert.Multiple([.. known.Select<NodeType, Action>(type => () => Compare(type, nodes.GetProperty(type.Name)))]);
    }

    // Types the facts do not list, as ComfyUI 0.3.64 has them.
    [Theory]
    [InlineData("RebatchImages", "images: Image; batch_size: Integer = 1 [1..4096]")]
    [InlineData("ImageQuantize", "image: Image; colors: Integer = 256 [1..256]; dither: Choice {none, floyd-steinberg, bayer-2, bayer-4, bayer-8, bayer-16}")]
    [InlineData("ImageFlip", "image: Image; flip_method: Choice {x-axis: vertically, y-axis: horizontally}")]
    [InlineData("ImageRotate", "image: Image; rotation: Choice {none, 90 degrees, 180 degrees, 270 degrees}")]
    [InlineData("ImageColorToMask", "image: Image; color: Integer = 0 [0..16777215]")]
    [InlineData("CropMask", "mask: Mask; x: Integer = 0 [0..16384]; y: Integer = 0 [0..16384]; width: Integer = 512 [1..16384]; height: Integer = 512 [1..16384]")]
    [InlineData("FeatherMask", "mask: Mask; left: Integer = 0 [0..16384]; top: Integer = 0 [0..16384]; right: Integer = 0 [0..16384]; bottom: Integer = 0 [0..16384]")]
    [InlineData("ThresholdMask", "mask: Mask; value: Number = 0.5 [0..1]")]
    [InlineData("Morphology", "image: Image; operation: Choice {erode, dilate, open, close, gradient, bottom_hat, top_hat}; kernel_size: Integer = 3 [3..999]")]
    [InlineData("ImageAddNoise", "image: Image; seed: Integer = 0 [0..18446744073709551615] control; strength: Number = 0.5 [0..1]")]
    [InlineData("ImageRGBToYUV", "image: Image")]
    [InlineData("ImageYUVToRGB", "Y: Image; U: Image; V: Image")]
    [InlineData("PorterDuffImageComposite", "source: Image; source_alpha: Mask; destination: Image; destination_alpha: Mask; mode: Choice = DST {ADD, CLEAR, DARKEN, DST, DST_ATOP, DST_IN, DST_OUT, DST_OVER, LIGHTEN, MULTIPLY, OVERLAY, SCREEN, SRC, SRC_ATOP, SRC_IN, SRC_OUT, SRC_OVER, XOR}")]
    [InlineData("PerpNegGuider", "model: MODEL; positive: CONDITIONING; negative: CONDITIONING; empty_conditioning: CONDITIONING; cfg: Number = 8 [0..100]; neg_scale: Number = 1 [0..100]")]
    [InlineData("PerturbedAttentionGuidance", "model: MODEL; scale: Number = 3 [0..100]")]
    [InlineData("RescaleCFG", "model: MODEL; multiplier: Number = 0.7 [0..1]")]
    [InlineData("LatentConcat", "samples1: Latent; samples2: Latent; dim: Choice {x, -x, y, -y, t, -t}")]
    [InlineData("LatentCut", "samples: Latent; dim: Choice {x, y, t}; index: Integer = 0 [-16384..16384]; amount: Integer = 1 [1..16384]")]
    [InlineData("LoadLatent", "latent: File")]
    [InlineData("SamplerER_SDE", "solver_type: Choice {ER-SDE, Reverse-time SDE, ODE}; max_stage: Integer = 3 [1..3]; eta: Number = 1 [0..100]; s_noise: Number = 1 [0..100]")]
    [InlineData("SamplerSASolver", "model: MODEL; eta: Number = 1 [0..10]; sde_start_percent: Number = 0.2 [0..1]; sde_end_percent: Number = 0.8 [0..1]; s_noise: Number = 1 [0..100]; predictor_order: Integer = 3 [1..6]; corrector_order: Integer = 4 [0..6]; use_pece: Bool = False; simple_order_2: Bool = False")]
    [InlineData("SamplerSEEDS2", "solver_type: Choice {phi_1, phi_2}; eta: Number = 1 [0..100]; s_noise: Number = 1 [0..100]; r: Number = 0.5 [0.01..1]")]
    [InlineData("SamplerEulerCFGpp", "version: Choice {regular, alternative}")]
    [InlineData("SamplerLCMUpscale", "scale_ratio: Number = 1 [0.1..20]; scale_steps: Integer = -1 [-1..1000]; upscale_method: Choice {bislerp, nearest-exact, bilinear, area, bicubic}")]
    [InlineData("GITSScheduler", "coeff: Number = 1.2 [0.8..1.5]; steps: Integer = 10 [2..1000]; denoise: Number = 1 [0..1]")]
    [InlineData("OptimalStepsScheduler", "model_type: Choice {FLUX, Wan, Chroma}; steps: Integer = 20 [3..1000]; denoise: Number = 1 [0..1]")]
    [InlineData("HypernetworkLoader", "model: MODEL; hypernetwork_name: ModelRef; strength: Number = 1 [-10..10]")]
    [InlineData("DiffControlNetLoader", "model: MODEL; control_net_name: ModelRef")]
    [InlineData("VAELoader", "vae_name: ModelRef {pixel_space}")]
    [InlineData("ModelSave", "model: MODEL; filename_prefix: Text = diffusion_models/ComfyUI")]
    [InlineData("CLIPSave", "clip: CLIP; filename_prefix: Text = clip/ComfyUI")]
    [InlineData("VAESave", "vae: VAE; filename_prefix: Text = vae/ComfyUI_vae")]
    public void Inputs_of_a_type_without_published_facts(string name, string expected) =>
        Assert.Equal(expected, string.Join("; ", BuiltIn.Node(name).Type.Inputs.Select(Told)));

    private static string Told(NodeInput input) => string.Concat(
        $"{input.Name}: {input.Type}",
        input.Default is { } value ? $" = {value}" : "",
        input.Min is null ? "" : string.Create(CultureInfo.InvariantCulture, $" [{input.Min:0.##}..{input.Max:0.##}]"),
        input.Choices.IsEmpty ? "" : $" {{{string.Join(", ", input.Choices)}}}",
        input.HasControlAfterGenerate ? " control" : "");

    private static void Compare(NodeType type, JsonElement fact)
    {
        Assert.Equal((type.Name, fact.GetProperty("category").GetString()), (type.Name, type.Category));
        Assert.Equal((type.Name, fact.GetProperty("deprecated").GetBoolean()), (type.Name, type.IsDeprecated));
        Assert.Equal((type.Name, fact.GetProperty("input_is_list").GetBoolean()), (type.Name, type.TakesLists));
        JsonElement[] inputs = [.. fact.GetProperty("inputs").EnumerateArray()];
        Assert.Equal(inputs.Select(input => input.GetProperty("name").GetString()), type.Inputs.Select(input => input.Name));
        foreach ((JsonElement known, NodeInput input) in inputs.Zip(type.Inputs))
        {
            string place = $"{type.Name}.{input.Name}";
            Assert.Equal((place, Port(known)), (place, input.Type.Name));
            Assert.Equal((place, known.GetProperty("section").GetString() == "required"), (place, input.IsRequired));
            Assert.Equal((place, Number(known, "min")), (place, input.Min));
            Assert.Equal((place, Number(known, "max")), (place, input.Max));
            if (known.TryGetProperty("default", out JsonElement fallback))
            {
                Assert.Equal((place, Plain(fallback)), (place, Plain(input.Default!.Value)));
            }

            if (input.ModelFolder is { } folder)
            {
                Assert.Equal((place, known.GetProperty("options_from")[0].GetString()), (place, $"model_folder:{folder}"));
            }

            if (known.TryGetProperty("options", out JsonElement options))
            {
                Assert.Equal(options.EnumerateArray().Select(option => option.GetString()!), input.Choices);
            }
        }

        if (type.IsOutput && type.Outputs.IsEmpty)
        {
            // Newer versions of ComfyUI hand on what was saved; the one that is followed here ends there.
            return;
        }

        Assert.Equal(
            fact.GetProperty("outputs").EnumerateArray().Select(output => (output.GetProperty("name").GetString()!, Port(output))),
            type.Outputs.Select(output => (output.Name, output.Type.Name)));
    }

    // A list of the files of a folder is a reference to a model or a file; types that are ComfyUI's own keep their names.
    private static string Port(JsonElement known)
    {
        string type = known.GetProperty("type").GetString()!;
        string list = known.TryGetProperty("options_from", out JsonElement from) ? from[0].GetString()! : "";
        return list.StartsWith("model_folder:", StringComparison.Ordinal) ? "ModelRef" : list.StartsWith("input_files:", StringComparison.Ordinal) ? "File" : s_portOfComfy.GetValueOrDefault(type, type);
    }

    private static decimal? Number(JsonElement known, string property) => known.TryGetProperty(property, out JsonElement value) ? value.GetDecimal() : null;

    // 1 and 1.0 are one default.
    private static string Plain(JsonElement value) =>
        value.ValueKind == JsonValueKind.Number ? value.GetDecimal().ToString("0.####", CultureInfo.InvariantCulture) : value.ToString();
}
