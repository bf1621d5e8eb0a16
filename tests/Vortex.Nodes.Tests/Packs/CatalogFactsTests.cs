using System.Globalization;
using System.Text.Json;
using Vortex.Nodes.Packs.Conditioning;
using Vortex.Nodes.Packs.Control;
using Vortex.Nodes.Packs.Images;
using Vortex.Nodes.Packs.Latents;
using Vortex.Nodes.Packs.Loaders;
using Vortex.Nodes.Packs.Masks;
using Vortex.Nodes.Packs.Models;
using Vortex.Nodes.Packs.Sampling;
using Vortex.Nodes.Packs.Upscaling;
using Vortex.Nodes.Packs.Vision;
using Vortex.Testing;
using Vortex.Workflows;

namespace Vortex.Nodes.Tests.Packs;

/// <summary>Catalog entries of picture and mask nodes agree with what is known of ComfyUI's interface.</summary>
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
    };

    public static TheoryData<string> Names => [.. OwnTypes.Select(type => type.Name)];

    // By class and not by pack: how classes are put into packs is a question of delivery.
    private static IEnumerable<NodeType> OwnTypes { get; } = NodePack.From(
        "pictures",
        typeof(ImageColourNodes),
        typeof(ImageSizeNodes),
        typeof(ImageTransformNodes),
        typeof(ImageBatchNodes),
        typeof(ImageFilterNodes),
        typeof(ImageCompositingNodes),
        typeof(MaskNodes),
        typeof(MaskConversionNodes),
        typeof(AlphaNodes),
        typeof(LoaderNodes),
        typeof(LoraNodes),
        typeof(ModelPatchNodes),
        typeof(ModelMergeNodes),
        typeof(ConditioningNodes),
        typeof(ConditioningAreaNodes),
        typeof(ControlNodes),
        typeof(EmptyLatentNodes),
        typeof(LatentSizeNodes),
        typeof(LatentBatchNodes),
        typeof(LatentCompositingNodes),
        typeof(LatentMathNodes),
        typeof(VaeNodes),
        typeof(TextEncodeNodes),
        typeof(PictureConditioningNodes),
        typeof(VisionNodes),
        typeof(SamplerNodes),
        typeof(GuiderNodes),
        typeof(SigmaNodes),
        typeof(SchedulerNodes),
        typeof(ModelSchedulerNodes),
        typeof(KSamplerNodes),
        typeof(CustomSamplingNodes),
        typeof(UpscaleNodes)).Types;

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_node_explains_itself_and_each_input(string name)
    {
        NodeType type = BuiltIn.Node(name).Type;
        Assert.True(type.IsExecutable && type.IsDeterministic && !type.IsOutput);
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
        int compared = 0;
        foreach (NodeType type in OwnTypes)
        {
            if (facts.RootElement.GetProperty("nodes").TryGetProperty(type.Name, out JsonElement fact))
            {
                Compare(type, fact);
                compared++;
            }
        }

        Assert.InRange(compared, 20, int.MaxValue);
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
        Assert.Equal(fact.GetProperty("category").GetString(), type.Category);
        Assert.Equal(fact.GetProperty("deprecated").GetBoolean(), type.IsDeprecated);
        Assert.Equal(fact.GetProperty("input_is_list").GetBoolean(), type.TakesLists);
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

        Assert.Equal(
            fact.GetProperty("outputs").EnumerateArray().Select(output => (output.GetProperty("name").GetString()!, Port(output))),
            type.Outputs.Select(output => (output.Name, output.Type.Name)));
    }

    // A list of the files of a folder is a model reference; types that are ComfyUI's own keep their names.
    private static string Port(JsonElement known)
    {
        string type = known.GetProperty("type").GetString()!;
        bool isModel = known.TryGetProperty("options_from", out JsonElement from) && from[0].GetString()!.StartsWith("model_folder:", StringComparison.Ordinal);
        return isModel ? "ModelRef" : s_portOfComfy.GetValueOrDefault(type, type);
    }

    private static decimal? Number(JsonElement known, string property) => known.TryGetProperty(property, out JsonElement value) ? value.GetDecimal() : null;

    // 1 and 1.0 are one default.
    private static string Plain(JsonElement value) =>
        value.ValueKind == JsonValueKind.Number ? value.GetDecimal().ToString("0.####", CultureInfo.InvariantCulture) : value.ToString();
}
