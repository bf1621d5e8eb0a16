using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using Vortex.Diffusion;
using Vortex.Diffusion.Conditioning;
using Vortex.Diffusion.Detection;
using Vortex.Diffusion.Latents;
using Vortex.Diffusion.Management;
using Vortex.Diffusion.Patches;
using Vortex.Diffusion.Recipes;
using Vortex.Diffusion.Saving;
using Vortex.Imaging;
using Vortex.Tensors;
using Vortex.Tensors.Cpu;

namespace Vortex.Nodes.Tests.Packs;

public sealed class ModelSaveNodesTests : IDisposable
{
    private readonly TinyFolder _folder = new();
    private readonly CpuBackend _backend = new();
    private readonly ModelManager _models;

    public ModelSaveNodesTests() => _models = new ModelManager(_backend, _folder);

    public void Dispose()
    {
        _models.Dispose();
        _backend.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_saved_checkpoint_gives_the_picture_that_its_parts_gave()
    {
        WeightsRecipe source = Source("checkpoints", "tiny-sd15.safetensors");
        ModelRecipe model = new(source) { Patches = [new PatchRecipe(_folder["loras", "tiny-sd15-lora.safetensors"], 0.75f)] };
        EmittedFile file = Assert.Single(await SavedAsync("CheckpointSave", ("model", model), ("clip", new TextRecipe(source)), ("vae", new VaeRecipe(source)), ("filename_prefix", "checkpoints/mine")));
        Assert.Equal("checkpoints/mine_00001_.safetensors", file.Name);
        WeightsRecipe saved = Put("checkpoints", file);

        float[] before = await PictureAsync(model, new VaeRecipe(source));
        Assert.NotEqual(before, await PictureAsync(new ModelRecipe(source), new VaeRecipe(source)));
        Assert.Equal(before, await PictureAsync(new ModelRecipe(saved), new VaeRecipe(saved)));
        Assert.Equal(Keys(_folder.PathOf(_folder["checkpoints", "tiny-sd15.safetensors"])), Keys(file.Content.Span));
        Same(_models.SavedText(new TextRecipe(source)), _models.SavedText(new TextRecipe(saved)));
    }

    [Fact]
    public async Task An_SDXL_checkpoint_comes_back_with_both_encoders()
    {
        WeightsRecipe source = Source("checkpoints", "tiny-sdxl.safetensors");
        EmittedFile file = Assert.Single(await SavedAsync("CheckpointSave", ("model", new ModelRecipe(source)), ("clip", new TextRecipe(source)), ("vae", new VaeRecipe(source)), ("filename_prefix", "xl")));
        JsonElement told = Header(file.Content.Span).GetProperty("__metadata__");
        Assert.Equal(
            ("stable-diffusion-xl-v1-base", "epsilon", "xl 00001", """{"1":"日本"}"""),
            (told.GetProperty("modelspec.architecture").GetString(), told.GetProperty("modelspec.predict_key").GetString(), told.GetProperty("modelspec.title").GetString(), told.GetProperty("prompt").GetString()));
        WeightsRecipe saved = Put("checkpoints", file);
        Same(_models.SavedCheckpoint(new ModelRecipe(source), new TextRecipe(source), new VaeRecipe(source)), _models.SavedCheckpoint(new ModelRecipe(saved), new TextRecipe(saved), new VaeRecipe(saved)));
    }

    [Fact]
    public async Task Parts_are_saved_alone_and_load_where_they_belong()
    {
        WeightsRecipe xl = Source("checkpoints", "tiny-sdxl.safetensors");
        EmittedFile[] encoders = await SavedAsync("CLIPSave", ("clip", new TextRecipe(xl)), ("filename_prefix", "clip/mine"));
        Assert.Equal(["clip/mine_clip_l_00001_.safetensors", "clip/mine_clip_g_00001_.safetensors"], encoders.Select(file => file.Name));
        TextRecipe two = new(new WeightsRecipe.FromFiles([.. encoders.Select((file, i) => _folder.Put("text_encoders", $"{i}.safetensors", file.Content.Span))], "sdxl"));
        Same(_models.SavedText(new TextRecipe(xl)), _models.SavedText(two));

        VaeRecipe vae = new(Source("vae", "tiny-vae.safetensors"));
        EmittedFile vaeFile = Assert.Single(await SavedAsync("VAESave", ("vae", vae), ("filename_prefix", "vae")));
        Same(_models.SavedVae(vae), _models.SavedVae(new VaeRecipe(Put("vae", vaeFile))));

        ModelRecipe model = new(xl);
        EmittedFile modelFile = Assert.Single(await SavedAsync("ModelSave", ("model", model), ("filename_prefix", "unet")));
        Assert.All(Keys(modelFile.Content.Span), key => Assert.StartsWith("model.diffusion_model.", key, StringComparison.Ordinal));
        Same(_models.SavedCheckpoint(model), _models.SavedCheckpoint(new ModelRecipe(Put("diffusion_models", modelFile))));
    }

    [Fact]
    public void Weights_are_computed_one_by_one_while_the_file_is_read()
    {
        ModelRecipe plain = new(Source("checkpoints", "tiny-sd15.safetensors"));
        ModelRecipe merged = new(new WeightsRecipe.Merged("simple", plain, plain, ImmutableSortedDictionary<string, float>.Empty.Add("", 0.5f)));
        using SavedModel saved = _models.SavedCheckpoint(merged);
        long before = _backend.Memory.InUse;
        _backend.ResetPeak();
        using Stream stream = saved.Files[0].Open(new Dictionary<string, string>(), TestContext.Current.CancellationToken);
        long length = stream.Length;
        MemoryStream content = new();
        stream.CopyTo(content);
        Assert.Equal(length, content.Length);
        Assert.Equal(before, _backend.Memory.InUse);
        Assert.True(_backend.Memory.Peak - before < length / 4, $"{_backend.Memory.Peak - before} of {length}");
    }

    [Fact]
    public void Patched_weights_are_kept_in_the_format_of_the_file_rounded_once()
    {
        ModelRecipe patched = new(Source("checkpoints", "tiny-sd15.safetensors")) { Patches = [new PatchRecipe(_folder["loras", "tiny-sd15-lora.safetensors"], 0.75f)] };
        using ModelManager exact = new(_backend, _folder, new ModelManagerOptions { PatchedStorage = PatchedStorage.Float32 });
        Dictionary<string, float[]> whole = Values(exact.SavedCheckpoint(patched));
        Dictionary<string, float[]> half = Values(_models.SavedCheckpoint(patched));
        Assert.Equal(whole.Keys.Order(StringComparer.Ordinal), half.Keys.Order(StringComparer.Ordinal));
        Assert.All(whole, weight => Assert.Equal(weight.Value.Select(value => (float)(Half)value), half[weight.Key]));
        Assert.Contains(whole, weight => !weight.Value.SequenceEqual(half[weight.Key]));

        long before = _backend.Memory.InUse;
        using (ModelLease<LoadedModel> lease = exact.Model(patched))
        {
            long single = _backend.Memory.InUse - before;
            before = _backend.Memory.InUse;
            using ModelLease<LoadedModel> other = _models.Model(patched);
            Assert.Equal(single / 2, _backend.Memory.InUse - before, single / 20);
        }
    }

    [Fact]
    public async Task A_velocity_model_is_still_one_when_it_is_loaded_again()
    {
        WeightsRecipe source = Source("checkpoints", "tiny-sdxl.safetensors");
        ModelRecipe velocity = new(source) { Options = [ModelOptions.Of(ModelOptions.SamplingContinuousEdm, ("sampling", "v_prediction"), ("sigma_min", 0.002), ("sigma_max", 120.0))] };
        EmittedFile file = Assert.Single(await SavedAsync("ModelSave", ("model", velocity), ("filename_prefix", "v")));
        Assert.Equal("[]", Header(file.Content.Span).GetProperty("edm_vpred.sigma_max").GetProperty("shape").GetRawText());
        Assert.Equal(Prediction.VelocityEdm, _models.Detect(_folder.Put("diffusion_models", "v.safetensors", file.Content.Span)).Prediction);
    }

    [Fact]
    public async Task What_cannot_be_saved_is_said()
    {
        ModelRecipe xl = new(Source("checkpoints", "tiny-sdxl.safetensors"));
        WeightsRecipe sd15 = Source("checkpoints", "tiny-sd15.safetensors");
        Assert.Equal(DiffusionCodes.Mismatch, await ProblemAsync("CheckpointSave", ("model", xl), ("clip", new TextRecipe(sd15)), ("vae", new VaeRecipe(sd15)), ("filename_prefix", "x")));
        _ = _folder["vae_approx", "taesd_encoder.safetensors"];
        Assert.Equal(DiffusionCodes.Mismatch, await ProblemAsync("VAESave", ("vae", new VaeRecipe(Source("vae_approx", "taesd_decoder.safetensors"))), ("filename_prefix", "x")));
        Assert.Equal(DiffusionCodes.WeightsMissing, await ProblemAsync("VAESave", ("vae", new VaeRecipe(Put("diffusion_models", (await SavedAsync("ModelSave", ("model", xl), ("filename_prefix", "u")))[0]))), ("filename_prefix", "x")));
        Assert.Equal("file.name_outside", await ProblemAsync("ModelSave", ("model", xl), ("filename_prefix", "../x")));
    }

    private static void Same(SavedModel first, SavedModel second)
    {
        using (first)
        using (second)
        {
            Assert.Equal(first.Files.Count, second.Files.Count);
            foreach ((SavedFile a, SavedFile b) in first.Files.Zip(second.Files))
            {
                Assert.Equal(Content(a), Content(b));
            }
        }
    }

    private static Dictionary<string, float[]> Values(SavedModel saved)
    {
        using (saved)
        {
            byte[] content = Content(saved.Files[0]);
            int start = 8 + (int)BinaryPrimitives.ReadInt64LittleEndian(content);
            return Header(content).EnumerateObject().Where(tensor => tensor.Value.TryGetProperty("dtype", out JsonElement type) && type.GetString() is "F16" or "F32").ToDictionary(tensor => tensor.Name, tensor =>
            {
                Span<byte> data = content.AsSpan((start + tensor.Value.GetProperty("data_offsets")[0].GetInt32())..(start + tensor.Value.GetProperty("data_offsets")[1].GetInt32()));
                return tensor.Value.GetProperty("dtype").GetString() == "F32"
                    ? MemoryMarshal.Cast<byte, float>(data).ToArray()
                    : [.. MemoryMarshal.Cast<byte, Half>(data).ToArray().Select(value => (float)value)];
            });
        }
    }

    private static byte[] Content(SavedFile file)
    {
        using Stream stream = file.Open(new Dictionary<string, string>(), TestContext.Current.CancellationToken);
        MemoryStream content = new();
        stream.CopyTo(content);
        return content.ToArray();
    }

    private static JsonElement Header(ReadOnlySpan<byte> file) => JsonElement.Parse(Encoding.UTF8.GetString(file.Slice(8, (int)BinaryPrimitives.ReadInt64LittleEndian(file))));

    private static IEnumerable<string> Keys(ReadOnlySpan<byte> file) =>
        [.. Header(file).EnumerateObject().Select(property => property.Name).Where(name => name != "__metadata__").Order(StringComparer.Ordinal)];

    private static IEnumerable<string> Keys(string path) => Keys(File.ReadAllBytes(path));

    private WeightsRecipe.FromFiles Source(string folder, string name) => new([_folder[folder, name]]);

    private WeightsRecipe.FromFiles Put(string folder, EmittedFile file) => new([_folder.Put(folder, Path.GetFileName(file.Name), file.Content.Span)]);

    private async Task<EmittedFile[]> SavedAsync(string node, params (string, object?)[] inputs)
    {
        RecordingContext context = new(_models);
        await Core.RunAsync(node, context, inputs);
        return [.. context.Files];
    }

    private async Task<string> ProblemAsync(string node, params (string, object?)[] inputs) =>
        (await Assert.ThrowsAsync<NodeProblemException>(() => Core.RunAsync(node, new RecordingContext(_models), inputs))).Code;

    private async Task<float[]> PictureAsync(ModelRecipe model, VaeRecipe vae)
    {
        ConditioningList prompt = new([new ConditioningEntry { Text = _backend.From([.. Enumerable.Range(0, 77 * 32).Select(i => MathF.Cos(i))], [1, 77, 32]).Detach() }]);
        RecordingContext context = new(_models);
        object?[] latent = await Core.RunAsync(
            "KSampler", context, ("model", model), ("seed", 7), ("steps", 3), ("cfg", 4.0), ("sampler_name", "euler"), ("scheduler", "normal"), ("positive", prompt), ("negative", prompt),
            ("latent_image", new LatentBatch { Samples = _backend.Full([1, 4, 8, 8], 0).Detach() }), ("denoise", 1.0));
        object?[] picture = await Core.RunAsync("VAEDecode", context, ("samples", latent[0]), ("vae", vae));
        return Assert.IsType<ImageBatch>(picture[0]).Values;
    }
}
