using System.Buffers.Binary;
using System.Text;
using Vortex.Testing.Golden;

namespace Vortex.Imaging.Tests.Golden;

public sealed class SafetensorsTests
{
    [Fact]
    public void Tensors_keep_shape_type_and_values()
    {
        Safetensors file = Safetensors.Parse("x", File(
            """{"__metadata__":{"a":"b"},"half":{"dtype":"F16","shape":[2],"data_offsets":[0,4]},"whole":{"dtype":"I64","shape":[1,1],"data_offsets":[4,12]},"none":{"dtype":"F32","shape":[0,3],"data_offsets":[12,12]}}""",
            [0x00, 0x3C, 0x00, 0xC0, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF]));
        Assert.Equal(["half", "none", "whole"], file.Names.Order(StringComparer.Ordinal));
        Assert.Equal([1f, -2f], file["half"].Floats());
        Assert.Equal([-1L], file["whole"].Integers());
        Assert.Equal([1, 1], file["whole"].Shape);
        Assert.Empty(file["none"].Floats());
        Assert.False(file.Contains("__metadata__"));
        Assert.Throws<KeyNotFoundException>(() => file["missing"]);
    }

    [Theory]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}""")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[4,12]}}""")]
    [InlineData("""{"a":{"dtype":"F33","shape":[2],"data_offsets":[0,8]}}""")]
    public void Place_that_contradicts_the_shape_is_refused(string header) =>
        Assert.Throws<InvalidDataException>(() => Safetensors.Parse("x", File(header, new byte[8])));

    [Fact]
    public void File_that_is_cut_in_its_header_is_refused()
    {
        Assert.Throws<InvalidDataException>(() => Safetensors.Parse("x", [1, 0, 0]));
        Assert.Throws<InvalidDataException>(() => Safetensors.Parse("x", [200, 0, 0, 0, 0, 0, 0, 0, 123]));
    }

    [Fact]
    public void Comparison_counts_not_a_number_as_equal_to_itself_and_far_from_all_else()
    {
        Assert.Equal(0, GoldenComparison.Of([float.NaN, 1f], [float.NaN, 1f]).Differing);
        Assert.Equal(double.PositiveInfinity, GoldenComparison.Of([float.NaN], [1f]).Largest);
        Assert.Equal(double.PositiveInfinity, GoldenComparison.Of([1f], [1f, 2f]).Largest);
        Assert.Equal(0.5, GoldenComparison.Of([1f, 2.5f], [1f, 2f]).Largest, 1e-9);
    }

    private static byte[] File(string header, byte[] data)
    {
        byte[] length = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(length, Encoding.UTF8.GetByteCount(header));
        return [.. length, .. Encoding.UTF8.GetBytes(header), .. data];
    }
}
