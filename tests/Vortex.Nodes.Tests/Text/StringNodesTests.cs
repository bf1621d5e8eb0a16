namespace Vortex.Nodes.Tests;

public sealed class StringNodesTests
{
    [Theory]
    [InlineData("a", "b", "", "ab")]
    [InlineData("a", "b", ", ", "a, b")]
    public async Task Concatenate_puts_the_delimiter_between(string a, string b, string delimiter, string expected) =>
        Assert.Equal(expected, await Core.OneAsync("StringConcatenate", ("string_a", a), ("string_b", b), ("delimiter", delimiter)));

    [Theory]
    [InlineData(0, 3, "abc")]
    [InlineData(-2, 100, "ef")]
    [InlineData(1, -1, "bcde")]
    [InlineData(4, 2, "")]
    [InlineData(long.MinValue, long.MaxValue, "abcdef")]
    public async Task Substring_counts_as_Python_slices_do(long start, long end, string expected) =>
        Assert.Equal(expected, await Core.OneAsync("StringSubstring", ("string", "abcdef"), ("start", start), ("end", end)));

    [Fact]
    public async Task Characters_outside_the_first_plane_count_once()
    {
        Assert.Equal(3L, await Core.OneAsync("StringLength", ("string", "a😀b")));
        Assert.Equal("😀", await Core.OneAsync("StringSubstring", ("string", "a😀b"), ("start", 1), ("end", 2)));
        Assert.Equal("-a-😀-", await Core.OneAsync("StringReplace", ("string", "a😀"), ("find", ""), ("replace", "-")));
    }

    [Theory]
    [InlineData("UPPERCASE", "straße ﬁn", "STRASSE FIN")]
    [InlineData("lowercase", "ΟΔΥΣΣΕΥΣ Ab", "οδυσσευς ab")]
    [InlineData("Capitalize", "hELLO wORLD", "Hello world")]
    [InlineData("Title Case", "they're bill's 3rd", "They'Re Bill'S 3Rd")]
    [InlineData("Capitalize", "", "")]
    public async Task Case_is_converted_as_Python_does(string mode, string text, string expected) =>
        Assert.Equal(expected, await Core.OneAsync("CaseConverter", ("string", text), ("mode", mode)));

    [Theory]
    [InlineData("Both", "x")]
    [InlineData("Left", "x \t\u001f")]
    [InlineData("Right", "\u00a0\nx")]
    public async Task Trim_removes_spaces_at_the_end_asked_for(string mode, string expected) =>
        Assert.Equal(expected, await Core.OneAsync("StringTrim", ("string", "\u00a0\nx \t\u001f"), ("mode", mode)));

    [Theory]
    [InlineData("aXbX", "X", "--", "a--b--")]
    [InlineData("aaa", "aa", "b", "ba")]
    [InlineData("abc", "z", "y", "abc")]
    public async Task Replace_replaces_all(string text, string find, string replace, string expected) =>
        Assert.Equal(expected, await Core.OneAsync("StringReplace", ("string", text), ("find", find), ("replace", replace)));

    [Fact]
    public async Task Result_that_would_fill_the_memory_is_a_problem()
    {
        string many = new('a', 100_000);
        Assert.Equal("text.too_long", (await Core.ProblemAsync("StringReplace", ("string", many), ("find", "a"), ("replace", many))).Code);
        Assert.Equal("text.too_long", (await Core.ProblemAsync("StringReplace", ("string", many), ("find", ""), ("replace", many))).Code);
        Assert.Equal("text.too_long", (await Core.ProblemAsync("RegexReplace", ("string", many), ("regex_pattern", "a"), ("replace", many))).Code);
        string long1 = new('a', 9_000_000);
        Assert.Equal("text.too_long", (await Core.ProblemAsync("StringConcatenate", ("string_a", long1), ("string_b", long1))).Code);
    }

    [Theory]
    [InlineData("Hello", "ELL", true, false)]
    [InlineData("Hello", "ELL", false, true)]
    [InlineData("Hello", "", true, true)]
    public async Task Contains_looks_for_a_part(string text, string part, bool caseSensitive, bool expected) =>
        Assert.Equal(expected, await Core.OneAsync("StringContains", ("string", text), ("substring", part), ("case_sensitive", caseSensitive)));

    [Theory]
    [InlineData("Starts With", "abc", "AB", false, true)]
    [InlineData("Starts With", "abc", "AB", true, false)]
    [InlineData("Ends With", "abc", "bc", true, true)]
    [InlineData("Equal", "abc", "ABC", false, true)]
    public async Task Compare_compares(string mode, string a, string b, bool caseSensitive, bool expected) =>
        Assert.Equal(expected, await Core.OneAsync("StringCompare", ("string_a", a), ("string_b", b), ("mode", mode), ("case_sensitive", caseSensitive)));

    [Theory]
    [InlineData("CaseConverter")]
    [InlineData("StringTrim")]
    public async Task Choice_that_does_not_exist_is_a_problem_of_its_input(string type)
    {
        NodeProblemException problem = await Core.ProblemAsync(type, ("string", "a"), ("mode", "sideways"));
        Assert.Equal(("node.unknown_choice", "mode"), (problem.Code, problem.Port));
    }

    [Theory]
    [InlineData("StringConcatenate", "string_a")]
    [InlineData("StringSubstring", "string")]
    [InlineData("StringLength", "string")]
    [InlineData("StringContains", "string")]
    [InlineData("StringCompare", "string_a")]
    [InlineData("PrimitiveInt", "value")]
    [InlineData("PrimitiveFloat", "value")]
    [InlineData("PrimitiveString", "value")]
    [InlineData("PrimitiveStringMultiline", "value")]
    [InlineData("PrimitiveBoolean", "value")]
    [InlineData("PreviewAny", "source")]
    public async Task Missing_input_is_a_problem_of_that_input(string type, string input)
    {
        NodeProblemException problem = await Core.ProblemAsync(type);
        Assert.Equal(("node.missing_input", input), (problem.Code, problem.Port));
    }
}
