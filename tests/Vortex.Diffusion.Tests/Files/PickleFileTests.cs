using System.IO.Compression;
using Vortex.Diffusion.Files;
using Vortex.Tensors;
using Vortex.Tensors.Cpu;

namespace Vortex.Diffusion.Tests.Files;

public sealed class PickleFileTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly CpuBackend _backend = new();

    public void Dispose()
    {
        _backend.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void Tensors_of_a_state_dict_are_read_with_what_stood_beside_them()
    {
        byte[] pickle = new PickleWriter().Proto().Dict(top => top
            .Text("state_dict").Dict(weights => weights
                .Text("a.weight").Tensor("0", "FloatStorage", 6, 0, [2, 3], [3, 1])
                .Text("b").Tensor("1", "HalfStorage", 2, 0, [2], [1])
                .Text("ids").Tensor("2", "LongStorage", 1, 0, [], []))
            .Text("global_step").Number(7)).Stop().ToArray();
        using IModelFile file = Open(PickleWriter.Zip(pickle, ("0", PickleWriter.Floats(1, 2, 3, 4, 5, 6)), ("1", [0, 0x3c, 0, 0xc0]), ("2", [9, 0, 0, 0, 0, 0, 0, 0])));
        Assert.IsType<PickleFile>(file);
        Assert.Equal(["a.weight", "b", "ids"], file.Tensors.Keys.Order());
        Assert.Equal(new TensorInfo("a.weight", DType.Float32, [2, 3]), file.Tensors["a.weight"]);
        Assert.Equal("7", file.Metadata["global_step"]);
        Assert.Equal([1, 2, 3, 4, 5, 6], Read(file, "a.weight"));
        Assert.Equal([1, -2], Read(file, "b"));
        long[] id = new long[1];
        using Tensor ids = file.Load("ids", _backend);
        _backend.Read(ids, id);
        Assert.Equal([9], id);
    }

    [Fact]
    public void Transposed_and_shared_views_are_put_in_order()
    {
        byte[] pickle = new PickleWriter().Proto().Dict(top => top
            .Text("transposed").Tensor("0", "FloatStorage", 6, 0, [3, 2], [1, 3])
            .Text("part").Tensor("0", "FloatStorage", 6, 1, [2, 2], [3, 1])
            .Text("one").Tensor("0", "FloatStorage", 6, 5, [3], [0])
            .Text("none").Tensor("0", "FloatStorage", 6, 0, [0, 4], [4, 1])).Stop().ToArray();
        using IModelFile file = Open(PickleWriter.Zip(pickle, ("0", PickleWriter.Floats(1, 2, 3, 4, 5, 6))));
        Assert.Equal([1, 4, 2, 5, 3, 6], Read(file, "transposed"));
        Assert.Equal([2, 3, 5, 6], Read(file, "part"));
        Assert.Equal([6, 6, 6], Read(file, "one"));
        Assert.Empty(Read(file, "none"));
    }

    [Fact]
    public void The_format_before_zip_is_read()
    {
        byte[] contents = new PickleWriter().Proto().Dict(top => top
            .Text("string_to_token").Dict(token => token.Text("*").Number(265))
            .Text("string_to_param").Dict(param => param.Text("*").Raw(LegacyTensor("77", 4, [2, 2])))
            .Text("name").Text("style")).Stop().ToArray();
        using IModelFile file = Open(PickleWriter.Legacy(contents, ("77", 4, PickleWriter.Floats(1, 2, 3, 4))));
        Assert.Equal(["string_to_param.*"], file.Tensors.Keys);
        Assert.Equal("style", file.Metadata["name"]);
        Assert.Equal([1, 2, 3, 4], Read(file, "string_to_param.*"));
    }

    [Fact]
    public void Nothing_that_a_file_wants_called_is_called()
    {
        string witness = Path.Combine(_folder.Path, "ran");
        byte[] pickle = new PickleWriter().Proto().Dict(top => top
            .Text("evil").Global("posix", "system").Mark().Text($"touch {witness}").Raw((byte)'t', (byte)'R')
            .Text("worse").Global("builtins", "eval").Mark().Text("1").Raw((byte)'t', 0x81)
            .Text("callback").Global("pytorch_lightning.callbacks.model_checkpoint", "ModelCheckpoint")
            .Text("w").Tensor("0", "FloatStorage", 1, 0, [1], [1])).Stop().ToArray();
        using PickleFile file = PickleFile.Open(_folder.Write("evil.ckpt", PickleWriter.Zip(pickle, ("0", PickleWriter.Floats(3)))));
        Assert.Equal(["w"], file.Tensors.Keys);
        Assert.Equal(["builtins.eval", "posix.system"], file.Ignored);
        Assert.Equal([3], Read(file, "w"));
        Assert.False(File.Exists(witness));
    }

    public static TheoryData<string, byte[]> Hostile() => new()
    {
        { "stack underflow", new PickleWriter().Proto().Raw((byte)'0').Stop().ToArray() },
        { "tuple of nothing", new PickleWriter().Proto().Raw((byte)'t').Stop().ToArray() },
        { "pop below a mark", new PickleWriter().Proto().Number(1).Mark().Raw((byte)'0').Stop().ToArray() },
        { "no end", new PickleWriter().Proto().Number(1).ToArray() },
        { "unknown code", new PickleWriter().Proto().Raw(0xff).Stop().ToArray() },
        { "registered extension", new PickleWriter().Proto().Raw(0x82, 1).Stop().ToArray() },
        { "out-of-band buffer", new PickleWriter().Proto(5).Raw(0x97).Stop().ToArray() },
        { "a later protocol", new PickleWriter().Proto(9).Number(1).Stop().ToArray() },
        { "missing memo", new PickleWriter().Proto().Raw((byte)'h', 5).Stop().ToArray() },
        { "text longer than the file", new PickleWriter().Proto().Raw((byte)'X', 0xff, 0xff, 0xff, 0x7f).Stop().ToArray() },
        { "bytes longer than anything", new PickleWriter().Proto(4).Raw(0x8e, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff).Stop().ToArray() },
        { "negative long", new PickleWriter().Proto().Raw(0x8b, 0xff, 0xff, 0xff, 0xff).Stop().ToArray() },
        { "key without value", new PickleWriter().Proto().Raw((byte)'}').Mark().Text("a").Raw((byte)'u').Stop().ToArray() },
        { "foreign persistent id", new PickleWriter().Proto().Text("x").Raw((byte)'Q').Stop().ToArray() },
        { "unknown storage", Weight(w => w.Tensor("0", "QuantumStorage", 2, 0, [2], [1])) },
        { "missing storage", Weight(w => w.Tensor("9", "FloatStorage", 2, 0, [2], [1])) },
        { "storage longer than its entry", Weight(w => w.Tensor("0", "FloatStorage", 3, 0, [3], [1])) },
        { "storage longer than anything", Weight(w => w.Tensor("0", "FloatStorage", long.MaxValue, 0, [2], [1])) },
        { "offset beyond", Weight(w => w.Tensor("0", "FloatStorage", 2, 1, [2], [1])) },
        { "negative offset", Weight(w => w.Tensor("0", "FloatStorage", 2, -1, [2], [1])) },
        { "negative stride", Weight(w => w.Tensor("0", "FloatStorage", 2, 1, [2], [-1])) },
        { "huge stride", Weight(w => w.Tensor("0", "FloatStorage", 2, 0, [2, 2], [long.MaxValue, long.MaxValue])) },
        { "huge shape", Weight(w => w.Tensor("0", "FloatStorage", 2, 0, [int.MaxValue, int.MaxValue, int.MaxValue], [0, 0, 0])) },
        { "repeated beyond reason", Weight(w => w.Tensor("0", "FloatStorage", 2, 0, [100_000, 100_000], [0, 0])) },
        { "strides do not fit", Weight(w => w.Tensor("0", "FloatStorage", 2, 0, [2], [1, 1])) },
        { "size that is no number", Weight(w => w.Global("torch._utils", "_rebuild_tensor_v2").Mark().Number(1).Number(2).Number(3).Number(4).Raw((byte)'t', (byte)'R')) },
    };

    [Theory]
    [MemberData(nameof(Hostile))]
    public void A_hostile_pickle_is_a_coded_error(string what, byte[] pickle)
    {
        DiffusionException problem = Assert.Throws<DiffusionException>(() => Open(PickleWriter.Zip(pickle, ("0", PickleWriter.Floats(1, 2)))));
        Assert.True(problem.Code == DiffusionCodes.FileDamaged, what);
    }

    [Fact]
    public void Lists_that_hold_themselves_and_each_other_many_times_cost_no_more_than_their_bytes()
    {
        // Each list holds the one before it twice: two to the power of sixty entries for whoever walks all of them.
        PickleWriter writer = new PickleWriter().Proto().Raw((byte)']', (byte)'q', 0);
        for (byte i = 1; i < 60; i++)
        {
            writer.Raw((byte)']', (byte)'q', i).Raw((byte)'h', (byte)(i - 1), (byte)'a').Raw((byte)'h', (byte)(i - 1), (byte)'a');
        }

        using IModelFile bomb = Open(PickleWriter.Zip(writer.Raw((byte)'h', 59, (byte)'a').Stop().ToArray()));
        Assert.Empty(bomb.Tensors);
    }

    [Fact]
    public void A_dictionary_that_is_built_from_itself_over_and_over_does_not_grow_without_end()
    {
        PickleWriter writer = new PickleWriter().Proto().Raw((byte)'}', (byte)'q', 0).Text("_parameters").Raw((byte)'h', 0, (byte)'s');
        for (int i = 0; i < 60; i++)
        {
            writer.Raw((byte)'h', 0, (byte)'b');
        }

        Assert.Equal(DiffusionCodes.FileDamaged, Assert.Throws<DiffusionException>(() => Open(PickleWriter.Zip(writer.Stop().ToArray()))).Code);
    }

    [Fact]
    public void Dictionaries_nested_without_end_are_walked_to_a_depth_and_no_further()
    {
        PickleWriter writer = new PickleWriter().Proto();
        for (int i = 0; i < 100_000; i++)
        {
            writer.Raw((byte)'}').Text("a");
        }

        writer.Number(1);
        for (int i = 0; i < 100_000; i++)
        {
            writer.Raw((byte)'s');
        }

        using IModelFile file = Open(PickleWriter.Zip(writer.Stop().ToArray()));
        Assert.Empty(file.Tensors);
    }

    [Fact]
    public void A_compressed_archive_is_not_unpacked()
    {
        byte[] content = PickleWriter.Zip(new PickleWriter().Proto().Raw((byte)'}').Stop().ToArray(), CompressionLevel.SmallestSize, ("0", new byte[1_000_000]));
        Assert.Equal(DiffusionCodes.FileUnsupported, Assert.Throws<DiffusionException>(() => Open(content)).Code);
    }

    [Fact]
    public void Every_cut_of_a_file_is_a_coded_error()
    {
        byte[] pickle = Weight(w => w.Tensor("0", "FloatStorage", 2, 0, [2], [1]));
        byte[] zip = PickleWriter.Zip(pickle, ("0", PickleWriter.Floats(1, 2)));
        byte[] legacy = PickleWriter.Legacy(new PickleWriter().Proto().Dict(top => top.Text("w").Raw(LegacyTensor("0", 2, [2]))).Stop().ToArray(), ("0", 2, PickleWriter.Floats(1, 2)));
        foreach (byte[] whole in new[] { zip, legacy })
        {
            using (IModelFile file = Open(whole))
            {
                Assert.Equal([1, 2], Read(file, "w"));
            }

            for (int length = 0; length < whole.Length; length++)
            {
                string path = _folder.Write("cut.pt", whole[..length]);
                Assert.Throws<DiffusionException>(() => PickleFile.Open(path));
            }
        }
    }

    [Fact]
    public void Any_changed_byte_is_read_or_is_a_coded_error()
    {
        byte[] pickle = Weight(w => w.Tensor("0", "FloatStorage", 2, 0, [2], [1]));
        byte[] whole = PickleWriter.Zip(pickle, ("0", PickleWriter.Floats(1, 2)));
        for (int i = 0; i < whole.Length; i++)
        {
            foreach (byte change in (ReadOnlySpan<byte>)[0x01, 0x80, 0xff])
            {
                byte[] changed = [.. whole];
                changed[i] ^= change;
                string path = _folder.Write("changed.pt", changed);
                try
                {
                    using PickleFile file = PickleFile.Open(path);
                    foreach (string name in file.Tensors.Keys)
                    {
                        file.Load(name, _backend).Dispose();
                    }
                }
                catch (DiffusionException)
                {
                    // What it should be, where it is not read.
                }
            }
        }
    }

    [Fact]
    public void An_archive_or_pickle_that_is_no_model_says_so()
    {
        using MemoryStream stream = new();
        using (ZipArchive archive = new(stream, ZipArchiveMode.Create, true))
        {
            archive.CreateEntry("readme.txt", CompressionLevel.NoCompression);
        }

        Assert.Contains("no data.pkl", Assert.Throws<DiffusionException>(() => Open(stream.ToArray())).Message, StringComparison.Ordinal);
        Assert.Contains("none that PyTorch saved", Assert.Throws<DiffusionException>(() => Open(new PickleWriter().Proto().Number(1).Stop().ToArray())).Message, StringComparison.Ordinal);
    }

    private static byte[] Weight(Action<PickleWriter> write) => new PickleWriter().Proto().Dict(top =>
    {
        top.Text("w");
        write(top);
    }).Stop().ToArray();

    // Before zip a storage's id has a sixth part.
    private static byte[] LegacyTensor(string key, long count, long[] shape)
    {
        long[] strides = [.. shape.Select((_, i) => shape[(i + 1)..].Aggregate(1L, (a, b) => a * b))];
        return new PickleWriter().Global("torch._utils", "_rebuild_tensor_v2").Mark()
            .Mark().Text("storage").Global("torch", "FloatStorage").Text(key).Text("cpu").Number(count).Raw((byte)'N', (byte)'t', (byte)'Q')
            .Number(0).Tuple(shape).Tuple(strides).Raw(0x89, (byte)'}', (byte)'t', (byte)'R').ToArray();
    }

    private IModelFile Open(byte[] content) => ModelFiles.Open(_folder.Write($"{Guid.NewGuid():N}.pt", content));

    private float[] Read(IModelFile file, string name)
    {
        using Tensor tensor = file.Load(name, _backend);
        float[] values = new float[tensor.Count];
        _backend.Read(tensor, values);
        return values;
    }
}
