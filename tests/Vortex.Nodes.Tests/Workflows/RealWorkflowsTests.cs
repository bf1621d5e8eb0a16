using System.Collections.Immutable;
using System.Text.Json;
using Vortex.Diffusion.Latents;
using Vortex.Diffusion.Management;
using Vortex.Diffusion.Recipes;
using Vortex.Diffusion.Tiny;
using Vortex.Imaging.Codecs;
using Vortex.Imaging.Codecs.Png;
using Vortex.Nodes.Packs;
using Vortex.Testing;
using Vortex.Workflows;

namespace Vortex.Nodes.Tests.Workflows;

/// <summary>Workflows that people published, on tiny models: what is executable now runs from the first node to the last.</summary>
/// <remarks>
/// Rules in place of the people's models: a checkpoint whose name says XL is the tiny SDXL, one that says inpaint the tiny inpainting model, all
/// others the tiny SD 1.5; every other model is the tiny one of its folder. Pictures are a quarter as wide and high, and two steps are made.
/// </remarks>
[Trait("kind", "golden")]
public sealed class RealWorkflowsTests(TinyFolder tiny, ITestOutputHelper output) : IClassFixture<TinyFolder>
{
    private static readonly NodeCatalog s_catalog = CoreCatalog.Load().With(FlowTypes.All).With(BuiltInPacks.Types);

    // Families of later issues, and networks that no tiny model stands for.
    private static readonly string[] s_otherFamilies = ["flux", "hidream", "anima", "qwen", "sdxs", "wan", "refiner", "cascade", "sd3", "ltx", "z_image"];

    public static TheoryData<string> Names =>
        ReferenceData.Find("VORTEX_WORKFLOWS", "workflows") is { } root
            ? [.. new[] { "ui", "api", "images" }.SelectMany(folder => Directory.EnumerateFiles(Path.Combine(root, folder)).Select(file => $"{folder}/{Path.GetFileName(file)}")).Order(StringComparer.Ordinal)]
            : ["none"];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Workflow_runs_to_its_end(string name)
    {
        string root = ReferenceData.Workflows();
        byte[] bytes = await File.ReadAllBytesAsync(Path.Combine(root, name), TestContext.Current.CancellationToken);
        OpenedWorkflow opened = WorkflowFile.Open(bytes, name, s_catalog);
        Assert.SkipWhen(opened.Document is null, "It holds no workflow.");
        ExpansionResult expanded = WorkflowExpander.Expand(opened.Document!, s_catalog);
        Assert.SkipWhen(expanded.Graph is null, $"It does not expand: {expanded.Problems.FirstOrDefault()?.Code}.");
        ImmutableArray<ExecutableNode> nodes = Needed(expanded.Graph!);
        string[] unknown = [.. nodes.Select(node => node.Type).Where(type => BuiltIn.Find(type) is null).Distinct().Order(StringComparer.Ordinal)];
        Assert.SkipWhen(unknown.Length > 0, $"Not executable yet: {string.Join(", ", unknown)}.");
        Assert.SkipWhen(nodes.Length == 0, "It shows nothing.");
        string[] models = [.. nodes.SelectMany(Models)];
        string? other = models.FirstOrDefault(model => s_otherFamilies.Any(family => model.Contains(family, StringComparison.OrdinalIgnoreCase)));
        Assert.SkipWhen(other is not null, $"It needs a model of another family: {other}.");
        Assert.SkipWhen(models.Length == 0 && !nodes.Any(node => node.Type.Contains("Latent", StringComparison.Ordinal)), "It uses no model.");

        RecordingContext context = new(tiny.Models);
        Dictionary<NodeLink, object?> values = [];
        foreach (ExecutableNode node in nodes)
        {
            NodeMethod method = BuiltIn.Node(node.Type);
            Dictionary<string, object?> inputs = node.Constants.ToDictionary(constant => constant.Key, constant => tiny.Constant(method.Type.FindInput(constant.Key), constant.Key, constant.Value));
            foreach ((string input, NodeLink link) in node.Links)
            {
                inputs[input] = values[link];
            }

            ImmutableArray<object?> results = await method.InvokeAsync(inputs, context);
            for (int slot = 0; slot < results.Length; slot++)
            {
                values[new NodeLink(node.Id, slot)] = results[slot];
                Assert.True(results[slot] is not LatentBatch latent || latent.Samples.ToArray().All(float.IsFinite), $"{node.Id} {node.Type} gives numbers that are none.");
            }
        }

        output.WriteLine($"{nodes.Length} nodes, {context.Files.Count} files");
        Assert.NotEmpty(context.Files);
        Assert.All(context.Files, file => Assert.True(ImageFile.Decode(file.Content.ToArray()).Width > 0));
    }

