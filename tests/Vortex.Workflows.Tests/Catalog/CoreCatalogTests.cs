using System.Text.Json;
using Vortex.Testing;

namespace Vortex.Workflows.Tests.Catalog;

public sealed class CoreCatalogTests
{
    /// <summary>Types that only exist in newer forms: their inputs are told apart by another input, or grow in number.</summary>
    private static readonly string[] s_dynamic = ["COMFY_DYNAMICCOMBO_V3", "COMFY_AUTOGROW_V3"];

    [Fact]
    public void Catalog_is_read_once_and_no_type_in_it_can_be_executed()
    {
        NodeCatalog catalog = CoreCatalog.Load();
        Assert.Same(catalog, CoreCatalog.Load());
        Assert.True(catalog.Types.Length >= 250);
        Assert.DoesNotContain(catalog.Types, type => type.IsExecutable);
    }

    [Fact]
    public void Names_of_inputs_and_of_outputs_are_unique_within_each_type()
    {
        foreach (NodeType type in CoreCatalog.Load().Types)
        {
            Assert.Equal(type.Inputs.Length, type.Inputs.Select(input => input.Name).Distinct().Count());
            Assert.Equal(type.Outputs.Length, type.Outputs.Select(output => output.Name).Distinct().Count());
        }
    }

    [Fact]
    public void Defaults_suit_the_ranges_and_choices_of_their_inputs()
    {
        foreach (NodeInput input in CoreCatalog.Load().Types.SelectMany(type => type.Inputs))
        {
            if (input.Default is { ValueKind: JsonValueKind.Number } number)
            {
                Assert.True(input.Min is null || number.GetDecimal() >= input.Min, input.Name);
                Assert.True(input.Max is null || number.GetDecimal() <= input.Max, input.Name);
            }

            if (input.Default is { ValueKind: JsonValueKind.String } text && !input.Choices.IsEmpty)
            {
                Assert.Contains(text.GetString(), input.Choices);
            }
        }
    }

    [Theory]
    [InlineData("ImageScale,ImageScaleBy,ImageScaleToTotalPixels,ImageInvert,ImageBatch,ImageFromBatch,RepeatImageBatch,RebatchImages")]
    [InlineData("ImagePadForOutpaint,ImageCrop,ImageBlend,ImageBlur,ImageSharpen,ImageQuantize,ImageCompositeMasked,ImageFlip,ImageRotate")]
    [InlineData("LoadImage,LoadImageMask,SaveImage,PreviewImage,EmptyImage,GetImageSize,SplitImageWithAlpha,JoinImageWithAlpha")]
    [InlineData("MaskToImage,ImageToMask,ImageColorToMask,SolidMask,InvertMask,CropMask,MaskComposite,FeatherMask,GrowMask,ThresholdMask,Canny,Morphology")]
    [InlineData("PrimitiveInt,PrimitiveFloat,PrimitiveBoolean,PrimitiveString,PrimitiveStringMultiline")]
    [InlineData("StringConcatenate,StringSubstring,StringLength,CaseConverter,StringTrim,StringReplace,StringContains,StringCompare,RegexMatch,RegexExtract,RegexReplace")]
    public void Types_that_workflows_of_pictures_and_texts_use_are_known(string names)
    {
        Assert.All(names.Split(','), name => Assert.NotNull(CoreCatalog.Load().Find(name)));
    }

    [Fact]
    public void Lists_of_files_are_models_and_files_and_not_choices()
    {
        NodeCatalog catalog = CoreCatalog.Load();
        NodeInput checkpoint = catalog.Find("CheckpointLoaderSimple")!.FindInput("ckpt_name")!;
        Assert.Equal((PortType.ModelRef, "checkpoints"), (checkpoint.Type, checkpoint.ModelFolder));
        Assert.Equal("upscale_models", catalog.Find("UpscaleModelLoader")!.FindInput("model_name")!.ModelFolder);
        Assert.Equal(PortType.File, catalog.Find("LoadImage")!.FindInput("image")!.Type);
        Assert.Equal(PortType.File, catalog.Find("LoadImageMask")!.FindInput("image")!.Type);
    }

