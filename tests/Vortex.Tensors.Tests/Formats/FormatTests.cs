using Vortex.Tensors.Cpu;
using Vortex.Tensors.Formats;
using Vortex.Testing.Golden;

namespace Vortex.Tensors.Tests.Formats;

[Trait("kind", "golden")]
public sealed unsafe class FormatTests
{
    private static readonly (string Name, DType Type)[] s_formats =
        [("float16", DType.Float16), ("bfloat16", DType.BFloat16), ("float8_e4m3fn", DType.Float8E4M3), ("float8_e5m2", DType.Float8E5M2)];

    [Fact]
    public void Every_pattern_of_a_format_has_its_value_and_values_round_to_their_recorded_patterns()
    {
        using CpuBackend backend = new(new CpuBackendOptions { Threads = 1 });
        foreach (Safetensors file in GoldenCase.Find("15b*").Select(found => found.Tensors("tables")))
        {
            float[] values = file["values"].Floats();
            foreach ((string name, DType type) in s_formats)
            {
                if (file.Contains($"{name}.to_float32"))
                {
                    float[] expected = file[$"{name}.to_float32"].Floats();
                    byte[] patterns = new byte[expected.Length * type.Size()];
                    for (int i = 0; i < expected.Length; i++)
                    {
                        patterns[i * type.Size()] = (byte)i;
                        patterns[(i * type.Size()) + type.Size() - 1] = type.Size() == 1 ? (byte)i : (byte)(i >> 8);
                    }

                    float[] actual = new float[expected.Length];
                    fixed (byte* from = patterns)
                    fixed (float* to = actual)
                    {
                        NumberFormats.ToFloats(type, from, to, actual.Length);
                    }

                    Assert.Equal(expected.Select(BitsOrNaN), actual.Select(BitsOrNaN));
                }

                // Patterns are compared as values: any NaN will do.
                byte[] stored = new byte[values.Length * type.Size()];
                float[] back = new float[values.Length];
                float[] recorded = new float[values.Length];
                fixed (float* source = values)
                fixed (byte* target = stored)
                fixed (byte* bits = file[$"values.to_{name}_bits"].Bytes.ToArray())
                fixed (float* first = back)
                fixed (float* second = recorded)
                {
                    NumberFormats.FromFloats(type, source, target, values.Length);
                    NumberFormats.ToFloats(type, target, first, values.Length);
                    NumberFormats.ToFloats(type, bits, second, values.Length);
                }

                Assert.Equal(recorded.Select(BitsOrNaN), back.Select(BitsOrNaN));
            }
        }
    }

    [Fact]
    public void Values_widen_the_same_alone_and_in_numbers()
    {
        ushort[] patterns = [.. Enumerable.Range(0, 65536).Select(i => (ushort)i)];
        float[] many = new float[patterns.Length];
        float[] single = new float[patterns.Length];
        fixed (ushort* from = patterns)
        fixed (float* all = many)
        fixed (float* one = single)
        {
            foreach (DType type in new[] { DType.Float16, DType.BFloat16 })
            {
                NumberFormats.ToFloats(type, from, all, patterns.Length);
                for (int i = 0; i < patterns.Length; i++)
                {
                    NumberFormats.ToFloats(type, from + i, one + i, 1);
                }

                Assert.Equal(single.Select(BitsOrNaN), many.Select(BitsOrNaN));
            }
        }
    }

    private static uint BitsOrNaN(float value) => float.IsNaN(value) ? 0x7FC00000 : BitConverter.SingleToUInt32Bits(value);
}
