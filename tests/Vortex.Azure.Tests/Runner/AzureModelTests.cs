using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text.Json;
using Azure.Storage.Blobs.Specialized;
using Vortex.Azure.Tests.Blobs;
using Vortex.Azure.Tests.Cosmos;
using Vortex.Diffusion.Tiny;
using Vortex.Imaging.Codecs;
using Vortex.Runner;
using Vortex.Runs;
using Vortex.Testing;
using Vortex.Workflows;

namespace Vortex.Azure.Tests.Runner;

/// <summary>A runner in Azure makes pictures with models that only the deployment has.</summary>
public sealed class AzureModelTests(CosmosDesk cosmos, AzuriteWithIdentity azurite) : IClassFixture<CosmosDesk>, IClassFixture<AzuriteWithIdentity>, IDisposable
{
    private const string Checkpoint = "tiny-sd15.safetensors";

    private readonly string _folder = Directory.CreateTempSubdirectory("vortex-azure-models").FullName;

    private string Home => Path.Combine(_folder, "cache");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Text_becomes_a_picture_with_a_checkpoint_and_a_vocabulary_from_blobs_alone()
    {
        await using AzureWorld world = await AzureWorld.StartAsync(cosmos, azurite, deliversTwice: false, Configure);
        FileRef[] words = await PushAsync(world);
        FileRef model = (await world.Models.FindAsync("checkpoints", Checkpoint))!;
        BatchMessage batch = await world.SendAsync(1, Workflow(model, words, seed: 7));
        BatchOutcome outcome = await world.OutcomeAsync();
        Assert.True(outcome.Status == BatchStatus.Succeeded, string.Join(' ', outcome.Problems.Select(problem => problem.Message)));

        ArtifactRecord artifact = Assert.Single((await world.Runs.ListArtifactsAsync(Some.Here, batch.RunId, null, 10)).Items);
        DecodedImage picture = ImageFile.Decode(await world.BlobAsync(artifact.File.Digest));
        Assert.Equal((64, 64), (picture.Width, picture.Height));
        Assert.True(File.Exists(Path.Combine(Home, "models-by-digest", model.Digest.Value)));
        IReadOnlyList<RunEvent> events = await world.Runs.ReadEventsAsync(Some.Here, batch.RunId, 0, 1_000);
        Assert.Contains(events, one => one.Type == RunEventTypes.NodeProgress && one.NodeId == new NodeId("load"));

        // The next runner over the same volume asks the deployment for nothing: with its content gone it still makes pictures.
        await world.Models.Container.GetBlockBlobClient($"sha256/{model.Digest.Value[..2]}/{model.Digest}").DeleteAsync();
        await world.RestartAsync();
        await world.SendAsync(2, Workflow(model, words, seed: 8));
        Assert.Equal(BatchStatus.Succeeded, (await world.OutcomeAsync()).Status);
    }

    [Fact]
    public async Task Model_that_is_gone_or_damaged_in_the_deployment_is_a_problem_of_its_node()
    {
        await using AzureWorld world = await AzureWorld.StartAsync(cosmos, azurite, deliversTwice: false, Configure);
        FileRef[] words = await PushAsync(world);
        FileRef model = (await world.Models.FindAsync("checkpoints", Checkpoint))!;
        BlockBlobClient content = world.Models.Container.GetBlockBlobClient($"sha256/{model.Digest.Value[..2]}/{model.Digest}");
        await content.UploadAsync(new MemoryStream(new byte[100_000]));
        await world.SendAsync(1, Workflow(model, words, seed: 1));
        RunProblem damaged = Assert.Single((await world.OutcomeAsync()).Problems);
        Assert.Equal(("model.content_damaged", new NodeId("load")), (damaged.Code, damaged.Node));
        await content.DeleteAsync();
        await world.SendAsync(2, Workflow(model, words, seed: 2));
        RunProblem gone = Assert.Single((await world.OutcomeAsync()).Problems);
        Assert.Equal(("model.file_gone", new NodeId("load")), (gone.Code, gone.Node));
    }

