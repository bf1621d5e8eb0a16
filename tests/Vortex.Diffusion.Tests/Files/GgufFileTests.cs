using System.Buffers.Binary;
using System.Text;
using System.Text.Json;
using Vortex.Diffusion.Files;
using Vortex.Tensors;
using Vortex.Tensors.Cpu;
using Vortex.Testing.Golden;

namespace Vortex.Diffusion.Tests.Files;

public sealed class GgufFileTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly CpuBackend _backend = new();

    public void Dispose()
    {
        _backend.Dispose();
        _folder.Dispose();
    }

    [Fact]
    [Trait("kind", "golden")]
    public void The_golden_file_holds_what_the_reference_reads_from_it()
    {
        foreach (GoldenCase found in GoldenCase.Find("15c*"))
        {
            double absolute = found.Json.GetProperty("tolerance").GetProperty("abs").GetDouble();
            double relative = found.Json.GetProperty("tolerance").GetProperty("rel").GetDouble();
            foreach (string path in Directory.EnumerateFiles(found.Folder, "*.gguf"))
            {
                using IModelFile file = ModelFiles.Open(path);
                Safetensors expected = found.Tensors("expected");
                Assert.Equal(expected.Names.Order(), file.Tensors.Keys.Order());
                foreach (TensorInfo info in file.Tensors.Values)
                {
                    Assert.Equal(expected[info.Name].Shape, info.Shape);
                    using Tensor tensor = file.Load(info.Name, _backend);
                    float[] values = new float[tensor.Count];
                    _backend.Read(tensor, values);
                    foreach ((float value, float wanted) in values.Zip(expected[info.Name].Floats()))
                    {
                        Assert.InRange(value, wanted - absolute - (relative * Math.Abs(wanted)), wanted + absolute + (relative * Math.Abs(wanted)));
                    }
                }

                foreach (JsonProperty value in found.Json.GetProperty("metadata").EnumerateObject())
                {
                    string text = value.Value.ValueKind == JsonValueKind.Array
                        ? string.Join(',', value.Value.EnumerateArray().Select(item => item.ToString()))
                        : value.Value.ToString();
                    Assert.Equal(text, file.Metadata[value.Name], ignoreCase: true);
                }
            }
        }
    }

    [Fact]
    public void Dimensions_are_turned_round_and_plain_formats_are_read_in_place()
    {
        byte[] content = Gguf(3, [], [("w", [3, 2], 0, 0)], [.. PickleWriter.Floats(1, 2, 3, 4, 5, 6)]);
        using IModelFile file = ModelFiles.Open(_folder.Write("a.gguf", content));
        Assert.Equal(new TensorInfo("w", DType.Float32, [2, 3]), file.Tensors["w"]);
        using Tensor tensor = file.Load("w", _backend);
        Assert.Equal([1, 2, 3, 4, 5, 6], tensor.ToArray());
    }

    [Theory]
    [InlineData("not a whole block", 31, 2u, 0ul)]
    [InlineData("beyond the end", 6, 0u, 32ul)]
    [InlineData("beyond all numbers", 6, 0u, ulong.MaxValue - 31)]
    [InlineData("off the alignment", 1, 0u, 4ul)]
    [InlineData("longer than the file", 1_000_000, 0u, 0ul)]
    [InlineData("longer than anything", long.MaxValue, 0u, 0ul)]
    public void A_hostile_tensor_is_a_coded_error(string what, long size, uint type, ulong offset)
    {
        string path = _folder.Write("a.gguf", Gguf(3, [], [("w", [size], type, offset)], new byte[24]));
        Assert.True(Assert.Throws<DiffusionException>(() => ModelFiles.Open(path)).Code == DiffusionCodes.FileDamaged, what);
    }

    [Fact]
    public void Hostile_headers_are_coded_errors()
    {
        byte[] sound = Gguf(3, [("general.alignment", 4, [32, 0, 0, 0])], [("w", [1], 0, 0)], new byte[4]);
        ModelFiles.Open(_folder.Write("sound.gguf", sound)).Dispose();
        for (int length = 4; length < sound.Length; length++)
        {
            Damaged(sound[..length]);
        }

        Damaged(Gguf(3, [("general.alignment", 4, [0, 0, 0, 0])], [], []));
        Damaged(Gguf(3, [("general.alignment", 4, [3, 0, 0, 0])], [], []));
        Damaged(Gguf(3, [("a", 4, [1, 0, 0, 0]), ("a", 4, [1, 0, 0, 0])], [], []));
        Damaged(Gguf(3, [("a", 99, [])], [], []));
        Damaged(Gguf(3, [("a", 8, [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff])], [], []));
        // A list of a list of a list, and one of more items than there are bytes.
        Damaged(Gguf(3, [("a", 9, [.. Enumerable.Repeat(new byte[] { 9, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0 }, 50).SelectMany(bytes => bytes)])], [], []));
        Damaged(Gguf(3, [("a", 9, [0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 0xff, 0, 0, 0])], [], []));
        Damaged(Gguf(3, [], [("w", [1], 0, 0), ("w", [1], 0, 0)], new byte[4]));
        Damaged(Gguf(3, [], [("w", [1, 1, 1, 1, 1, 1, 1, 1, 1], 0, 0)], new byte[4]));
        byte[] many = Gguf(3, [], [], []);
        BinaryPrimitives.WriteUInt64LittleEndian(many.AsSpan(8), ulong.MaxValue);
        Damaged(many);
    }

    [Theory]
    [InlineData(1u, 0u, "version 1")]
    [InlineData(0x03000000u, 0u, "big-endian")]
    [InlineData(3u, 16u, "IQ2_XXS")]
    public void What_is_not_read_says_so(uint version, uint type, string says)
    {
        DiffusionException problem = Assert.Throws<DiffusionException>(() => ModelFiles.Open(_folder.Write("a.gguf", Gguf(version, [], [("w", [256], type, 0)], new byte[1024]))));
        Assert.Equal(DiffusionCodes.FileUnsupported, problem.Code);
        Assert.Contains(says, problem.Message, StringComparison.Ordinal);
    }

    private void Damaged(byte[] content)
    {
        string path = _folder.Write("bad.gguf", content);
        Assert.Equal(DiffusionCodes.FileDamaged, Assert.Throws<DiffusionException>(() => ModelFiles.Open(path)).Code);
    }

    private static byte[] Gguf(uint version, (string Key, uint Type, byte[] Value)[] values, (string Name, long[] Sizes, uint Type, ulong Offset)[] tensors, byte[] data)
    {
        using MemoryStream stream = new();
        using BinaryWriter writer = new(stream);
        void Text(string text)
        {
            byte[] bytes = Encoding.UTF8.GetBytes(text);
            writer.Write((ulong)bytes.Length);
            writer.Write(bytes);
        }

        writer.Write("GGUF"u8);
        writer.Write(version);
        writer.Write((ulong)tensors.Length);
        writer.Write((ulong)values.Length);
        foreach ((string key, uint type, byte[] value) in values)
        {
            Text(key);
            writer.Write(type);
            writer.Write(value);
        }

        foreach ((string name, long[] sizes, uint type, ulong offset) in tensors)
        {
            Text(name);
            writer.Write(sizes.Length);
            foreach (long size in sizes)
            {
                writer.Write(size);
            }

            writer.Write(type);
            writer.Write(offset);
        }

        while (stream.Length % 32 != 0)
        {
            writer.Write((byte)0);
        }

        writer.Write(data);
        writer.Flush();
        return stream.ToArray();
    }
}
