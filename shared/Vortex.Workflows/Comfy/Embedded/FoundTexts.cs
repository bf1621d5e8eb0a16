using System.Text;

namespace Vortex.Workflows.Comfy;

/// <summary>Collects the texts a container holds under the names that matter. The first of a name counts.</summary>
internal sealed class FoundTexts(int mostBytes)
{
    private const int MaxParameters = 100_000;
    private int _left = mostBytes;

    public ReadOnlyMemory<byte>? Workflow { get; private set; }

    public ReadOnlyMemory<byte>? Prompt { get; private set; }

    public ReadOnlyMemory<byte>? Vtxw { get; private set; }

    public string? Parameters { get; private set; }

    /// <summary>Gets how many bytes may still be taken or inflated.</summary>
    public int Left => _left;

    /// <summary>Counts bytes that were inflated, kept or not: a file of many small bombs is a bomb.</summary>
    public void Spend(int bytes) => _left = Math.Max(0, _left - bytes);

    /// <summary>Says whether a text of that name would be kept.</summary>
    public bool Wants(ReadOnlySpan<byte> name) =>
        (Is(name, "workflow"u8) && Workflow is null)
        || (Is(name, "prompt"u8) && Prompt is null)
        || (Is(name, "vtxw"u8) && Vtxw is null)
        || (Is(name, "parameters"u8) && Parameters is null);

    /// <summary>Keeps a text if its name matters; names are compared without case.</summary>
    public void Offer(ReadOnlySpan<byte> name, ReadOnlyMemory<byte> text)
    {
        if (!Wants(name) || text.Length > _left || text.IsEmpty)
        {
            return;
        }

        _left -= text.Length;
        if (Is(name, "workflow"u8))
        {
            Workflow = text;
        }
        else if (Is(name, "prompt"u8))
        {
            Prompt = text;
        }
        else if (Is(name, "vtxw"u8))
        {
            Vtxw = text;
        }
        else
        {
            Parameters = Encoding.UTF8.GetString(text.Span[..Math.Min(text.Length, MaxParameters)]);
        }
    }

    /// <summary>Keeps a text that carries its name in front: <c>workflow:{…}</c>, as in EXIF.</summary>
    public void OfferNamed(ReadOnlyMemory<byte> text)
    {
        ReadOnlySpan<byte> head = text.Span[..Math.Min(text.Length, 16)];
        int colon = head.IndexOf((byte)':');
        if (colon > 0)
        {
            Offer(head[..colon], text[(colon + 1)..]);
        }
    }

    private static bool Is(ReadOnlySpan<byte> name, ReadOnlySpan<byte> lower) =>
        Ascii.EqualsIgnoreCase(name, lower);
}
