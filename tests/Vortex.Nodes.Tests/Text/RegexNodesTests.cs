using System.Text.RegularExpressions;
using Vortex.Nodes.Packs.Text;

namespace Vortex.Nodes.Tests;

public sealed class RegexNodesTests
{
    [Theory]
    [InlineData("Hello", "^h.*o$", true)]
    [InlineData("Hello", "z", false)]
    [InlineData("Hello", "(", false)]
    public async Task Match_searches_anywhere_and_a_broken_pattern_matches_nothing(string text, string pattern, bool expected) =>
        Assert.Equal(expected, await Core.OneAsync("RegexMatch", ("string", text), ("regex_pattern", pattern)));

    [Fact]
    public async Task Flags_do_what_Python_s_do()
    {
        Assert.Equal(false, await Core.OneAsync("RegexMatch", ("string", "A"), ("regex_pattern", "a"), ("case_insensitive", false)));
        Assert.Equal(false, await Core.OneAsync("RegexMatch", ("string", "x\na"), ("regex_pattern", "^a")));
        Assert.Equal(true, await Core.OneAsync("RegexMatch", ("string", "x\na"), ("regex_pattern", "^a"), ("multiline", true)));
        Assert.Equal(false, await Core.OneAsync("RegexMatch", ("string", "a\nb"), ("regex_pattern", "a.b")));
        Assert.Equal(true, await Core.OneAsync("RegexMatch", ("string", "a\nb"), ("regex_pattern", "a.b"), ("dotall", true)));
    }

    [Theory]
    [InlineData("First Match", @"\d+", 1, "12")]
    [InlineData("All Matches", @"\d+", 1, "12\n345")]
    [InlineData("All Matches", @"([a-z])(\d)", 1, "a\nb")]
    [InlineData("First Group", @"([a-z])(\d+)", 2, "12")]
    [InlineData("First Group", @"([a-z])(\d+)", 0, "a12")]
    [InlineData("First Group", @"([a-z])", 7, "")]
    [InlineData("All Groups", @"([a-z])(\d+)", 2, "12\n345")]
    [InlineData("All Groups", @"\d", 1, "")]
    [InlineData("First Match", "[", 1, "")]
    public async Task Extract_takes_matches_or_groups(string mode, string pattern, int group, string expected) =>
        Assert.Equal(expected, await Core.OneAsync("RegexExtract", ("string", "a12 b345"), ("regex_pattern", pattern), ("mode", mode), ("group_index", group)));

    [Theory]
    [InlineData("ab", @"(a)(b)", @"\2\1", "ba")]
    [InlineData("ab", @"(?P<x>a)(?P<y>b)", @"\g<y>\g<1>", "ba")]
    [InlineData("aa bb", @"(?P<c>\w)(?P=c)", @"<\g<c>>", "<a> <b>")]
    [InlineData("ab", @"(?P<x>a)(b)", @"\2\1", "ba")]
    [InlineData("a", "a", "$1 $& ${x}", "$1 $& ${x}")]
    [InlineData("a", "a", @"\n\\\.\x41", null)]
    [InlineData("a", "a", @"\n\\\.", "\n\\\\.")]
    [InlineData("abxd", "x*", "-", "-a-b--d-")]
    [InlineData("aXbX", "x", "", "ab")]
    [InlineData("a]b", "[]]", "-", "a-b")]
    [InlineData("aaa", "^a{,2}", "b", "ba")]
    [InlineData("ab(c)", @"[(]c[)]", "d", "abd")]
    [InlineData("xay", @"(?<=x)a(?!z)", "b", "xby")]
    [InlineData("a b", @"(?:(a)|(b))", @"[\1|\2]", "[a|] [|b]")]
    public async Task Replace_takes_Python_patterns_and_templates(string text, string pattern, string replace, string? expected)
    {
        if (expected is null)
        {
            Assert.Equal("text.bad_replacement", (await Core.ProblemAsync("RegexReplace", ("string", text), ("regex_pattern", pattern), ("replace", replace))).Code);
            return;
        }

        Assert.Equal(expected, await Core.OneAsync("RegexReplace", ("string", text), ("regex_pattern", pattern), ("replace", replace)));
    }

    [Fact]
    public async Task Replace_stops_after_the_count()
    {
        Assert.Equal("bba", await Core.OneAsync("RegexReplace", ("string", "aaa"), ("regex_pattern", "a"), ("replace", "b"), ("count", 2)));
    }

    [Theory]
    [InlineData("(", "x", "text.bad_pattern", "regex_pattern")]
    [InlineData("a", @"\1", "text.bad_replacement", "replace")]
    [InlineData("a", @"\g<name>", "text.bad_replacement", "replace")]
    [InlineData("a", @"\g<", "text.bad_replacement", "replace")]
    [InlineData("a", "\\", "text.bad_replacement", "replace")]
    public async Task Broken_pattern_or_template_is_a_problem_of_its_input(string pattern, string replace, string code, string port)
    {
        NodeProblemException problem = await Core.ProblemAsync("RegexReplace", ("string", "a"), ("regex_pattern", pattern), ("replace", replace));
        Assert.Equal((code, port), (problem.Code, problem.Port));
    }

    [Fact]
    public void Search_that_takes_for_ever_is_stopped_with_a_problem()
    {
        PythonPattern pattern = RegexNodes.TryParse("^(a+)+$", RegexOptions.None, TimeSpan.FromMilliseconds(20))!;
        NodeProblemException problem = Assert.Throws<NodeProblemException>(() => RegexNodes.Search(() => pattern.Match(new string('a', 60) + "!")));
        Assert.Equal(("text.pattern_too_slow", "regex_pattern"), (problem.Code, problem.Port));
    }

    [Fact]
    public void Any_text_as_a_pattern_is_read_or_refused_but_never_throws_anything_else()
    {
        Random random = new(11);
        const string Alphabet = "ab()[]{}?P<>=!|\\^$.*+,123-:Z";
        for (int round = 0; round < 20_000; round++)
        {
            string text = new([.. Enumerable.Range(0, random.Next(1, 14)).Select(_ => Alphabet[random.Next(Alphabet.Length)])]);
            PythonPattern? pattern = RegexNodes.TryParse(text, RegexOptions.None, TimeSpan.FromSeconds(10));
            try
            {
                pattern?.ParseTemplate(text);
            }
            catch (FormatException)
            {
                // A template may be broken; that is its one way to say so.
            }
        }
    }
}
