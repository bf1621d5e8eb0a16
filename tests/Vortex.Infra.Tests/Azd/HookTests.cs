using System.Diagnostics;
using System.Text.RegularExpressions;

namespace Vortex.Infra.Tests.Azd;

/// <summary>Hooks exist twice, for two shells, and do the same in both. PowerShell is on few machines that build this, so its files are held against their twins.</summary>
public sealed partial class HookTests
{
    private static readonly string s_folder = Path.Combine(ReferenceData.RepositoryRoot(), "infra", "hooks");

    public static TheoryData<string> Names => new(Directory.EnumerateFiles(s_folder, "*.sh").Select(path => Path.GetFileNameWithoutExtension(path)).Order(StringComparer.Ordinal));

    [Fact]
    public void Every_hook_is_there_for_both_shells() =>
        Assert.Equal(Names.Select(name => name.Data + ".ps1"), Directory.EnumerateFiles(s_folder, "*.ps1").Select(Path.GetFileName).Order(StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(Names))]
    public void Both_shells_call_the_same_programs_with_the_same_options(string name)
    {
        string sh = Read(name + ".sh");
        string ps = Read(name + ".ps1");
        Assert.Equal(Comment().Match(sh).Value, Comment().Match(ps).Value);
        Assert.Equal(Variables(sh), Variables(ps));
        Assert.Equal(Calls(sh), Calls(ps));
        Assert.Equal(Options(sh), Options(ps));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void PowerShell_is_well_formed_and_stops_at_the_first_failure(string name)
    {
        string text = Read(name + ".ps1");
        Assert.Contains("$ErrorActionPreference = 'Stop'", text, StringComparison.Ordinal);
        Assert.Empty(Unbalanced(text));
        // A program that fails is no error for PowerShell: each call is followed by a look at how it ended.
        string[] lines = [.. text.Split('\n').Select(line => line.Trim()).Where(line => line.Length > 0 && line[0] != '#')];
        for (int i = 0; i < lines.Length; i++)
        {
            if (ProgramCall().IsMatch(lines[i]))
            {
                Assert.True(i + 1 < lines.Length && lines[i + 1].StartsWith("if ($LASTEXITCODE -ne 0) { exit $LASTEXITCODE }", StringComparison.Ordinal), $"{name}.ps1: '{lines[i]}' may fail unseen.");
            }
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Shell_parses_and_stops_at_the_first_failure(string name)
    {
        string path = Path.Combine(s_folder, name + ".sh");
        Assert.StartsWith("#!/bin/sh\n", File.ReadAllText(path), StringComparison.Ordinal);
        Assert.Contains("\nset -eu\n", File.ReadAllText(path), StringComparison.Ordinal);
        Assert.SkipUnless(File.Exists("/bin/sh"), "No sh here.");
        using Process shell = Process.Start(new ProcessStartInfo("/bin/sh", ["-n", path]) { RedirectStandardError = true })!;
        string errors = shell.StandardError.ReadToEnd();
        shell.WaitForExit();
        Assert.Equal((0, ""), (shell.ExitCode, errors));
    }

    [Theory]
    [InlineData("if ($a) { 'x' }", "")]
    [InlineData("if ($a) { 'it''s (' # {", "{")]
    [InlineData("\"$($a)\" + ')'", "")]
    [InlineData("f(]", "f(]")]
    public void Check_of_brackets_knows_quotes_and_comments(string text, string wrong) =>
        Assert.Equal(wrong.Length == 0, Unbalanced(text).Length == 0);

    // PowerShell's files have the line ends of its home.
    private static string Read(string file) => File.ReadAllText(Path.Combine(s_folder, file)).ReplaceLineEndings("\n");

    private static string[] Variables(string script) => [.. Variable().Matches(script).Select(match => match.Groups[1].Value).Where(name => name != "LASTEXITCODE").Distinct().Order(StringComparer.Ordinal)];

    // The words after a program's name, up to its first option.
    private static string[] Calls(string script) => [.. Call().Matches(script).Select(match => Blanks().Replace(match.Value.Trim(), " ")).Distinct().Order(StringComparer.Ordinal)];

    private static string[] Options(string script) => [.. Option().Matches(script).Select(match => match.Value).Distinct().Order(StringComparer.Ordinal)];

    /// <summary>Returns the brackets that have no partner; a quote that does not end is one of them.</summary>
    private static string Unbalanced(string text)
    {
        Stack<char> open = new();
        for (int i = 0; i < text.Length; i++)
        {
            char here = text[i];
            if (here == '#')
            {
                i = text.IndexOf('\n', i) is var end && end < 0 ? text.Length : end;
            }
            else if (here is '\'' or '"')
            {
                int end = i;
                do
                {
                    end = text.IndexOf(here, end + 1);
                }
                while (end > 0 && ((here == '"' && text[end - 1] == '`') || (end + 1 < text.Length && text[end + 1] == here && end++ > 0)));
                if (end < 0)
                {
                    return here.ToString();
                }

                i = end;
            }
            else if (here is '(' or '[' or '{')
            {
                open.Push(here);
            }
            else if (here is ')' or ']' or '}' && (!open.TryPop(out char partner) || partner != (here == ')' ? '(' : here == ']' ? '[' : '{')))
            {
                return here.ToString();
            }
        }

        return string.Concat(open);
    }

    [GeneratedRegex("(?m)^# .*$")]
    private static partial Regex Comment();

    [GeneratedRegex(@"(?:\$\{?|\$env:)([A-Z][A-Z_]{3,})")]
    private static partial Regex Variable();

    [GeneratedRegex(@"(?<![\w.-])(?:az|azd)(?: [a-z][a-z-]*)+(?= )")]
    private static partial Regex Call();

    [GeneratedRegex(@"(?<= )--[a-z][a-z-]+")]
    private static partial Regex Option();

    [GeneratedRegex(@"^(?:\$\w+ = )?(?:az|azd|dotnet) ")]
    private static partial Regex ProgramCall();

    [GeneratedRegex(" +")]
    private static partial Regex Blanks();
}
