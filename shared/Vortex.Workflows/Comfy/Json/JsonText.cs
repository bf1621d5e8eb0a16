using System.Text.Json;
using System.Text.Unicode;

namespace Vortex.Workflows.Comfy;

/// <summary>Reads JSON that nobody vouches for, within limits and without exceptions.</summary>
/// <remarks>
/// ComfyUI's files come from Python and from browsers. Both write things strict JSON has no room for: bare <c>NaN</c>, halves of
/// surrogate pairs, a byte order mark, a trailing zero byte. Those are mended; everything else that is no JSON is refused with its place.
/// </remarks>
internal static class JsonText
{
    /// <summary>A file of <see cref="WorkflowLimits.MaxNodes"/> nodes has about a hundred tokens per node.</summary>
    private const int TokensPerNode = 200;

    /// <summary>The reader's own bound; ours is checked token by token, to name it in the problem.</summary>
    private const int ReaderDepth = 4_096;

    private enum Flaw
    {
        None,
        Syntax,
        Text,
        Depth,
        Size,
    }

    /// <summary>Parses the text. The document must be disposed; what shall outlive it must be cloned.</summary>
    /// <returns>The document, or null and the item to report.</returns>
    public static JsonDocument? Parse(ReadOnlyMemory<byte> utf8, WorkflowLimits limits, out ReportItem? problem)
    {
        if (utf8.Length > limits.MaxBytes)
        {
            problem = new ReportItem(
                ImportCodes.TooLarge, ReportSeverity.Error, $"The file has {utf8.Length} bytes; at most {limits.MaxBytes} are read.");
            return null;
        }

        ReadOnlyMemory<byte> text = Trim(utf8);
        problem = Check(text.Span, limits, out Flaw flaw);
        if (flaw is Flaw.Syntax or Flaw.Text)
        {
            ReadOnlyMemory<byte> mended = JsonMending.Mend(text.Span);
            ReportItem? second = Check(mended.Span, limits, out Flaw left);
            if (left is not Flaw.Syntax and not Flaw.Text)
            {
                text = mended;
                flaw = left;
                problem = second;
            }
        }

        return flaw == Flaw.None ? JsonDocument.Parse(text, new JsonDocumentOptions { MaxDepth = ReaderDepth }) : null;
    }

    private static ReadOnlyMemory<byte> Trim(ReadOnlyMemory<byte> utf8)
    {
        if (utf8.Span.StartsWith((ReadOnlySpan<byte>)[0xEF, 0xBB, 0xBF]))
        {
            utf8 = utf8[3..];
        }

        int end = utf8.Length;
        while (end > 0 && utf8.Span[end - 1] is 0 or (byte)' ' or (byte)'\n' or (byte)'\r' or (byte)'\t')
        {
            end--;
        }

        return utf8[..end];
    }

    private static ReportItem? Check(ReadOnlySpan<byte> text, WorkflowLimits limits, out Flaw flaw)
    {
        Utf8JsonReader reader = new(text, new JsonReaderOptions { MaxDepth = ReaderDepth });
        long most = (long)limits.MaxNodes * TokensPerNode;
        long tokens = 0;
        try
        {
            while (reader.Read())
            {
                if (reader.TokenType is JsonTokenType.StartArray or JsonTokenType.StartObject && reader.CurrentDepth >= limits.MaxDepth)
                {
                    flaw = Flaw.Depth;
                    return At(ImportCodes.TooDeep, $"The JSON nests deeper than {limits.MaxDepth} levels.", text, reader.TokenStartIndex);
                }

                if (++tokens > most)
                {
                    flaw = Flaw.Size;
                    return At(ImportCodes.TooLarge, $"The file has more than {most} JSON values.", text, reader.TokenStartIndex);
                }

                if (reader.TokenType is JsonTokenType.String or JsonTokenType.PropertyName && !IsText(ref reader))
                {
                    flaw = Flaw.Text;
                    return At(ImportCodes.NotJson, "A text in the file is not valid Unicode.", text, reader.TokenStartIndex);
                }
            }

            flaw = Flaw.None;
            return null;
        }
        catch (JsonException broken)
        {
            flaw = Flaw.Syntax;
            return new ReportItem(ImportCodes.NotJson, ReportSeverity.Error, "The file is not JSON from here on.")
            {
                Position = new TextPosition((broken.LineNumber ?? 0) + 1, (broken.BytePositionInLine ?? 0) + 1, ""),
            };
        }
    }

    private static bool IsText(ref Utf8JsonReader reader)
    {
        if (!Utf8.IsValid(reader.ValueSpan))
        {
            return false;
        }

        if (!reader.ValueIsEscaped)
        {
            return true;
        }

        try
        {
            reader.GetString();
            return true;
        }
        catch (InvalidOperationException)
        {
            // An escaped half of a surrogate pair.
            return false;
        }
    }

    private static ReportItem At(string code, string message, ReadOnlySpan<byte> text, long offset)
    {
        ReadOnlySpan<byte> before = text[..(int)offset];
        long line = before.Count((byte)'\n') + 1;
        long column = before.Length - (before.LastIndexOf((byte)'\n') + 1) + 1;
        return new ReportItem(code, ReportSeverity.Error, message) { Position = new TextPosition(line, column, "") };
    }
}