    private static ImmutableArray<ExecutableNode> Needed(ExecutableGraph graph)
    {
        HashSet<NodeId> needed = [];
        for (int i = graph.Nodes.Length - 1; i >= 0; i--)
        {
            ExecutableNode node = graph.Nodes[i];
            if (needed.Contains(node.Id) || s_catalog.Find(node.Type)?.IsOutput == true)
            {
                needed.Add(node.Id);
                needed.UnionWith(node.Links.Values.Select(link => link.Node));
            }
        }

        return [.. graph.Nodes.Where(node => needed.Contains(node.Id))];
    }

    private static IEnumerable<string> Models(ExecutableNode node) =>
        node.Constants.Where(constant => s_catalog.Find(node.Type)!.FindInput(constant.Key)?.ModelFolder is not null).Select(constant => constant.Value.ToString());
}

/// <summary>Tiny models in a folder of their own, for all workflows of a class.</summary>
public sealed class TinyFolder : IDisposable
{
    private readonly string _folder = Path.Combine(Path.GetTempPath(), "vortex-tiny-" + Guid.NewGuid().ToString("N"));
    private readonly byte[] _picture;

    /// <summary>Writes the models.</summary>
    public TinyFolder()
    {
        TinyModels.WriteAll(_folder);
        TinyVocabulary.Write(_folder);
        Models = new ModelManager(TestModels.Backend, new Files(_folder), new ModelManagerOptions { VocabularyFolders = [_folder] });
        byte[] pixels = new byte[96 * 64 * 3];
        new Random(5).NextBytes(pixels);
        _picture = PngEncoder.Encode(pixels, 96, 64, 3);
    }

    internal ModelManager Models { get; }

    /// <inheritdoc/>
    public void Dispose()
    {
        Models.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>Returns what stands for a constant: tiny models, a random picture, a quarter of the size, two steps.</summary>
    internal object? Constant(NodeInput? input, string name, JsonElement value)
    {
        if (input?.ModelFolder is { } folder)
        {
            return new ModelFileRef(folder, Tiny(folder, value.ToString()), Tiny(folder, value.ToString()));
        }

        if (input?.Type == PortType.File)
        {
            return new MemoryFile(_picture, value.ToString());
        }

        return (name, value.ValueKind) switch
        {
            ("steps" or "end_at_step", JsonValueKind.Number) => (object)Math.Min(2L, value.GetInt64()),
            ("start_at_step", JsonValueKind.Number) => Math.Min(1L, value.GetInt64()),
            ("batch_size" or "amount", JsonValueKind.Number) => Math.Min(2L, value.GetInt64()),
            ("width" or "height", JsonValueKind.Number) when value.TryGetInt64(out long side) => side == 0 ? 0 : Math.Max(64, side / 32 * 8),
            ("x" or "y", JsonValueKind.Number) when value.TryGetInt64(out long place) => place / 32 * 8,
            _ => value,
        };
    }

    private static string Tiny(string folder, string name) => folder switch
    {
        "checkpoints" when name.Contains("xl", StringComparison.OrdinalIgnoreCase) => "tiny-sdxl.safetensors",
        "checkpoints" when name.Contains("inpaint", StringComparison.OrdinalIgnoreCase) => "tiny-sd15-inpainting.safetensors",
        "controlnet" when name.Contains("t2i", StringComparison.OrdinalIgnoreCase) => "tiny-sd15-t2iadapter.safetensors",
        "checkpoints" => "tiny-sd15.safetensors",
        "vae" => "tiny-vae.safetensors",
        "loras" => "tiny-sd15-lora.safetensors",
        "controlnet" => "tiny-sd15-control.safetensors",
        "upscale_models" => "tiny-esrgan-x4.safetensors",
        "clip_vision" => "tiny-clip-vision.safetensors",
        _ => throw Xunit.Sdk.SkipException.ForSkip($"No tiny model stands for one of {folder}."),
    };

    private sealed class Files(string root) : IModelFiles
    {
        public string PathOf(ModelFileRef file) => Path.Combine(root, file.Folder, file.Name);

        // A textual inversion that a prompt names is any that there is.
        public ModelFileRef? Find(string folder, string name) => folder == "embeddings" ? new ModelFileRef(folder, "tiny-style.safetensors", "tiny-style") : null;

        public IReadOnlyList<string> List(string folder) => [];
    }
}
