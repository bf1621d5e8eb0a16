using System.Text.Json;
using Vortex.Imaging;
using Vortex.Nodes;

namespace Vortex.Runner.Tests;

public sealed class ValueCodecTests
{
    private readonly InMemoryArtifactStore _store = new();
    private readonly ValueCodec _codec;

    public ValueCodecTests() => _codec = new ValueCodec(_store);

    public static TheoryData<object?> SmallValues =>
    [
        "", "text", "Ünïcode 😀", new string('x', 100_000), true, false, 0L, long.MinValue, long.MaxValue, ulong.MaxValue,
        0.0, 3.0, -0.5, 1e300, 1e15, double.Epsilon, double.NaN, double.PositiveInfinity, double.NegativeInfinity,
    ];

    [Theory]
    [MemberData(nameof(SmallValues), DisableDiscoveryEnumeration = true)]
    public async Task Small_values_come_back_as_they_were_with_their_type(object? value)
    {
        object? back = Assert.Single(await RoundTripAsync(PortType.Any, [value]));
        Assert.Equal(value, back);
        Assert.Equal(value?.GetType(), back?.GetType());
    }

    [Fact]
    public async Task Json_comes_back_as_it_was()
    {
        JsonElement json = JsonElement.Parse("""{"a":[1,2.50,"x"]}""");
        Assert.Equal(json.GetRawText(), ((JsonElement)(await RoundTripAsync(PortType.Json, [json]))[0]!).GetRawText());
    }

    [Fact]
    public async Task Pictures_and_masks_come_back_bit_for_bit()
    {
        Random random = new(7);
        for (int round = 0; round < 30; round++)
        {
            float[] values = new float[random.Next(1, 4) * random.Next(1, 9) * random.Next(1, 9) * 3 * 4];
            random.NextBytes(System.Runtime.InteropServices.MemoryMarshal.AsBytes(values.AsSpan()));
            ImageBatch image = new(1, 1, values.Length / 4, 4, values);
            MaskBatch mask = new(1, values.Length, 1, values);
            IReadOnlyList<object?> back = await RoundTripAsync(PortType.Image, [image, image]);
            Assert.Equal(Bits(values), Bits(((ImageBatch)back[1]!).Values));
            Assert.Equal((1, 1, values.Length / 4, 4), Shape((ImageBatch)back[0]!));
            MaskBatch maskBack = (MaskBatch)(await RoundTripAsync(PortType.Mask, [mask]))[0]!;
            Assert.Equal(Bits(values), Bits(maskBack.Values));
            Assert.Equal((values.Length, 1), (maskBack.Height, maskBack.Width));
        }

        static (int, int, int, int) Shape(ImageBatch image) => (image.Count, image.Height, image.Width, image.Channels);
        static int[] Bits(float[] values) => [.. values.Select(BitConverter.SingleToInt32Bits)];
    }

    [Fact]
    public async Task Encoded_form_is_the_published_one()
    {
        await using Stream stream = RasterFormat.Image.Encode(new ImageBatch(1, 1, 2, 1, [1f, 0.5f]));
        byte[] bytes = new byte[stream.Length];
        // Pieces of odd lengths, as a network stack may ask for them.
        for (int at = 0; at < bytes.Length;)
        {
            at += stream.Read(bytes.AsSpan(at, Math.Min(3, bytes.Length - at)));
        }

        Assert.Equal("5658524601000400010000000100000002000000010000000000000000000000" + "0000803F0000003F", Convert.ToHexString(bytes));
    }

    [Theory]
    [InlineData("")]
    [InlineData("56585246")]
    [InlineData("0000000001000400010000000100000002000000010000000000000000000000")]
    [InlineData("5658524601000400010000000100000002000000010000000000000000000000")]
    [InlineData("56585246010004000000000001000000020000000100000000000000000000000000803F0000003F")]
    [InlineData("565852460100040001000000FFFFFFFF0200000001000000000000000000000000000000")]
    [InlineData("56585246010004000100000001000000010000000900000000000000000000000000803F0000803F0000803F0000803F0000803F0000803F0000803F0000803F0000803F")]
    [InlineData("5658524601000400FFFFFF7FFFFFFF7FFFFFFF7FFFFFFF7F0000000000000000")]
    public async Task Damaged_content_is_a_problem_and_takes_no_memory(string hex)
    {
        byte[] bytes = Convert.FromHexString(hex);
        StoredContent stored = await _store.PutAsync(Some.Here, new MemoryStream(bytes));
        PortValue value = new(PortType.Image, [new ValueItem { Content = stored.Digest, MediaType = RasterFormat.Image.MediaType, Size = bytes.Length }]);
        NodeProblemException problem = await Assert.ThrowsAsync<NodeProblemException>(async () => await _codec.LoadAsync(Some.Here, value));
        Assert.Equal("node.value_damaged", problem.Code);
    }

    [Fact]
    public async Task Unknown_format_is_a_problem()
    {
        StoredContent stored = await _store.PutAsync(Some.Here, new MemoryStream([1]));
        PortValue value = new(new PortType("New"), [new ValueItem { Content = stored.Digest, MediaType = "application/x-new", Size = 1 }]);
        Assert.Equal("node.value_damaged", (await Assert.ThrowsAsync<NodeProblemException>(async () => await _codec.LoadAsync(Some.Here, value))).Code);
    }

    [Fact]
    public async Task Value_of_another_workspace_is_not_there()
    {
        PortValue? stored = await _codec.StoreAsync(Some.Here, PortType.Mask, [new MaskBatch(1, 1, 1, [1f])]);
        Assert.Equal("node.value_gone", (await Assert.ThrowsAsync<NodeProblemException>(async () => await _codec.LoadAsync(Some.Stranger, stored!))).Code);
    }

    [Fact]
    public void Descriptions_are_short_and_hold_no_content()
    {
        Assert.Equal("Image 2x3x4x1", _codec.Describe([new ImageBatch(2, 3, 4, 1, new float[24])]));
        Assert.Equal("Mask 1x3x4", _codec.Describe([new MaskBatch(1, 3, 4, new float[12])]));
        Assert.Equal("2 x Text of 3", _codec.Describe(["abc", "de"]));
        Assert.Equal("Number 0.5", _codec.Describe([0.5]));
        Assert.Equal("empty list", _codec.Describe([]));
    }

    private async Task<IReadOnlyList<object?>> RoundTripAsync(PortType type, object?[] items)
    {
        PortValue? stored = await _codec.StoreAsync(Some.Here, type, items);
        // As it goes through the run's store.
        PortValue read = JsonSerializer.Deserialize<PortValue>(JsonSerializer.Serialize(stored, RunsJson.Options), RunsJson.Options)!;
        return await _codec.LoadAsync(Some.Here, read);
    }
}
