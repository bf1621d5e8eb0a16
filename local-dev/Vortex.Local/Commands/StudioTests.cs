using System.Globalization;
using System.Text.RegularExpressions;
using Vortex.Local.Hosting;

namespace Vortex.Local.Commands;

/// <summary>The studio's own tests: units in Node, and the page in a browser against a real host.</summary>
internal static partial class StudioTests
{
    /// <summary>Runs those of a kind of <see cref="TestCommand"/>, with a line where they cannot run. Suites end with a line that this sums up.</summary>
    public static async Task<Sums> RunAsync(string root, string kind, CancellationToken cancellationToken)
    {
        string folder = Path.Combine(root, "web");
        if (kind == "golden" || !File.Exists(Path.Combine(folder, "package.json")))
        {
            return new Sums(0, 0, 0);
        }

        Console.WriteLine();
        if (await Studio.NodeAsync(cancellationToken) is null)
        {
            Console.WriteLine("The studio's tests are skipped: there is no Node.js with npm here.");
            return new Sums(0, 0, 1);
        }

        string? problem = await Studio.InstallAsync(folder, cancellationToken);
        if (problem is not null)
        {
            Console.WriteLine($"What the studio's tests need could not be installed:{Environment.NewLine}{problem}");
            return new Sums(0, 1, 0);
        }

        Sums sums = new(0, 0, 0);
        if (kind is "all" or "unit")
        {
            sums += await SuiteAsync(folder, "test", cancellationToken);
        }

        if (kind is "all" or "e2e")
        {
            problem = await Studio.BuildAsync(folder, cancellationToken);
            if (problem is not null)
            {
                Console.WriteLine($"The studio could not be built:{Environment.NewLine}{problem}");
                return sums + new Sums(0, 1, 0);
            }

            sums += await SuiteAsync(folder, "e2e", cancellationToken);
        }

        return sums;
    }

    private static async Task<Sums> SuiteAsync(string folder, string script, CancellationToken cancellationToken)
    {
        Sums? sums = null;
        int exit = await Processes.StreamAsync(Studio.Npm, ["run", "--silent", script], folder, line =>
        {
            Console.WriteLine(line);
            if (Total().Match(line) is { Success: true } match)
            {
                sums = new Sums(Number(match, 1), Number(match, 2), Number(match, 3));
            }
        }, cancellationToken);
        return sums is { } told && (exit == 0 || told.Failed > 0) ? told : new Sums(0, 1, 0);
    }

    private static int Number(Match match, int group) => int.Parse(match.Groups[group].ValueSpan, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^studio .*: (\d+) passed, (\d+) failed, (\d+) skipped$")]
    private static partial Regex Total();

    internal readonly record struct Sums(int Passed, int Failed, int Skipped)
    {
        public static Sums operator +(Sums a, Sums b) => new(a.Passed + b.Passed, a.Failed + b.Failed, a.Skipped + b.Skipped);
    }
}
