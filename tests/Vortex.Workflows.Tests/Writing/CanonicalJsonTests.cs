using System.Buffers;
using System.Globalization;
using System.Numerics;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Vortex.Testing.Workflows;

namespace Vortex.Workflows.Tests;

public sealed class CanonicalJsonTests
{
    [Theory]
    [InlineData("1", "1")]
    [InlineData("1.0", "1")]
    [InlineData("1e0", "1")]
    [InlineData("10E-1", "1")]
    [InlineData("0.0001e4", "1")]
    [InlineData("-0", "0")]
    [InlineData("-0.0e5", "0")]
    [InlineData("120e-1", "12")]
    [InlineData("18446744073709551615", "18446744073709551615")]
    [InlineData("18446744073709551615.000", "18446744073709551615")]
    [InlineData("1844674407370955161500e-2", "18446744073709551615")]
    [InlineData("18446744073709551614", "18446744073709551614")]
    [InlineData("18446744073709551616", "18446744073709552000")]
    [InlineData("-9223372036854775808", "-9223372036854775808")]
    [InlineData("-9223372036854775809", "-9223372036854776000")]
    [InlineData("9007199254740993", "9007199254740993")]
    [InlineData("99999999999999999999", "100000000000000000000")]
    [InlineData("0.1", "0.1")]
    [InlineData("1e-7", "1e-7")]
    [InlineData("0.000001", "0.000001")]
    [InlineData("1e21", "1e+21")]
    [InlineData("123456789012345680000", "123456789012345680000")]
    [InlineData("1e400", "1e+400")]
    [InlineData("-12.500E+400", "-1.25e+401")]
    [InlineData("0.00", "0")]
    [InlineData("1e-400", "0")]
    public void Number_has_one_spelling(string json, string canonical) => Assert.Equal(canonical, Canonical(json));

    // The samples of RFC 8785, appendix B, but for those that are whole and in the exact range.
    [Theory]
    [InlineData(0x0000000000000001L, "5e-324")]
    [InlineData(unchecked((long)0x8000000000000001UL), "-5e-324")]
    [InlineData(0x7fefffffffffffffL, "1.7976931348623157e+308")]
    [InlineData(0x44b52d02c7e14af5L, "9.999999999999997e+22")]
    [InlineData(0x44b52d02c7e14af6L, "1e+23")]
    [InlineData(0x44b52d02c7e14af7L, "1.0000000000000001e+23")]
    [InlineData(0x444b1ae4d6e2ef4eL, "999999999999999700000")]
    [InlineData(0x444b1ae4d6e2ef4fL, "999999999999999900000")]
    [InlineData(0x444b1ae4d6e2ef50L, "1e+21")]
    [InlineData(0x3eb0c6f7a0b5ed8cL, "9.999999999999997e-7")]
    [InlineData(0x3eb0c6f7a0b5ed8dL, "0.000001")]
    [InlineData(0x41b3de4355555553L, "333333333.3333332")]
    [InlineData(0x41b3de4355555557L, "333333333.33333343")]
    [InlineData(unchecked((long)0xbecbf647612f3696UL), "-0.0000033333333333333333")]
    public void Double_is_written_as_RFC_8785_has_it(long bits, string expected)
    {
        double value = BitConverter.Int64BitsToDouble(bits);
        Assert.Equal(expected, Canonical(value.ToString("R", CultureInfo.InvariantCulture)));
    }

    [Fact]
    public void Whole_numbers_agree_with_arithmetic_on_big_integers()
    {
        Random random = new(11);
        for (int i = 0; i < 20_000; i++)
        {
            BigInteger value = new BigInteger(random.NextInt64()) * random.Next(1, 5) * (random.Next(2) == 0 ? 1 : -1);
            if (value > ulong.MaxValue || value < long.MinValue)
            {
                continue;
            }

            string digits = BigInteger.Abs(value).ToString(CultureInfo.InvariantCulture);
            string sign = value.Sign < 0 ? "-" : "";
            int point = random.Next(1, digits.Length + 1);
            string fraction = digits[point..];
            string spelled = $"{sign}{digits[..point]}{(fraction.Length > 0 ? "." + fraction : "")}e{digits.Length - point}";
            Assert.Equal(value.ToString(CultureInfo.InvariantCulture), Canonical(spelled));
        }
    }

    [Fact]
    public void Doubles_read_back_as_the_same_double_and_are_their_own_canonical_form()
    {
        Random random = new(12);
        for (int i = 0; i < 20_000; i++)
        {
            double value = BitConverter.Int64BitsToDouble(random.NextInt64(long.MinValue, long.MaxValue));
            if (!double.IsFinite(value))
            {
                continue;
            }

            string canonical = Canonical(value.ToString("R", CultureInfo.InvariantCulture));
            Assert.Equal(value, double.Parse(canonical, CultureInfo.InvariantCulture));
            Assert.Equal(canonical, Canonical(canonical));
        }
    }

    [Theory]
    [InlineData("\"a\\u0062\\/\"", "\"ab/\"")]
    [InlineData("\"\\u0022\\u005c\\u000a\\u0009\\u0000\\u001F\"", "\"\\\"\\\\\\n\\t\\u0000\\u001f\"")]
    [InlineData("\"\\uD83D\\uDE00\"", "\"😀\"")]
    [InlineData("\"\\uD83D\"", "\"\\ud83d\"")]
    [InlineData("\"\\uDE00\\uD83D x\"", "\"\\ude00\\ud83d x\"")]
    [InlineData("\"\u007f<é>\"", "\"\u007f<é>\"")]
    public void Text_has_one_spelling(string json, string canonical) => Assert.Equal(canonical, Canonical(json));

