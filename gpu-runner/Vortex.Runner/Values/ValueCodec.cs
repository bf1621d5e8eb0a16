using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Vortex.Nodes;
using Vortex.Runs;
using Vortex.Workflows;

namespace Vortex.Runner;

/// <summary>Moves values between memory and the store: small ones as JSON in place, large ones as content.</summary>
public sealed class ValueCodec
{
    private const string FileType = "application/vnd.vortex.file+json";
    private const string NumberType = "application/vnd.vortex.number";
    private const string JsonType = "application/json";
    private const int MaxInlineLength = 4 * 1024;

    private readonly IArtifactStore _store;
    private readonly ImmutableArray<ValueFormat> _formats;

    /// <summary>Makes a codec.</summary>
    /// <param name="store">Holds content.</param>
    /// <param name="formats">Formats beside pictures and masks.</param>
    public ValueCodec(IArtifactStore store, IEnumerable<ValueFormat>? formats = null)
    {
        _store = store;
        _formats = [RasterFormat.Image, RasterFormat.Mask, .. formats ?? []];
    }

    /// <summary>Stores the entries of a value; content is in the store when this returns.</summary>
    /// <returns>Where they are, or null when an entry is of a kind that cannot be stored.</returns>
    public async ValueTask<PortValue?> StoreAsync(WorkspaceId workspace, PortType type, IReadOnlyList<object?> items, CancellationToken cancellationToken = default)
    {
        ImmutableArray<ValueItem>.Builder stored = ImmutableArray.CreateBuilder<ValueItem>(items.Count);
        foreach (object? item in items)
        {
            ValueItem? one = await StoreAsync(workspace, item, cancellationToken);
            if (one is null)
            {
                return null;
            }

            stored.Add(one);
        }

        // What an output of any type gave is known now.
        PortType known = type == PortType.Any && items.Count > 0 && items[0] is { } first ? TypeOf(first) : type;
        return new PortValue(known, stored.MoveToImmutable());
    }

    /// <summary>Loads the entries of a value.</summary>
    /// <exception cref="NodeProblemException">The content is no longer stored, or is damaged.</exception>
    public async ValueTask<IReadOnlyList<object?>> LoadAsync(WorkspaceId workspace, PortValue value, CancellationToken cancellationToken = default)
    {
        object?[] items = new object?[value.Items.Length];
        for (int i = 0; i < items.Length; i++)
        {
            items[i] = await LoadAsync(workspace, value.Items[i], cancellationToken);
            if (value.Type == PortType.Number && items[i] is long or ulong)
            {
                items[i] = Convert.ToDouble(items[i], CultureInfo.InvariantCulture);
            }
        }

        return items;
    }

    /// <summary>Returns the memory the entries take, in bytes; a rough figure for small ones.</summary>
    public long SizeOf(IReadOnlyList<object?> items)
    {
        long size = 64;
        foreach (object? item in items)
        {
            size += item switch
            {
                string text => 32 + (2L * text.Length),
                JsonElement => 256,
                { } other when FormatOf(other) is { } format => format.SizeOf(other),
                _ => 32,
            };
        }

        return size;
    }

    /// <summary>Describes the entries in a few words, such as <c>Image 1x512x512x3</c> or <c>3 x Text</c>.</summary>
    public string Describe(IReadOnlyList<object?> items) => items.Count switch
    {
        0 => "empty list",
        1 => Describe(items[0]),
        _ => $"{items.Count} x {Describe(items[0])}",
    };

    private string Describe(object? item) => item switch
    {
        null => "nothing",
        string text => $"Text of {text.Length}",
        bool truth => truth ? "true" : "false",
        double number => $"Number {PythonText.Of(number)}",
        long or ulong => string.Create(CultureInfo.InvariantCulture, $"Integer {item}"),
        NodeFile => "File",
        JsonElement json => $"Json {json.ValueKind.ToString().ToLowerInvariant()}",
        _ => FormatOf(item)?.Describe(item) ?? item.GetType().Name,
    };

