using System.Text.Json;

namespace Vortex.Workflows;

/// <summary>Turns the reader's exception about a text that is not JSON into a problem.</summary>
internal static class JsonSyntax
{
    public static void Report(ReadOnlySpan<byte> text, JsonException exception, PlacedProblems problems, string pointer)
    {
        int offset = OffsetOf(text, exception.LineNumber ?? 0, exception.BytePositionInLine ?? 0);
        if (offset < text.Length && text[offset] == '/')
        {
            problems.Error(WorkflowProblemCodes.Comment, "JSON has no comments. Remove it, or keep the text in 'meta'.", offset, pointer);
            return;
        }

        int before = text[..offset].TrimEnd(" \t\r\n"u8).Length - 1;
        if (offset < text.Length && before >= 0 && text[before] == ',' && text[offset] is (byte)'}' or (byte)']')
        {
            problems.Error(WorkflowProblemCodes.TrailingComma, "A comma stands before the closing bracket. Remove it.", before, pointer);
            return;
        }

        if (text.TrimStart(" \t\r\n"u8).IsEmpty)
        {
            problems.Error(WorkflowProblemCodes.NotJson, "The file is empty.", 0, "");
            return;
        }

        problems.Error(WorkflowProblemCodes.NotJson, $"This is not JSON: {Reason(exception.Message)}", offset, pointer);
    }

    /// <summary>The reader's own words without the place, which is said elsewhere.</summary>
    private static string Reason(string message)
    {
        int place = message.IndexOf(" LineNumber:", StringComparison.Ordinal);
        return Quote.Short(place < 0 ? message : message[..place]);
    }

    private static int OffsetOf(ReadOnlySpan<byte> text, long line, long bytes)
    {
        int offset = 0;
        for (long i = 0; i < line; i++)
        {
            int newLine = text[offset..].IndexOf((byte)'\n');
            if (newLine < 0)
            {
                break;
            }

            offset += newLine + 1;
        }

        return (int)Math.Min(offset + bytes, text.Length);
    }
}