    [Fact]
    public void Members_are_sorted_by_UTF_16_units()
    {
        // The sample of RFC 8785, section 3.2.3.
        string json = """{"\u20ac": "Euro Sign", "\r": "Carriage Return", "\ufb33": "Hebrew Letter Dalet With Dagesh", "1": "One", "\ud83d\ude00": "Emoji: Grinning Face", "\u0080": "Control", "\u00f6": "Latin Small Letter O With Diaeresis"}""";
        string[] order = ["Carriage Return", "One", "Control", "Latin Small Letter O With Diaeresis", "Euro Sign", "Emoji: Grinning Face", "Hebrew Letter Dalet With Dagesh"];
        string canonical = Canonical(json);
        Assert.Equal(order.Order(Comparer<string>.Create((a, b) => canonical.IndexOf(a, StringComparison.Ordinal).CompareTo(canonical.IndexOf(b, StringComparison.Ordinal)))), order);
    }

    [Fact]
    public void Of_members_with_one_name_the_last_counts()
    {
        Assert.Equal("""{"a":3,"b":2}""", Canonical("""{"a": 1, "b": 2, "\u0061": 3}"""));
    }

    [Fact]
    public void Canonical_form_agrees_with_a_simple_definition_on_random_values()
    {
        for (int seed = 0; seed < 500; seed++)
        {
            JsonElement value = new RandomDocuments(seed).Value(4);
            Assert.Equal(Reference(JsonNode.Parse(value.GetRawText())), Encoding.UTF8.GetString(CanonicalJson.ToBytes(value)));
        }
    }

    [Fact]
    public void Canonical_form_is_JSON_and_its_own_canonical_form()
    {
        for (int seed = 0; seed < 500; seed++)
        {
            JsonElement value = new RandomDocuments(seed).Value(4);
            byte[] once = CanonicalJson.ToBytes(value);
            Assert.Equal(once, CanonicalJson.ToBytes(JsonElement.Parse(once)));
            Assert.True(CanonicalJson.AreEqual(value, JsonElement.Parse(once)));
        }
    }

    [Fact]
    public void Hash_is_that_of_the_bytes_however_it_is_asked_for()
    {
        JsonElement value = TestCatalog.Json("""{ "b": [1.0, true, null], "a": "x" }""");
        byte[] bytes = """{"a":"x","b":[1,true,null]}"""u8.ToArray();
        string expected = Convert.ToHexStringLower(SHA256.HashData(bytes));
        Assert.Equal(expected, CanonicalJson.Hash(value));
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        CanonicalJson.AppendTo(hash, value);
        Assert.Equal(expected, Convert.ToHexStringLower(hash.GetHashAndReset()));
        Assert.False(CanonicalJson.AreEqual(value, TestCatalog.Json("""{"a":"x","b":[1,true]}""")));
    }

    [Fact]
    public void Text_of_a_string_is_written_as_the_same_text_in_JSON()
    {
        foreach (string text in new[] { "", "a\"\\\n\u0002", "😀é", "\ud83d!", "x\udc00" })
        {
            ArrayBufferWriter<byte> written = new();
            CanonicalJson.WriteText(text, written);
            StringBuilder escaped = new("\"");
            foreach (char unit in text)
            {
                escaped.Append(CultureInfo.InvariantCulture, $"\\u{(int)unit:x4}");
            }

            Assert.Equal(Canonical(escaped.Append('"').ToString()), Encoding.UTF8.GetString(written.WrittenSpan));
        }
    }

    [Fact]
    public void Undefined_value_is_null()
    {
        Assert.Equal("null"u8.ToArray(), CanonicalJson.ToBytes(default));
    }

    private static string Canonical(string json) => Encoding.UTF8.GetString(CanonicalJson.ToBytes(JsonElement.Parse(json)));

    /// <summary>The canonical form, said simply: it allocates at every step and knows strings, not bytes.</summary>
    private static string Reference(JsonNode? node) => node switch
    {
        null => "null",
        JsonArray array => $"[{string.Join(",", array.Select(Reference))}]",
        JsonObject members => $"{{{string.Join(",", members.OrderBy(member => member.Key, StringComparer.Ordinal).Select(member => $"{Text(member.Key)}:{Reference(member.Value)}"))}}}",
        JsonValue value when value.GetValueKind() == JsonValueKind.String => Text(value.GetValue<string>()),
        // Numbers have tests of their own.
        JsonValue value when value.GetValueKind() == JsonValueKind.Number => Canonical(value.ToJsonString()),
        _ => node.ToJsonString(),
    };

    private static string Text(string text)
    {
        StringBuilder json = new("\"");
        foreach (char unit in text)
        {
            _ = unit switch
            {
                '"' => json.Append("\\\""),
                '\\' => json.Append("\\\\"),
                '\b' => json.Append("\\b"),
                '\f' => json.Append("\\f"),
                '\n' => json.Append("\\n"),
                '\r' => json.Append("\\r"),
                '\t' => json.Append("\\t"),
                < ' ' => json.Append(CultureInfo.InvariantCulture, $"\\u{(int)unit:x4}"),
                _ => json.Append(unit),
            };
        }

        return json.Append('"').ToString();
    }
}
