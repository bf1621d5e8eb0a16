using System.Buffers.Binary;
using System.Text;
using System.Text.Json;
using Vortex.Diffusion;
using Vortex.Diffusion.Latents;
using Vortex.Tensors;

namespace Vortex.Nodes.Tests.Files;

public sealed class LatentFileNodesTests
{
    private static readonly float[] s_values = [.. Enumerable.Range(0, 24).Select(i => i * 0.5f)];

    [Fact]
    public async Task What_is_saved_is_loaded_again()
    {
        RecordingContext context = new();
        await Core.RunAsync("SaveLatent", context, ("samples", Latent()), ("filename_prefix", "latents/%width%"));
        EmittedFile file = Assert.Single(context.Files);
        Assert.Equal("latents/3_00001_.latent", file.Name);

        LatentBatch loaded = Assert.IsType<LatentBatch>(await Core.OneAsync("LoadLatent", ("latent", new MemoryFile(file.Content.ToArray(), "a.latent"))));
        Assert.Equal(new Shape([1, 4, 2, 3]), loaded.Samples.Shape);
        Assert.Equal(s_values, loaded.Samples.ToArray());
    }

    [Fact]
    public async Task File_is_ComfyUI_s_with_the_workflow_inside()
    {
        RecordingContext context = new();
        await Core.RunAsync("SaveLatent", context, ("samples", Latent()), ("filename_prefix", "x"));
        byte[] content = context.Files[0].Content.ToArray();
        int length = (int)BinaryPrimitives.ReadInt64LittleEndian(content);
        using JsonDocument header = JsonDocument.Parse(Encoding.UTF8.GetString(content, 8, length));
        JsonElement tensor = header.RootElement.GetProperty("latent_tensor");
        Assert.Equal(("F32", "[1,4,2,3]"), (tensor.GetProperty("dtype").GetString(), tensor.GetProperty("shape").GetRawText()));
        Assert.Equal("[0]", header.RootElement.GetProperty("latent_format_version_0").GetProperty("shape").GetRawText());
        Assert.Equal("""{"1":"日本"}""", header.RootElement.GetProperty("__metadata__").GetProperty("prompt").GetString());
        Assert.Equal(0.5f, BinaryPrimitives.ReadSingleLittleEndian(content.AsSpan(8 + length + 4)));
    }

    [Fact]
    public async Task Values_of_an_old_file_are_scaled()
    {
        byte[] file = Written("""{"latent_tensor":{"dtype":"F16","shape":[1,1,1,2],"data_offsets":[0,4]}}""", [0x00, 0x3c, 0x00, 0xc0]);
        LatentBatch loaded = Assert.IsType<LatentBatch>(await Core.OneAsync("LoadLatent", ("latent", new MemoryFile(file, "old.latent"))));
        Assert.Equal([1 / 0.18215f, -2 / 0.18215f], loaded.Samples.ToArray(), (a, b) => Math.Abs(a - b) < 1e-5);
    }

    [Theory]
    [InlineData("", DiffusionCodes.FileDamaged)]
    [InlineData("no safetensors at all", DiffusionCodes.FileDamaged)]
    [InlineData("""{"other":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", DiffusionCodes.FileUnsupported)]
    [InlineData("""{"latent_tensor":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", DiffusionCodes.FileUnsupported)]
    [InlineData("""{"latent_tensor":{"dtype":"I32","shape":[1,1,1,1],"data_offsets":[0,4]}}""", DiffusionCodes.FileUnsupported)]
    [InlineData("""{"latent_tensor":{"dtype":"F32","shape":[1,1,1,2],"data_offsets":[0,8]}}""", DiffusionCodes.FileDamaged)]
    [InlineData("""{"latent_tensor":{"dtype":"F32","shape":[0,4,8,8],"data_offsets":[0,0]},"x":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", DiffusionCodes.OutOfRange)]
    public async Task A_file_that_is_no_latent_is_refused(string header, string code)
    {
        byte[] file = header.StartsWith('{') ? Written(header, new byte[4]) : Encoding.UTF8.GetBytes(header);
        Assert.Equal(code, (await Core.ProblemAsync("LoadLatent", ("latent", new MemoryFile(file, "a.latent")))).Code);
    }

    [Fact]
    public async Task A_prefix_does_not_lead_out_of_the_outputs() =>
        Assert.Equal("file.name_outside", (await Core.ProblemAsync("SaveLatent", ("samples", Latent()), ("filename_prefix", "../x"))).Code);

    private static byte[] Written(string header, byte[] data)
    {
        byte[] json = Encoding.UTF8.GetBytes(header);
        byte[] length = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(length, json.Length);
        return [.. length, .. json, .. data];
    }

    private static LatentBatch Latent() => new() { Samples = TestModels.Backend.From(s_values, [1, 4, 2, 3]).Detach() };
}
