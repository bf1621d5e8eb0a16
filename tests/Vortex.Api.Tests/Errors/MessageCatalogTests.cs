using System.Text.RegularExpressions;

namespace Vortex.Api.Tests.Errors;

public sealed partial class MessageCatalogTests
{
    private static readonly MessageCatalog Catalog = MessageCatalog.Default;

    [Fact]
    public void There_are_two_languages() => Assert.Equal(["de", "en"], Catalog.Languages.Order());

    [Fact]
    public void Every_language_has_exactly_the_codes_there_are()
    {
        string[] codes = [.. ApiErrorCodes.All.Select(code => code.Code).Order()];
        Assert.NotEmpty(codes);
        Assert.Equal(codes.Distinct(), codes);
        Assert.All(Catalog.Languages, language => Assert.Equal(codes, Catalog.Messages(language).Keys.Order()));
    }

    [Fact]
    public void Every_language_has_the_same_placeholders()
    {
        foreach (string code in ApiErrorCodes.All.Select(code => code.Code))
        {
            string[] english = Placeholders(Catalog.Messages("en")[code]);
            Assert.All(Catalog.Languages, language => Assert.Equal(english, Placeholders(Catalog.Messages(language)[code])));
        }
    }

    [Fact]
    public void Messages_differ_between_languages() =>
        Assert.All(ApiErrorCodes.All, code => Assert.NotEqual(Catalog.Messages("en")[code.Code], Catalog.Messages("de")[code.Code]));

    [Theory]
    [InlineData(null, "en")]
    [InlineData("", "en")]
    [InlineData("de", "de")]
    [InlineData("de-AT, en;q=0.5", "de")]
    [InlineData("fr, de;q=0.3, en;q=0.2", "de")]
    [InlineData("de;q=0, en", "en")]
    [InlineData("de;q=0", "en")]
    [InlineData("DE", "de")]
    [InlineData("en, de", "en")]
    [InlineData("zz", "en")]
    [InlineData(";;;=,", "en")]
    public void Language_is_the_best_of_those_wished_for_and_english_otherwise(string? header, string language) =>
        Assert.Equal(language, Catalog.Choose(header));

    [Fact]
    public void Values_fill_placeholders_and_are_not_filled_themselves()
    {
        Dictionary<string, object?> values = new() { ["run_id"] = "{status}", ["status"] = "x" };
        Assert.Contains("'{status}'", Catalog.Format("run.ended", "en", values), StringComparison.Ordinal);
        Assert.Contains("(x)", Catalog.Format("run.ended", "en", values), StringComparison.Ordinal);
    }

    private static string[] Placeholders(string message) => [.. Braces().Matches(message).Select(match => match.Value).Distinct().Order()];

    [GeneratedRegex(@"\{\w+\}")]
    private static partial Regex Braces();
}
