using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using Vortex.Diffusion;
using Vortex.Diffusion.Conditioning;
using Vortex.Diffusion.Detection;
using Vortex.Diffusion.Files;
using Vortex.Diffusion.Latents;
using Vortex.Diffusion.Management;
using Vortex.Diffusion.Recipes;
using Vortex.Imaging;
using Vortex.Nodes.Packs;
using Vortex.Tensors;
using Vortex.Tensors.Cpu;

namespace Vortex.Nodes.Tests.Packs;

/// <summary>Loaders of what goes with a model, through the nodes that use them.</summary>
public sealed partial class LoaderNodesTests : IDisposable
{
    private readonly TinyFolder _folder = new();
    private readonly CpuBackend _backend = new();
    private readonly ModelManager _models;

    public LoaderNodesTests() => _models = new ModelManager(_backend, _folder);

    public void Dispose()
    {
        _models.Dispose();
        _backend.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void What_is_told_of_a_file_names_nodes_and_folders_that_exist()
    {
        string[] types = [.. BuiltInPacks.Types.Select(type => type.Name)];
        string[] folders = [.. BuiltInPacks.Types.SelectMany(type => type.Inputs).Select(input => input.ModelFolder).OfType<string>(), "vae_approx", "embeddings"];
        foreach (string remedy in Enum.GetValues<ModelKind>().Select(kind => kind.Remedy()).OfType<string>())
        {
            Assert.All(NodeNames().Matches(remedy), name => Assert.Contains(name.Value, types));
            Assert.Contains(FolderName().Match(remedy).Groups[1].Value, folders);
        }
    }

    [Fact]
    public async Task Pixel_space_takes_pictures_for_latents_and_gives_them_back()
    {
        VaeRecipe vae = Assert.IsType<VaeRecipe>(await Core.OneAsync("VAELoader", ("vae_name", "pixel_space")));
        ImageBatch picture = new(1, 5, 7, 3, [.. Enumerable.Range(0, 5 * 7 * 3).Select(i => i % 11 / 10f)]);
        LatentBatch latent = Assert.IsType<LatentBatch>((await Core.RunAsync("VAEEncode", new RecordingContext(_models), ("pixels", picture), ("vae", vae)))[0]);
        Assert.Equal(new Shape([1, 3, 5, 7]), latent.Samples.Shape);
        Assert.Equal((picture.Values[0] * 2) - 1, latent.Samples.ToArray()[0], 1e-6);
        ImageBatch back = Assert.IsType<ImageBatch>((await Core.RunAsync("VAEDecode", new RecordingContext(_models), ("samples", latent), ("vae", vae)))[0]);
        Assert.All(back.Values.ToArray().Zip(picture.Values.ToArray()), pair => Assert.Equal(pair.Second, pair.First, 1e-6));
    }

    [Fact]
    public async Task Pixel_space_is_no_file_to_save_and_no_other_text_is_a_vae()
    {
        VaeRecipe vae = Assert.IsType<VaeRecipe>(await Core.OneAsync("VAELoader", ("vae_name", "pixel_space")));
        Assert.Contains("'pixel_space' is no file", (await ProblemAsync("VAESave", ("vae", vae), ("filename_prefix", "x"))).Message, StringComparison.Ordinal);
        Assert.Equal("node.unknown_choice", (await ProblemAsync("VAELoader", ("vae_name", "nothing"))).Code);
    }

    [Fact]
    public async Task A_hypernetwork_changes_sampling_by_its_strength_and_another_file_is_told()
    {
        ModelRecipe model = new(new WeightsRecipe.FromFiles([_folder["checkpoints", "tiny-sd15.safetensors"]]));
        ModelFileRef file = _folder.Put("hypernetworks", "tiny.safetensors", Hypernetwork(32));
        async Task<ModelRecipe> With(double strength) => Assert.IsType<ModelRecipe>(
            await Core.OneAsync("HypernetworkLoader", ("model", model), ("hypernetwork_name", file), ("strength", strength)));
        float[] plain = await SampleAsync(model);
        Assert.Equal(plain, await SampleAsync(await With(0)));
        float[] some = await SampleAsync(await With(0.5));
        Assert.True(plain.Zip(some, (a, b) => Math.Abs(a - b)).Max() > 1e-4);
        Assert.NotEqual(some, await SampleAsync(await With(1)));
        ModelRecipe wrong = Assert.IsType<ModelRecipe>(await Core.OneAsync(
            "HypernetworkLoader", ("model", model), ("hypernetwork_name", _folder["loras", "tiny-sd15-lora.safetensors"]), ("strength", 1.0)));
        NodeProblemException problem = await Assert.ThrowsAsync<NodeProblemException>(() => SampleAsync(wrong));
        Assert.Equal(DiffusionCodes.Mismatch, problem.Code);
        Assert.Contains("LoraLoader", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_lora_with_layers_that_a_model_lacks_shows_a_warning_of_the_node_that_computes_with_it()
    {
        ModelRecipe model = new(new WeightsRecipe.FromFiles([_folder["checkpoints", "tiny-sd15.safetensors"]]));
        ModelFileRef file = _folder.Put("loras", "other.safetensors", File(("lora_unet_nowhere.lora_up.weight", [4, 2], i => i), ("lora_unet_nowhere.lora_down.weight", [2, 4], i => i)));
        ModelRecipe patched = Assert.IsType<ModelRecipe>(await Core.OneAsync("LoraLoaderModelOnly", ("model", model), ("lora_name", file), ("strength_model", 1.0)));
        async Task<List<string>> WarningsAsync(ModelRecipe recipe)
        {
            RecordingContext context = new(_models);
            await Core.RunAsync("BasicScheduler", context, ("model", recipe), ("scheduler", "normal"), ("steps", 2), ("denoise", 1.0));
            return context.Warnings;
        }

        string warning = Assert.Single(await WarningsAsync(patched));
        Assert.Contains("'other.safetensors': 2 of 2 tensors mean nothing to this model", warning, StringComparison.Ordinal);
        Assert.Contains("lora_unet_nowhere", warning, StringComparison.Ordinal);
        Assert.Equal([warning], await WarningsAsync(patched));
        Assert.Empty(await WarningsAsync(model));
    }

    [Theory]
    [InlineData("multiply", 0.5, 0.5f, 0)]
    [InlineData("attn_bias", 0.5, 1f, 1)]
    [InlineData("attn_bias", 1.0, 1f, 0)]
    public async Task A_style_model_puts_its_words_behind_the_prompt(string type, double strength, float factor, int warnings)
    {
        StyleRecipe style = Assert.IsType<StyleRecipe>(await Core.OneAsync("StyleModelLoader", ("style_model_name", _folder.Put("style_models", "redux.safetensors", Redux(4, 32)))));
        VisionOutput seen = Seen([2, 3, 4]);
        RecordingContext context = new(_models);
        ConditioningList joined = Assert.IsType<ConditioningList>((await Core.RunAsync(
            "StyleModelApply", context, ("conditioning", Prompt(0.3f)), ("style_model", style), ("clip_vision_output", seen), ("strength", strength), ("strength_type", type)))[0]);
        Tensor text = Assert.Single(joined.Entries).Text;
        Assert.Equal(new Shape([1, 77 + 6, 32]), text.Shape);
        Assert.Equal(Prompt(0.3f).Entries[0].Text.ToArray(), text.Slice(1, 0, 77).ToArray());
        // The maps keep the first numbers and add nothing: what is left is SiLU of what was seen.
        float[] words = text.Slice(1, 77, 6).ToArray();
        float first = seen.LastHidden.ToArray()[0];
        Assert.Equal(factor * first / (1 + MathF.Exp(-first)), words[0], 1e-5);
        Assert.Equal(warnings, context.Warnings.Count);
    }

    [Fact]
    public async Task A_style_model_of_another_family_is_told()
    {
        StyleRecipe style = new(new WeightsRecipe.FromFiles([_folder.Put("style_models", "redux.safetensors", Redux(4, 8))]));
        NodeProblemException problem = await ProblemAsync(
            "StyleModelApply", ("conditioning", Prompt(0.3f)), ("style_model", style), ("clip_vision_output", Seen([1, 3, 4])), ("strength", 1.0), ("strength_type", "multiply"));
        Assert.Equal((DiffusionCodes.Mismatch, "style_model"), (problem.Code, problem.Port));
    }

    [Fact]
    public async Task Text_boxes_join_the_prompt_in_latent_pixels_and_change_sampling_of_both_prompts()
    {
        ModelRecipe model = new(new WeightsRecipe.FromFiles([_folder["checkpoints", "tiny-sd15.safetensors"]]));
        GligenRecipe gligen = Assert.IsType<GligenRecipe>(await Core.OneAsync("GLIGENLoader", ("gligen_name", _folder.Put("gligen", "tiny.safetensors", TinyGligen()))));
        GligenBox box = new(_backend.Full([1, 768], 0.1f).Detach(), 4, 4, 0, 0);
        ConditioningList Boxed(int count) => Prompt(0.3f).Each(entry => entry with { Gligen = new GligenRequest(gligen, [.. Enumerable.Repeat(box, count)]) });
        float[] plain = await SampleAsync(model);
        float[] boxed = await SampleAsync(model, Boxed(1));
        Assert.True(plain.Zip(boxed, (a, b) => Math.Abs(a - b)).Max() > 1e-5);
        Assert.NotEqual(boxed, await SampleAsync(model, Boxed(2)));
        // What is on the positive prompt reaches the negative one.
        float[] both = await SampleAsync(model, Boxed(1), Prompt(0.7f).Each(entry => entry with { Gligen = new GligenRequest(gligen, [box]) }));
        // Evaluated one after the other then, which rounds elsewhere; numbers go up to some hundreds.
        Assert.All(both.Zip(boxed), pair => Assert.Equal(pair.Second, pair.First, 0.01));
        ConditioningList full = Boxed(30);
        NodeProblemException problem = await ProblemAsync(
            "GLIGENTextBoxApply", ("conditioning_to", full), ("clip", new TextRecipe(model.Source)), ("gligen_textbox_model", gligen), ("text", "cat"), ("width", 64), ("height", 64), ("x", 0), ("y", 0));
        Assert.Equal((DiffusionCodes.OutOfRange, "conditioning_to"), (problem.Code, problem.Port));
    }

    [Fact]
    public async Task A_text_box_is_encoded_and_kept_beside_those_before_it()
    {
        Vortex.Diffusion.Tiny.TinyVocabulary.Write(_folder.Root);
        using ModelManager models = new(_backend, _folder, new ModelManagerOptions { VocabularyFolders = [_folder.Root] });
        TextRecipe clip = new(new WeightsRecipe.FromFiles([_folder["checkpoints", "tiny-sd15.safetensors"]]));
        GligenRecipe gligen = new(new WeightsRecipe.FromFiles([_folder.Put("gligen", "tiny.safetensors", TinyGligen())]));
        async Task<ConditioningList> Add(ConditioningList to, string text, int x) => Assert.IsType<ConditioningList>((await Core.RunAsync(
            "GLIGENTextBoxApply", new RecordingContext(models), ("conditioning_to", to), ("clip", clip), ("gligen_textbox_model", gligen), ("text", text), ("width", 100), ("height", 64), ("x", x),
            ("y", 16)))[0]);
        ConditioningList two = await Add(await Add(Prompt(0.3f), "cat", 8), "dog", 24);
        GligenRequest request = two.Entries[0].Gligen!;
        Assert.Equal([(8, 12, 2, 1), (8, 12, 2, 3)], request.Boxes.Select(box => (box.Height, box.Width, box.Y, box.X)));
        using TensorScope scope = TensorScope.Begin();
        using ModelLease<LoadedText> encoder = models.Text(clip);
        Assert.Equal(encoder.Value.Encoder.EncodeUnprojected("cat").Pooled.ToArray(), request.Boxes[0].Embedding.ToArray());
        Assert.NotEqual(request.Boxes[0].Embedding.ToArray(), request.Boxes[1].Embedding.ToArray());
    }

    private async Task<NodeProblemException> ProblemAsync(string type, params (string, object?)[] inputs) =>
        await Assert.ThrowsAsync<NodeProblemException>(() => Core.RunAsync(type, new RecordingContext(_models), inputs));

    private async Task<float[]> SampleAsync(ModelRecipe model, ConditioningList? positive = null, ConditioningList? negative = null)
    {
        LatentBatch latent = new() { Samples = _backend.Full([1, 4, 8, 8], 0).Detach() };
        object?[] outputs = await Core.RunAsync(
            "KSampler", new RecordingContext(_models), ("model", model), ("seed", 7), ("steps", 2), ("cfg", 4.0), ("sampler_name", "euler"), ("scheduler", "normal"),
            ("positive", positive ?? Prompt(0.3f)), ("negative", negative ?? Prompt(0.7f)), ("latent_image", latent), ("denoise", 1.0));
        return Assert.IsType<LatentBatch>(outputs[0]).Samples.ToArray();
    }

    private ConditioningList Prompt(float pitch) =>
        new([new ConditioningEntry { Text = _backend.From([.. Enumerable.Range(0, 77 * 32).Select(i => MathF.Cos(i * pitch))], [1, 77, 32]).Detach() }]);

    private VisionOutput Seen(Shape shape)
    {
        Tensor hidden = _backend.From([.. Enumerable.Range(1, (int)shape.Count).Select(i => i * 0.25f)], shape).Detach();
        return new VisionOutput(hidden, hidden, hidden);
    }

    private static byte[] TinyGligen()
    {
        List<(string, Shape, Func<int, float>)> tensors =
        [
            ("position_net.null_positive_feature", [768], _ => 0), ("position_net.null_position_feature", [64], _ => 0),
            ("position_net.linears.0.weight", [16, 768 + 64], i => MathF.Sin(i) * 0.1f), ("position_net.linears.0.bias", [16], _ => 0.1f),
            ("position_net.linears.2.weight", [16, 16], i => MathF.Cos(i) * 0.3f), ("position_net.linears.2.bias", [16], _ => 0.1f),
            ("position_net.linears.4.weight", [768, 16], i => MathF.Sin(i * 0.3f)), ("position_net.linears.4.bias", [768], _ => 0.1f),
        ];
        const int Width = 32;
        foreach (string block in new[] { "input_blocks.1.1", "output_blocks.11.1" })
        {
            string at = $"{block}.transformer_blocks.0.fuser.";
            tensors.AddRange(
            [
                (at + "linear.weight", [Width, 768], i => MathF.Sin(i) * 0.1f), (at + "linear.bias", [Width], _ => 0),
                .. new[] { "to_q", "to_k", "to_v", "to_out.0" }.Select(part => ((string, Shape, Func<int, float>))($"{at}attn.{part}.weight", [Width, Width], i => MathF.Cos(i) * 0.2f)),
                (at + "attn.to_out.0.bias", [Width], _ => 0), (at + "norm1.weight", [Width], _ => 1), (at + "norm1.bias", [Width], _ => 0),
                (at + "norm2.weight", [Width], _ => 1), (at + "norm2.bias", [Width], _ => 0),
                (at + "ff.net.0.proj.weight", [8 * Width, Width], i => MathF.Sin(i) * 0.1f), (at + "ff.net.0.proj.bias", [8 * Width], _ => 0),
                (at + "ff.net.2.weight", [Width, 4 * Width], i => MathF.Cos(i) * 0.1f), (at + "ff.net.2.bias", [Width], _ => 0),
                (at + "alpha_attn", [], _ => 0.5f), (at + "alpha_dense", [], _ => 0.5f),
            ]);
        }

        return File([.. tensors]);
    }

    private static byte[] Redux(int seen, int text) => File(
        ("redux_up.weight", [seen, seen], i => i % (seen + 1) == 0 ? 1 : 0), ("redux_up.bias", [seen], _ => 0),
        ("redux_down.weight", [text, seen], i => i % seen == i / seen ? 1 : 0), ("redux_down.bias", [text], _ => 0));

    private static byte[] Hypernetwork(int width) => File([.. Enumerable.Range(0, 2).SelectMany(part => (IEnumerable<(string, Shape, Func<int, float>)>)
    [
        ($"{width}.{part}.linear.0.weight", [2 * width, width], i => MathF.Sin(i + part) * 0.3f), ($"{width}.{part}.linear.0.bias", [2 * width], _ => 0.1f),
        ($"{width}.{part}.linear.1.weight", [width, 2 * width], i => MathF.Cos(i) * 0.3f), ($"{width}.{part}.linear.1.bias", [width], _ => 0),
    ])]);

    private static byte[] File(params (string Name, Shape Shape, Func<int, float> Value)[] tensors)
    {
        using MemoryStream stream = new();
        SafetensorsWriter.Write(stream, [.. tensors.Select(tensor => new SafetensorsEntry(
            tensor.Name, DType.Float32, tensor.Shape, MemoryMarshal.AsBytes<float>(Enumerable.Range(0, (int)tensor.Shape.Count).Select(tensor.Value).ToArray()).ToArray()))]);
        return stream.ToArray();
    }

    [GeneratedRegex(@"\b(?:[A-Za-z]*Loader(?:Simple)?)\b")]
    private static partial Regex NodeNames();

    [GeneratedRegex("put it into '([a-z_]+)'")]
    private static partial Regex FolderName();
}
