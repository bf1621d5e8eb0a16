using Vortex.Diffusion.Text;

namespace Vortex.Diffusion.Tests.Text;

public sealed class PromptTests
{
    [Theory]
    [InlineData("1.2", 1.2)]
    [InlineData(" 1.2 ", 1.2)]
    [InlineData("1_0", 10.0)]
    [InlineData("+.5", 0.5)]
    [InlineData("5.", 5.0)]
    [InlineData("1e-1", 0.1)]
    [InlineData("-2", -2.0)]
    [InlineData("١٫٥", null)]
    [InlineData("١.٥", 1.5)]
    [InlineData("Infinity", double.PositiveInfinity)]
    [InlineData("1__0", null)]
    [InlineData("_1", null)]
    [InlineData("1_", null)]
    [InlineData("", null)]
    [InlineData("0x10", null)]
    [InlineData("1,2", null)]
    [InlineData("1e", null)]
    [InlineData("--1", null)]
    [InlineData("infinit", null)]
    public void Weights_are_numbers_where_python_says_so(string text, double? expected)
    {
        bool isNumber = PythonFloat.TryParse(text, out double value);
        Assert.Equal(expected, isNumber ? value : null);
    }

    [Fact]
    public void Parentheses_that_nest_too_deep_are_refused()
    {
        string prompt = new string('(', 100_000) + "a" + new string(')', 100_000);
        Assert.Equal(DiffusionCodes.OutOfRange, Assert.Throws<DiffusionException>(() => PromptWeights.Parse(prompt)).Code);
    }

    [Fact]
    public void A_prompt_that_is_too_long_is_refused()
    {
        PromptTokenizer tokenizer = new(TinyText.Words, new PromptTokenizerOptions("clip_l", 8, 0));
        Assert.Equal(DiffusionCodes.OutOfRange, Assert.Throws<DiffusionException>(() => tokenizer.Tokenize(new string('a', PromptTokenizer.LengthLimit + 1))).Code);
    }

    [Fact]
    public void Every_chunk_has_77_tokens_that_begin_and_end_whatever_the_prompt()
    {
        PromptTokenizer tokenizer = new(TinyText.Words, new PromptTokenizerOptions("clip_l", 8, 3));
        Random random = new(5);
        const string Letters = "cat dog(hello):1.5\\,.'<|endoftext|>é猫\n\t";
        for (int round = 0; round < 200; round++)
        {
            string prompt = string.Concat(Enumerable.Range(0, random.Next(300)).Select(_ => Letters[random.Next(Letters.Length)]));
            Assert.All(tokenizer.Tokenize(prompt), chunk =>
            {
                Assert.Equal(PromptTokenizer.ChunkLength, chunk.Length);
                Assert.Equal(TinyText.Vocabulary.Start, chunk[0].Id);
                Assert.Contains(chunk, token => token.Id == TinyText.Vocabulary.End && token.Group == 0);
            });
        }
    }

    [Fact]
    public void Pairs_join_in_the_order_of_their_ranks()
    {
        List<int> cat = TinyText.Words.Encode("cat");
        Assert.Single(cat);
        Assert.Equal([cat[0], cat[0]], TinyText.Words.Encode(" CAT\ncat "));
        Assert.Equal(2, TinyText.Words.Encode("cats").Count - 1);
    }

    [Fact]
    public void A_word_without_end_is_encoded_in_time_that_does_not_explode()
    {
        ClipTokenizer words = new(SomeVocabulary.OrSkip());
        Random random = new(3);
        string word = string.Concat(Enumerable.Range(0, 200_000).Select(_ => (char)('a' + random.Next(26))));
        Assert.InRange(words.Encode(word).Count, 1, word.Length);
    }

    [Theory]
    [InlineData("e\u0301", "\u00E9")]
    [InlineData("\u1112\u1161\u11AB", "\uD55C")]
    [InlineData("\u212B", "\u00C5")]
    [InlineData("a\u0323\u0307", "\u1EA1\u0307")]
    [InlineData("a\u0307\u0323", "\u1EA1\u0307")]
    [InlineData("\u0958", "\u0915\u093C")]
    [InlineData("か\u3099", "が")]
    [InlineData("plain", "plain")]
    public void Marks_compose_as_unicode_says(string text, string expected) => Assert.Equal(expected, Composition.Compose(text));
}
