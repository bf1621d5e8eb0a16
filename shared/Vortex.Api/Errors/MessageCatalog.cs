using System.Collections.Frozen;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace Vortex.Api;

/// <summary>Sentences by code and language. English is complete by definition; a test holds every other language to it.</summary>
internal sealed class MessageCatalog
{
    public const string Fallback = "en";

    private readonly FrozenDictionary<string, FrozenDictionary<string, string>> _languages;

    private MessageCatalog(FrozenDictionary<string, FrozenDictionary<string, string>> languages) => _languages = languages;

    /// <summary>Gets the catalog of this assembly.</summary>
    public static MessageCatalog Default { get; } = Load();

    /// <summary>Gets the languages there are, as two-letter tags.</summary>
    public IEnumerable<string> Languages => _languages.Keys;

    /// <summary>Gets the messages of a language by code.</summary>
    public IReadOnlyDictionary<string, string> Messages(string language) => _languages[language];

    /// <summary>Fills the values into the message; a placeholder without a value stays visible.</summary>
    public string Format(string code, string language, IReadOnlyDictionary<string, object?> values)
    {
        string text = _languages.GetValueOrDefault(language)?.GetValueOrDefault(code)
            ?? _languages[Fallback].GetValueOrDefault(code)
            ?? code;
        if (!text.Contains('{', StringComparison.Ordinal))
        {
            return text;
        }

        StringBuilder filled = new(text.Length + 64);
        int at = 0;
        while (at < text.Length)
        {
            int open = text.IndexOf('{', at);
            int close = open < 0 ? -1 : text.IndexOf('}', open);
            if (close < 0)
            {
                break;
            }

            filled.Append(text, at, open - at);
            string name = text[(open + 1)..close];
            filled.Append(values.TryGetValue(name, out object? value)
                ? Convert.ToString(value, CultureInfo.InvariantCulture)
                : text[open..(close + 1)]);
            at = close + 1;
        }

        return filled.Append(text, at, text.Length - at).ToString();
    }

    /// <summary>Picks the language a request prefers among those there are; English when it names none of them.</summary>
    public string Choose(StringValues acceptLanguage)
    {
        if (StringValues.IsNullOrEmpty(acceptLanguage)
            || !StringWithQualityHeaderValue.TryParseList(acceptLanguage, out IList<StringWithQualityHeaderValue>? wanted))
        {
            return Fallback;
        }

        // Stable order: of two languages equally wished for, the one named first.
        foreach (StringWithQualityHeaderValue one in wanted.OrderByDescending(one => one.Quality ?? 1))
        {
            string tag = one.Value.Value ?? "";
            string language = tag.Split('-')[0].ToLowerInvariant();
            if ((one.Quality ?? 1) > 0 && _languages.ContainsKey(language))
            {
                return language;
            }
        }

        return Fallback;
    }

    private static MessageCatalog Load()
    {
        const string prefix = "messages/";
        Dictionary<string, FrozenDictionary<string, string>> languages = new(StringComparer.Ordinal);
        foreach (string name in typeof(MessageCatalog).Assembly.GetManifestResourceNames().Where(name => name.StartsWith(prefix, StringComparison.Ordinal)))
        {
            using Stream stream = typeof(MessageCatalog).Assembly.GetManifestResourceStream(name)!;
            Dictionary<string, string> messages = JsonSerializer.Deserialize<Dictionary<string, string>>(stream)!;
            languages[Path.GetFileNameWithoutExtension(name[prefix.Length..])] = messages.ToFrozenDictionary(StringComparer.Ordinal);
        }

        return new MessageCatalog(languages.ToFrozenDictionary(StringComparer.Ordinal));
    }
}
