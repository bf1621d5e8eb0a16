using System.Buffers.Binary;
using System.Text;
using Vortex.Diffusion.Files;
using Vortex.Diffusion.Weights;
using Vortex.Tensors;
using Vortex.Tensors.Cpu;
using Vortex.Testing.Golden;

namespace Vortex.Diffusion.Tests.Files;

public sealed class SafetensorsFileTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void What_was_written_is_read_back()
    {
        using CpuBackend backend = new();
        string path = Path.Combine(_folder.Path, "a.safetensors");
        SafetensorsWriter.Write(
            path,
            [SafetensorsEntry.From("a", DType.Float32, [2, 2], [1, 2, 3, 4]), SafetensorsEntry.From("b", DType.Float16, [], [0.5f]), SafetensorsEntry.From("none", DType.Float32, [0, 3], [])],
            new Dictionary<string, string> { ["k"] = "v" });
        Tensor a;
        using (IModelFile file = ModelFiles.Open(path))
        {
            Assert.Equal(new TensorInfo("a", DType.Float32, [2, 2]), file.Tensors["a"]);
            Assert.Equal(new TensorInfo("b", DType.Float16, []), file.Tensors["b"]);
            Assert.Equal("v", file.Metadata["k"]);
            a = file.Load("a", backend);
        }

        float[] values = new float[4];
        backend.Read(a, values);
        Assert.Equal([1, 2, 3, 4], values);
    }

    [Fact]
    public void Equal_entries_give_equal_bytes()
    {
        using MemoryStream one = new();
        using MemoryStream other = new();
        SafetensorsWriter.Write(one, [SafetensorsEntry.From("a", DType.BFloat16, [3], [1, 2, 3.3f])], new Dictionary<string, string> { ["a"] = "1", ["b"] = "2" });
        SafetensorsWriter.Write(other, [SafetensorsEntry.From("a", DType.BFloat16, [3], [1, 2, 3.3f])], new Dictionary<string, string> { ["b"] = "2", ["a"] = "1" });
        Assert.Equal(one.ToArray(), other.ToArray());
    }

    [Theory]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}", 4, "cut short")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}", 8, "belong to no tensor")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]},\"b\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[2,6]}}", 6, "overlaps")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]},\"b\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[8,12]}}", 12, "gap")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[3],\"data_offsets\":[0,4]}}", 4, "takes 12")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,0]}}", 4, "'a'")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[-4,0]}}", 4, "'a'")]
    [InlineData("{\"a\":{\"dtype\":\"Q99\",\"shape\":[1],\"data_offsets\":[0,4]}}", 4, "Q99")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]},\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}", 4, "twice")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[2147483647,2147483647,2147483647],\"data_offsets\":[0,4]}}", 4, "impossible")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[2147483647,2147483647,2147483647,0],\"data_offsets\":[0,0]}}", 0, "impossible")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[-1],\"data_offsets\":[0,4]}}", 4, "impossible")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[1e2],\"data_offsets\":[0,4]}}", 4, "impossible")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[99999999999999999999],\"data_offsets\":[0,4]}}", 4, "impossible")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[1]}}", 4, "incomplete")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,99999999999999999999]}}", 4, "JSON")]
    [InlineData("{\"a\":[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]}", 0, "JSON")]
    [InlineData("{\"a\":{\"x\":[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]}}", 0, "JSON")]
    [InlineData("{\"__metadata__\":{\"a\":1}}", 0, "JSON")]
    [InlineData("{\"a\":", 0, "JSON")]
    [InlineData("{} {}", 0, "JSON")]
    public void A_damaged_header_is_a_coded_error(string header, int dataLength, string says)
    {
        string path = _folder.Write("bad.safetensors", Raw(header, dataLength));
        DiffusionException problem = Assert.Throws<DiffusionException>(() => ModelFiles.Open(path));
        Assert.Equal(DiffusionCodes.FileDamaged, problem.Code);
        Assert.Contains(says, problem.Message, StringComparison.Ordinal);
        Assert.Contains("bad.safetensors", problem.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(7)]
    [InlineData(9)]
    public void A_file_of_a_few_bytes_is_a_coded_error(int length)
    {
        string path = _folder.Write("a.safetensors", new byte[length]);
        Assert.Equal(DiffusionCodes.FileDamaged, Assert.Throws<DiffusionException>(() => SafetensorsFile.Open(path)).Code);
    }

    [Theory]
    [InlineData(ulong.MaxValue)]
    [InlineData(100_000_001ul)]
    [InlineData(1000ul)]
    public void A_header_longer_than_allowed_or_than_the_file_is_a_coded_error(ulong length)
    {
        byte[] content = Raw("{}", 4);
        BinaryPrimitives.WriteUInt64LittleEndian(content, length);
        string path = _folder.Write("a.safetensors", content);
        Assert.Equal(DiffusionCodes.FileDamaged, Assert.Throws<DiffusionException>(() => ModelFiles.Open(path)).Code);
    }

    [Fact]
    public void Every_cut_of_a_file_is_a_coded_error()
    {
        using MemoryStream whole = new();
        SafetensorsWriter.Write(whole, [SafetensorsEntry.From("a", DType.Float32, [3], [1, 2, 3])]);
        for (int length = 0; length < whole.Length; length++)
        {
            string path = _folder.Write("a.safetensors", whole.ToArray()[..length]);
            Assert.Equal(DiffusionCodes.FileDamaged, Assert.Throws<DiffusionException>(() => SafetensorsFile.Open(path)).Code);
        }
    }

    [Fact]
    public void A_header_of_more_tensors_than_any_model_has_is_a_coded_error()
    {
        StringBuilder header = new("{");
        for (int i = 0; i < 200_002; i++)
        {
            header.Append(System.Globalization.CultureInfo.InvariantCulture, $"{(i > 0 ? "," : "")}\"{i}\":{{\"dtype\":\"U8\",\"shape\":[0],\"data_offsets\":[0,0]}}");
        }

        string path = _folder.Write("many.safetensors", Raw(header.Append('}').ToString(), 0));
        Assert.Equal(DiffusionCodes.FileDamaged, Assert.Throws<DiffusionException>(() => ModelFiles.Open(path)).Code);
    }

    [Fact]
    public void A_missing_file_is_a_coded_error() =>
        Assert.Equal(DiffusionCodes.FileDamaged, Assert.Throws<DiffusionException>(() => ModelFiles.Open(Path.Combine(_folder.Path, "none"))).Code);

    [Theory]
    [InlineData("<!DOCTYPE html><html>", "web page")]
    [InlineData("version https://git-lfs.github.com/spec/v1", "git lfs pull")]
    [InlineData("something else that is no model", "no safetensors")]
    public void A_file_that_is_no_model_says_what_it_is(string content, string says)
    {
        string path = _folder.Write("model", Encoding.UTF8.GetBytes(content));
        DiffusionException problem = Assert.Throws<DiffusionException>(() => ModelFiles.Open(path));
        Assert.Equal(DiffusionCodes.FileUnsupported, problem.Code);
        Assert.Contains(says, problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Weights_of_a_prefix_are_loaded_once_and_under_their_short_names()
    {
        using CpuBackend backend = new();
        string path = Path.Combine(_folder.Path, "a.safetensors");
        SafetensorsWriter.Write(path, [SafetensorsEntry.From("x.a", DType.Float32, [1], [1]), SafetensorsEntry.From("y.a", DType.Float32, [1], [2])]);
        using IModelFile file = ModelFiles.Open(path);
        using FileWeights weights = FileWeights.Under(file, backend, "y.");
        Assert.Equal(["a"], weights.Names);
        Assert.Null(weights.ShapeOf("x.a"));
        Assert.Same(weights.Load("a"), weights.Load("a"));
        float[] value = new float[1];
        backend.Read(weights.Load("a"), value);
        Assert.Equal(2, value[0]);
    }

    [Fact]
    [Trait("kind", "golden")]
    public void Golden_models_are_read_as_the_tests_own_reader_reads_them()
    {
        using CpuBackend backend = new();
        foreach (GoldenCase found in GoldenCase.Find("02*"))
        {
            string path = Path.Combine(found.Folder, "model.safetensors");
            using IModelFile file = ModelFiles.Open(path);
            Safetensors expected = found.Tensors("model");
            Assert.Equal(expected.Names.Order(), file.Tensors.Keys.Order());
            foreach (TensorInfo info in file.Tensors.Values)
            {
                using Tensor tensor = file.Load(info.Name, backend);
                float[] values = new float[tensor.Count];
                backend.Read(tensor, values);
                Assert.Equal(expected[info.Name].Floats(), values);
            }
        }
    }

    private static byte[] Raw(string header, int dataLength)
    {
        byte[] json = Encoding.UTF8.GetBytes(header);
        byte[] content = new byte[8 + json.Length + dataLength];
        BinaryPrimitives.WriteInt64LittleEndian(content, json.Length);
        json.CopyTo(content, 8);
        return content;
    }
}
