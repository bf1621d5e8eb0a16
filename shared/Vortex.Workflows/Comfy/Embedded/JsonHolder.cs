using System.Text;
using System.Text.Json;

namespace Vortex.Workflows.Comfy;

/// <summary>Takes <c>workflow</c> and <c>prompt</c> out of a JSON object that holds them, as objects or as text.</summary>
internal static class JsonHolder
{
    public static void Read(ReadOnlyMemory<byte> json, FoundTexts found)
    {
        using JsonDocument? document = JsonText.Parse(json, WorkflowLimits.Default, out _);
        if (document is null)
        {
            return;
        }

        JsonElement root = document.RootElement;
        JsonElement holder = root.Object("asset")?.Object("extras") ?? root;
        Take(holder, "workflow", found);
        Take(holder, "prompt", found);
    }

    private static void Take(JsonElement holder, string name, FoundTexts found)
    {
        string? text = holder.Member(name) switch
        {
            { ValueKind: JsonValueKind.String } value => value.GetString(),
            { ValueKind: JsonValueKind.Object } value => value.GetRawText(),
            _ => null,
        };
        if (text is not null)
        {
            found.Offer(Encoding.ASCII.GetBytes(name), Encoding.UTF8.GetBytes(text));
        }
    }

    /// <summary>The length of the JSON object at the start of the bytes, by its brackets; 0 when it has no end.</summary>
    public static int LengthOfObject(ReadOnlySpan<byte> text)
    {
        int depth = 0;
        bool quoted = false;
        for (int i = 0; i < text.Length; i++)
        {
            switch (text[i])
            {
                case (byte)'\\' when quoted:
                    i++;
                    break;
                case (byte)'"':
                    quoted = !quoted;
                    break;
                case (byte)'{' when !quoted:
                    depth++;
                    break;
                case (byte)'}' when !quoted:
                    if (--depth <= 0)
                    {
                        return i + 1;
                    }

                    break;
            }
        }

        return 0;
    }
}
