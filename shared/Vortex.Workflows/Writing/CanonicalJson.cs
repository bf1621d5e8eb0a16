using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Json;

namespace Vortex.Workflows;

/// <summary>Writes JSON so that equal values give equal bytes: hashes and cache keys are made of it.</summary>
/// <remarks>
/// RFC 8785 (members sorted by UTF-16 code units, no white space, shortest numbers, fewest escapes) with three differences, so that every
/// JSON value has a form: whole numbers from -2^63 to 2^64 - 1 are exact, numbers beyond a double keep their digits, and half surrogate
/// pairs stay escapes. Of members with one name the last counts. The form is part of stored keys: it does not change.
/// </remarks>
public static class CanonicalJson
{
    /// <summary>Writes a value. An undefined one is written as null.</summary>
    /// <exception cref="InsufficientExecutionStackException">The value nests deeper than the stack allows: many thousand levels.</exception>
    public static void Write(JsonElement value, IBufferWriter<byte> output)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                WriteObject(value, output);
                break;
            case JsonValueKind.Array:
                WriteArray(value, output);
                break;
            case JsonValueKind.String:
                CanonicalText.WriteJson(JsonMarshal.GetRawUtf8Value(value)[1..^1], output);
                break;
            case JsonValueKind.Number:
                CanonicalNumber.Write(JsonMarshal.GetRawUtf8Value(value), output);
                break;
            case JsonValueKind.True:
                output.Write("true"u8);
                break;
            case JsonValueKind.False:
                output.Write("false"u8);
                break;
            default:
                output.Write("null"u8);
                break;
        }
    }

    /// <summary>Writes a text as a JSON string, quotes included.</summary>
    public static void WriteText(ReadOnlySpan<char> text, IBufferWriter<byte> output) => CanonicalText.Write(text, output);

    /// <summary>Returns the canonical form.</summary>
    public static byte[] ToBytes(JsonElement value)
    {
        ArrayBufferWriter<byte> buffer = new();
        Write(value, buffer);
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>Returns the SHA-256 of the canonical form in lower-case hex: 64 characters.</summary>
    public static string Hash(JsonElement value)
    {
        ArrayBufferWriter<byte> buffer = new();
        Write(value, buffer);
        return HexOfSha256(buffer.WrittenSpan);
    }

    /// <summary>Adds the canonical form to a hash under way.</summary>
    public static void AppendTo(IncrementalHash hash, JsonElement value)
    {
        ArrayBufferWriter<byte> buffer = new();
        Write(value, buffer);
        hash.AppendData(buffer.WrittenSpan);
    }

    /// <summary>Returns whether two values have one canonical form.</summary>
    public static bool AreEqual(JsonElement left, JsonElement right)
    {
        ArrayBufferWriter<byte> leftBytes = new();
        ArrayBufferWriter<byte> rightBytes = new();
        Write(left, leftBytes);
        Write(right, rightBytes);
        return leftBytes.WrittenSpan.SequenceEqual(rightBytes.WrittenSpan);
    }

    internal static string HexOfSha256(ReadOnlySpan<byte> bytes)
    {
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(bytes, digest);
        return Convert.ToHexStringLower(digest);
    }

    private static void WriteArray(JsonElement array, IBufferWriter<byte> output)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        output.Write("["u8);
        bool first = true;
        foreach (JsonElement item in array.EnumerateArray())
        {
            if (!first)
            {
                output.Write(","u8);
            }

            first = false;
            Write(item, output);
        }

        output.Write("]"u8);
    }

    private static void WriteObject(JsonElement value, IBufferWriter<byte> output)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        int count = value.GetPropertyCount();
        Member[] members = ArrayPool<Member>.Shared.Rent(count);
        try
        {
            int next = 0;
            bool sorted = true;
            foreach (JsonProperty property in value.EnumerateObject())
            {
                members[next] = new Member(property, next);
                sorted = sorted && (next == 0 || members[next - 1].CompareTo(members[next]) < 0);
                next++;
            }

            Span<Member> ordered = members.AsSpan(0, count);
            if (!sorted)
            {
                ordered.Sort();
            }

            WriteMembers(ordered, output);
        }
        finally
        {
            ArrayPool<Member>.Shared.Return(members, clearArray: true);
        }
    }

    private static void WriteMembers(ReadOnlySpan<Member> members, IBufferWriter<byte> output)
    {
        output.Write("{"u8);
        bool first = true;
        for (int i = 0; i < members.Length; i++)
        {
            if (i + 1 < members.Length && members[i].Name.SequenceEqual(members[i + 1].Name))
            {
                continue;
            }

            if (!first)
            {
                output.Write(","u8);
            }

            first = false;
            CanonicalText.WriteJson(JsonMarshal.GetRawUtf8PropertyName(members[i].Property), output);
            output.Write(":"u8);
            Write(members[i].Property.Value, output);
        }

        output.Write("}"u8);
    }

    /// <summary>A member, ordered by name and then by place.</summary>
    private readonly struct Member(JsonProperty property, int place) : IComparable<Member>
    {
        /// <summary>The name without escapes where it has some, otherwise null.</summary>
        private readonly byte[]? _unescaped = JsonMarshal.GetRawUtf8PropertyName(property).Contains((byte)'\\')
            ? CanonicalText.Unescape(JsonMarshal.GetRawUtf8PropertyName(property))
            : null;

        private readonly int _place = place;

        public JsonProperty Property { get; } = property;

        public ReadOnlySpan<byte> Name => _unescaped ?? JsonMarshal.GetRawUtf8PropertyName(Property);

        public int CompareTo(Member other)
        {
            int byName = CompareAsUtf16(Name, other.Name);
            return byName != 0 ? byName : _place.CompareTo(other._place);
        }

        /// <summary>Compares UTF-8 in the order of UTF-16: characters above U+FFFF come before U+E000 to U+FFFF.</summary>
        private static int CompareAsUtf16(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
        {
            int common = left.CommonPrefixLength(right);
            if (common == left.Length || common == right.Length)
            {
                return left.Length.CompareTo(right.Length);
            }

            return Rank(left[common]).CompareTo(Rank(right[common]));
        }

        private static int Rank(byte value) => value is 0xEE or 0xEF ? value + 0x10 : value;
    }
}
