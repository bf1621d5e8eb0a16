using Vortex.Tensors.Formats;
using Vortex.Testing.Golden;

namespace Vortex.Tensors.Tests.Formats;

public sealed class GgmlBlocksTests
{
    [Fact]
    [Trait("kind", "golden")]
    public void Blocks_become_the_values_of_the_reference()
    {
        foreach (GoldenCase found in GoldenCase.Find("15a*"))
        {
            double absolute = found.Json.GetProperty("tolerance").GetProperty("abs").GetDouble();
            double relative = found.Json.GetProperty("tolerance").GetProperty("rel").GetDouble();
            foreach (System.Text.Json.JsonProperty entry in found.Json.GetProperty("formats").EnumerateObject())
            {
                GgmlFormat format = Named(entry.Name);
                GoldenTensor blocks = found.Tensors("inputs")[$"{entry.Name}.blocks"];
                float[] expected = found.Tensors("outputs")[$"{entry.Name}.values"].Floats();
                float[] values = new float[expected.Length];
                GgmlBlocks.ToFloat(format, blocks.Bytes.Span, values);
                for (int i = 0; i < values.Length; i++)
                {
                    Assert.True(Math.Abs(values[i] - expected[i]) <= absolute + (relative * Math.Abs(expected[i])), $"{format} {i}: {values[i]} and not {expected[i]}");
                }
            }
        }
    }

    [Fact]
    [Trait("kind", "golden")]
    public void Every_format_of_the_reference_is_there_with_its_sizes()
    {
        foreach (GoldenCase found in GoldenCase.Find("15a*"))
        {
            foreach (System.Text.Json.JsonProperty entry in found.Json.GetProperty("formats").EnumerateObject())
            {
                GgmlFormat format = Named(entry.Name);
                Assert.Equal(entry.Value.GetProperty("ggml_type_id").GetInt32(), (int)format);
                Assert.Equal(entry.Value.GetProperty("block_bytes").GetInt32(), GgmlBlocks.Bytes(format));
                Assert.Equal(entry.Value.GetProperty("block_elements").GetInt32(), GgmlBlocks.Values(format));
            }
        }
    }

    [Fact]
    public void Lengths_that_do_not_fit_are_refused() =>
        Assert.Throws<ArgumentException>(() => GgmlBlocks.ToFloat(GgmlFormat.Q40, new byte[18], new float[31]));

    private static GgmlFormat Named(string name) => Enum.Parse<GgmlFormat>(name.Replace("_", "", StringComparison.Ordinal), ignoreCase: true);
}