    [Fact]
    public async Task Model_that_a_workspace_uploaded_itself_is_found_among_its_contents()
    {
        await using AzureWorld world = await AzureWorld.StartAsync(cosmos, azurite, deliversTwice: false, Configure);
        FileRef[] words = await PushAsync(world, withModel: false);
        StoredContent own = await world.StoreAsync(TinyCheckpoint());
        await world.SendAsync(1, Workflow(new FileRef("mine.safetensors", own.Digest, own.Size) { ModelFolder = "checkpoints" }, words, seed: 1));
        BatchOutcome outcome = await world.OutcomeAsync();
        Assert.True(outcome.Status == BatchStatus.Succeeded, string.Join(' ', outcome.Problems.Select(problem => problem.Message)));
    }

    private void Configure(RunnerOptions options)
    {
        Directory.CreateDirectory(Home);
        options.UseModels([Path.Combine(Home, "models")], Home);
        options.ModelDiskFolder = Path.Combine(Home, "models-by-digest");
        options.ModelDownloadBlock = 64 * 1024;
    }

    private byte[] TinyCheckpoint()
    {
        string path = Path.Combine(_folder, Checkpoint);
        TinyModels.All.Single(model => model.Name == Checkpoint).Write(path);
        return File.ReadAllBytes(path);
    }

    /// <summary>Uploads the tiny checkpoint, and the vocabulary whose files are returned.</summary>
    private async Task<FileRef[]> PushAsync(AzureWorld world, bool withModel = true)
    {
        string made = Directory.CreateDirectory(Path.Combine(_folder, "made")).FullName;
        TinyVocabulary.Write(made);
        List<FileRef> words = [];
        foreach (string path in Directory.GetFiles(made))
        {
            words.Add(await PushAsync(world, FileRef.VocabularyFolder, Path.GetFileName(path), await File.ReadAllBytesAsync(path)));
        }

        if (withModel)
        {
            await PushAsync(world, "checkpoints", Checkpoint, TinyCheckpoint());
        }

        return [.. words];
    }

    private async Task<FileRef> PushAsync(AzureWorld world, string folder, string name, byte[] content)
    {
        string path = Path.Combine(_folder, Guid.NewGuid().ToString("n"));
        await File.WriteAllBytesAsync(path, content);
        FileRef file = new(name, new Digest(Convert.ToHexStringLower(SHA256.HashData(content))), content.Length) { ModelFolder = folder };
        await new ModelUpload(world.Models).PushAsync(file, path);
        File.Delete(path);
        return file;
    }

    private static PlannedNode[] Workflow(FileRef model, FileRef[] words, int seed) =>
    [
        Node("load", "CheckpointLoaderSimple", new { ckpt_name = model.Name }) with { Files = ImmutableSortedDictionary<string, FileRef>.Empty.Add("ckpt_name", model) },
        Node("yes", "CLIPTextEncode", new { text = "a cat" }, ("clip", "load", 1)) with { PromptFiles = [.. words] },
        Node("no", "CLIPTextEncode", new { text = "" }, ("clip", "load", 1)) with { PromptFiles = [.. words] },
        Node("empty", "EmptyLatentImage", new { width = 64, height = 64, batch_size = 1 }),
        Node(
            "sample", "KSampler", new { seed, steps = 2, cfg = 4.0, sampler_name = "euler", scheduler = "normal", denoise = 1.0 },
            ("model", "load", 0), ("positive", "yes", 0), ("negative", "no", 0), ("latent_image", "empty", 0)),
        Node("decode", "VAEDecode", new { }, ("samples", "sample", 0), ("vae", "load", 2)),
        Node("save", "SaveImage", new { filename_prefix = "done" }, ("images", "decode", 0)) with { IsOutput = true, Keep = true },
    ];

    private static PlannedNode Node(string id, string type, object constants, params (string Input, string From, int Slot)[] links) => new()
    {
        Id = new NodeId(id),
        Type = type,
        Key = Some.Key(id + JsonSerializer.Serialize(constants)),
        Constants = JsonSerializer.SerializeToElement(constants).EnumerateObject().ToImmutableSortedDictionary(one => one.Name, one => one.Value),
        Links = links.ToImmutableSortedDictionary(link => link.Input, link => new NodeLink(new NodeId(link.From), link.Slot)),
        MayCache = false,
    };
}