    [Fact]
    public void Samplers_and_model_loaders_are_heavy_and_arithmetic_is_not()
    {
        NodeCatalog catalog = CoreCatalog.Load();
        Assert.All(
            (string[])["KSampler", "VAEDecode", "CheckpointLoaderSimple", "CLIPTextEncode", "ImageUpscaleWithModel"],
            name => Assert.Equal(NodeCost.Heavy, catalog.Find(name)!.Resources.Cost));
        Assert.Equal(NodeCost.Light, catalog.Find("ImageScale")!.Resources.Cost);
        Assert.Equal(NodeCost.Trivial, catalog.Find("PrimitiveInt")!.Resources.Cost);
    }

    [Fact]
    public void Catalog_says_what_the_collected_facts_say()
    {
        string folder = ReferenceData.Workflows();
        using JsonDocument facts = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder, "core-nodes.json")));
        List<string> differences = [];
        foreach (JsonProperty fact in facts.RootElement.GetProperty("nodes").EnumerateObject())
        {
            NodeType? type = CoreCatalog.Load().Find(fact.Name);
            if (type is null)
            {
                differences.Add($"{fact.Name} is missing");
                continue;
            }

            differences.AddRange(Differences(type, fact.Value).Select(difference => $"{fact.Name}: {difference}"));
        }

        Assert.Empty(differences);
    }

    private static IEnumerable<string> Differences(NodeType type, JsonElement fact)
    {
        if (type.IsOutput != fact.GetProperty("output_node").GetBoolean() || type.IsDeprecated != fact.GetProperty("deprecated").GetBoolean())
        {
            yield return "flags";
        }

        List<string> outputs = [.. fact.GetProperty("outputs").EnumerateArray().Select(output => output.GetProperty("type").GetString()!)];
        if (outputs.Count != type.Outputs.Length)
        {
            yield return "number of outputs";
        }

        int at = -1;
        foreach (JsonElement input in fact.GetProperty("inputs").EnumerateArray())
        {
            string name = input.GetProperty("name").GetString()!;
            string written = input.GetProperty("type").GetString()!;
            if (s_dynamic.Contains(written))
            {
                // Written out in the catalog, one entry per form.
                if (!type.Inputs.Any(known => known.Name == name || known.Name.StartsWith(name + ".", StringComparison.Ordinal)))
                {
                    yield return name;
                }

                continue;
            }

            int index = type.Inputs.ToList().FindIndex(known => known.Name == name);
            if (index <= at)
            {
                yield return $"order of {name}";
                continue;
            }

            at = index;
            NodeInput own = type.Inputs[index];
            bool isPlain = written is "INT" or "FLOAT" or "STRING" or "BOOLEAN" or "IMAGE" or "MASK" or "LATENT" or "MODEL" or "CLIP" or "VAE" or "CONDITIONING";
            if (isPlain && own.Type != ComfyTypes.FromComfy(written))
            {
                yield return $"type of {name}";
            }

            if (own.IsRequired != (input.GetProperty("section").GetString() == "required"))
            {
                yield return $"section of {name}";
            }

            if (input.TryGetProperty("default", out JsonElement value) && !JsonElement.DeepEquals(value, own.Default ?? default))
            {
                yield return $"default of {name}";
            }

            if (input.TryGetProperty("options", out JsonElement options)
                && !options.EnumerateArray().Select(option => option.GetString()).SequenceEqual(own.Choices))
            {
                yield return $"choices of {name}";
            }

            if (input.TryGetProperty("min", out JsonElement min) && own.Min is { } least && least != min.GetDecimal())
            {
                yield return $"least of {name}";
            }
        }
    }
}
