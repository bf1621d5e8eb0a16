using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Vortex.Local.Hosting;
using Vortex.Local.Terminal;

namespace Vortex.Local.Commands;

/// <summary><c>vortex test</c>: runs the repository's test suites and sums them up.</summary>
internal static partial class TestCommand
{
    private static readonly string[] s_kinds = ["all", "unit", "golden", "e2e"];

    public static Command Make()
    {
        Argument<string> kind = new("kind") { Description = "all, unit, golden or e2e", DefaultValueFactory = _ => "all" };
        kind.AcceptOnlyFromAmong(s_kinds);
        Option<bool> coverage = new("--coverage") { Description = "Also measure line coverage into artifacts/coverage" };
        Command command = new("test", "Run the tests of this repository") { kind, coverage };
        command.SetAction((parsed, cancellationToken) => RunAsync(parsed.GetValue(kind)!, parsed.GetValue(coverage), cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(string kind, bool coverage, CancellationToken cancellationToken)
    {
        string root = Repository.Root();
        // Two suites at a time: some compute, some wait for processes.
        List<string> arguments = ["test", Path.Combine(root, "Vortex.Local.slnf"), "-c", "Release", "--nologo", "-m:2", "--logger", "console;verbosity=minimal"];
        string? filter = kind switch
        {
            "unit" => "kind!=golden&kind!=e2e",
            "golden" => "kind=golden",
            "e2e" => "kind=e2e",
            _ => null,
        };
        if (filter is not null)
        {
            arguments.AddRange(["--filter", filter]);
        }

        if (coverage)
        {
            arguments.AddRange(["--collect", "XPlat Code Coverage", "--settings", Path.Combine(root, "tests", "coverage.runsettings"), "--results-directory", Path.Combine(root, "artifacts", "coverage")]);
        }

        int passed = 0;
        int failed = 0;
        int skipped = 0;
        int exit = await Processes.StreamAsync("dotnet", arguments, root, line =>
        {
            Console.WriteLine(line);
            if (Total().Match(line) is { Success: true } match)
            {
                failed += Number(match, 1);
                passed += Number(match, 2);
                skipped += Number(match, 3);
            }
        }, cancellationToken);

        StudioTests.Sums studio = await StudioTests.RunAsync(root, kind, cancellationToken);
        passed += studio.Passed;
        skipped += studio.Skipped;
        Console.WriteLine();
        if (exit != 0 && failed == 0)
        {
            Console.WriteLine("A test program ended without a result; the lines above say why.");
            failed = 1;
        }

        failed += studio.Failed;
        Console.WriteLine(skipped > 0 ? $"{passed} passed, {failed} failed, {skipped} skipped" : $"{passed} passed, {failed} failed");
        return failed > 0 ? ExitCodes.Failed : ExitCodes.Done;
    }

    private static int Number(Match match, int group) => int.Parse(match.Groups[group].ValueSpan, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^\s*(?:Passed|Failed|Skipped)!\s+- Failed:\s*(\d+), Passed:\s*(\d+), Skipped:\s*(\d+), Total:")]
    private static partial Regex Total();
}
