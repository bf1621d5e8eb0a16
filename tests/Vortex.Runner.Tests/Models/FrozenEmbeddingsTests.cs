using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Vortex.Diffusion;
using Vortex.Diffusion.Files;
using Vortex.Diffusion.Management;
using Vortex.Runner.Models;
using Vortex.Tensors;
using Vortex.Tensors.Cpu;

namespace Vortex.Runner.Tests.Models;

public sealed class FrozenEmbeddingsTests : IDisposable
{
    private readonly string _root = Directory.CreateDirectory(Path.Combine(Path.GetTempPath(), "vortex-frozen-tests", Guid.NewGuid().ToString("N"))).FullName;
    private readonly CpuBackend _backend = new();
    private readonly ModelManager _models;

    public FrozenEmbeddingsTests() =>
        _models = new ModelManager(_backend, new ModelFolders(ModelRoots.Expand([_root]), new DigestCache(null)));

    public void Dispose()
    {
        _models.Dispose();
        _backend.Dispose();
        Directory.Delete(_root, recursive: true);
    }

    [Theory]
    [InlineData("mine")]
    [InlineData("mine.safetensors")]
    [InlineData("sub\\deep")]
    public void What_was_frozen_is_found_by_the_names_that_prompts_use(string name)
    {
        FrozenEmbeddings frozen = new(_models, [Write("mine.safetensors", 1), Write("sub/deep.safetensors", 1)]);
        Assert.Equal([1f, 1f], frozen.Find(name, "clip_l", 2)!.ToArray());
    }

    [Fact]
    public void A_file_that_came_later_does_not_exist_for_the_run()
    {
        FrozenEmbeddings frozen = new(_models, [Write("mine.safetensors", 1)]);
        Write("later.safetensors", 2);
        Assert.Null(frozen.Find("later", "clip_l", 2));
    }

    [Fact]
    public void A_file_that_was_replaced_is_gone_and_not_a_silent_change()
    {
        FrozenEmbeddings frozen = new(_models, [Write("mine.safetensors", 1)]);
        Write("mine.safetensors", 2);
        DiffusionException problem = Assert.Throws<DiffusionException>(() => frozen.Find("mine", "clip_l", 2));
        Assert.Equal(DiffusionCodes.FileGone, problem.Code);
    }

    private FileRef Write(string name, float value)
    {
        string path = Path.Combine(_root, "embeddings", name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        SafetensorsWriter.Write(path, [new SafetensorsEntry("emb_params", DType.Float32, [1, 2], MemoryMarshal.AsBytes<float>(new[] { value, value }).ToArray())]);
        // The time of the last change tells when to look again; two writes within a tick of it are for tests only.
        File.SetLastWriteTimeUtc(path, new DateTime(2030, 1, 1 + (int)value, 0, 0, 0, DateTimeKind.Utc));
        return new FileRef(name, new Digest(Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(path)))), new FileInfo(path).Length) { ModelFolder = "embeddings" };
    }
}