    private ValueFormat? FormatOf(object value)
    {
        foreach (ValueFormat format in _formats)
        {
            if (format.Holds(value))
            {
                return format;
            }
        }

        return null;
    }

    private PortType TypeOf(object item) => item switch
    {
        string => PortType.Text,
        bool => PortType.Bool,
        double => PortType.Number,
        long or ulong => PortType.Integer,
        NodeFile => PortType.File,
        JsonElement => PortType.Json,
        _ => FormatOf(item)?.Type ?? PortType.Any,
    };

    private async ValueTask<ValueItem?> StoreAsync(WorkspaceId workspace, object? item, CancellationToken cancellationToken)
    {
        switch (item)
        {
            case double number when !double.IsFinite(number):
                return Inline(number.ToString("R", CultureInfo.InvariantCulture), NumberType);
            case double number:
                return new ValueItem { Inline = JsonElement.Parse(Point(number)) };
            case StoredFile file:
                return Inline(file.Reference, FileType);
            case null or bool or long or ulong or int:
                return Inline(item, null);
            case string text when text.Length <= MaxInlineLength:
                return Inline(text, null);
            case JsonElement json when json.GetRawText() is { Length: <= MaxInlineLength }:
                return new ValueItem { Inline = json };
            case string or JsonElement:
                return await ContentAsync(workspace, new MemoryStream(JsonSerializer.SerializeToUtf8Bytes(item, RunsJson.Options)), JsonType, cancellationToken);
            default:
                return FormatOf(item) is { } format ? await ContentAsync(workspace, format.Encode(item), format.MediaType, cancellationToken) : null;
        }
    }

    // A whole number stays a floating-point one: 3.0 must not come back as 3.
    private static string Point(double number)
    {
        string text = number.ToString("R", CultureInfo.InvariantCulture);
        return text.AsSpan().IndexOfAny('.', 'E') < 0 ? text + ".0" : text;
    }

    private static ValueItem Inline<T>(T value, string? mediaType) => new() { Inline = RunsJson.Element(value), MediaType = mediaType };

    private async ValueTask<ValueItem> ContentAsync(WorkspaceId workspace, Stream content, string mediaType, CancellationToken cancellationToken)
    {
        await using (content)
        {
            StoredContent stored = await _store.PutAsync(workspace, content, cancellationToken);
            return new ValueItem { Content = stored.Digest, MediaType = mediaType, Size = stored.Size };
        }
    }

    private async ValueTask<object?> LoadAsync(WorkspaceId workspace, ValueItem item, CancellationToken cancellationToken)
    {
        if (item.Inline is { } inline)
        {
            return item.MediaType switch
            {
                FileType => new StoredFile(_store, workspace, inline.Deserialize<FileRef>(RunsJson.Options)!),
                NumberType => double.Parse(inline.GetString()!, CultureInfo.InvariantCulture),
                _ => RuntimeValues.FromJson(inline),
            };
        }

        if (item.Content is not { } digest)
        {
            return null;
        }

        await using Stream content = await _store.OpenAsync(workspace, digest, cancellationToken: cancellationToken)
            ?? throw new NodeProblemException("node.value_gone", null, "An earlier result that this node needs is no longer stored. Run again with the cache policy 'refresh'.");
        try
        {
            if (item.MediaType == JsonType)
            {
                using JsonDocument json = await JsonDocument.ParseAsync(content, new JsonDocumentOptions { MaxDepth = 128 }, cancellationToken);
                return RuntimeValues.FromJson(json.RootElement.Clone());
            }

            ValueFormat format = _formats.FirstOrDefault(format => format.MediaType == item.MediaType)
                ?? throw new InvalidDataException($"This runner does not know the format {item.MediaType}.");
            return await format.DecodeAsync(content, item.Size, cancellationToken);
        }
        catch (Exception exception) when (exception is InvalidDataException or JsonException or EndOfStreamException)
        {
            throw new NodeProblemException("node.value_damaged", null, $"An earlier result that this node needs cannot be read: {exception.Message} Run again with the cache policy 'refresh'.");
        }
    }
}
