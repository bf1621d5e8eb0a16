using System.Text.RegularExpressions;

namespace Vortex.Infra.Tests.Images;

/// <summary>The instructions of a Dockerfile, and what is wrong with them without building it.</summary>
internal sealed partial class Dockerfile
{
    private readonly IReadOnlyList<(string Instruction, string Arguments)> _lines;

    private Dockerfile(IReadOnlyList<(string, string)> lines) => _lines = lines;

    /// <summary>Gets the program that the image runs.</summary>
    public string Entry => Regex.Match(Last("ENTRYPOINT"), "\"([^\"]+\\.dll)\"").Groups[1].Value;

    public string Exposed => Last("EXPOSE");

    /// <summary>Gets the project that is published.</summary>
    public string Project => Regex.Match(string.Join('\n', All("RUN")), @"dotnet publish (\S+\.csproj)").Groups[1].Value;

    /// <summary>Gets what is copied from the repository, in order, with a mark where packages are restored.</summary>
    public IEnumerable<string> Copied => All("COPY").Where(arguments => !arguments.StartsWith("--from", StringComparison.Ordinal)).SelectMany(arguments => arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries)[..^1]);

    public static Dockerfile Read(string text)
    {
        string joined = Continuation().Replace(text.ReplaceLineEndings("\n"), " ");
        return new Dockerfile([.. joined.Split('\n')
            .Select(line => line.Trim())
            .Where(line => line.Length > 0 && line[0] != '#')
            .Select(line => line.Split(' ', 2))
            .Select(parts => (parts[0], parts.Length > 1 ? parts[1].Trim() : ""))]);
    }

    /// <summary>Returns one line per problem.</summary>
    /// <param name="root">The folder that it is built from.</param>
    public IReadOnlyList<string> Problems(string root)
    {
        List<string> problems = [];
        if (All("FROM").Count() < 2)
        {
            problems.Add("one stage only: the SDK and the sources would be part of the image");
        }

        problems.AddRange(All("FROM").Where(image => !PinnedImage().IsMatch(image)).Select(image => $"'{image}' has no version"));
        problems.AddRange(Copied.Where(path => !Path.Exists(Path.Combine(root, path))).Select(path => $"'{path}' does not exist"));
        int lastStage = _lines.ToList().FindLastIndex(line => line.Instruction == "FROM");
        string? user = _lines.Skip(lastStage).LastOrDefault(line => line.Instruction == "USER").Arguments;
        if (user is null || !int.TryParse(user, out int number) || number == 0)
        {
            problems.Add($"it runs as '{user ?? "root"}', not as the number of a user without rights");
        }

        if (_lines.Skip(lastStage).Any(line => line.Instruction is "RUN" or "ADD"))
        {
            problems.Add("the last stage makes something: it must only copy");
        }

        if (!_lines.Any(line => line is { Instruction: "STOPSIGNAL", Arguments: "SIGTERM" }))
        {
            problems.Add("it is not stopped with SIGTERM");
        }

        problems.AddRange(All("ENV").Concat(All("ARG")).Where(value => Secret().IsMatch(value)).Select(value => $"'{value}' looks like a secret"));
        if (Entry != Path.GetFileNameWithoutExtension(Project) + ".dll")
        {
            problems.Add($"it runs '{Entry}' and publishes '{Project}'");
        }

        return problems;
    }

    private string Last(string instruction) => _lines.LastOrDefault(line => line.Instruction == instruction).Arguments ?? "";

    private IEnumerable<string> All(string instruction) => _lines.Where(line => line.Instruction == instruction).Select(line => line.Arguments);

    [GeneratedRegex(@"\s*\\\n\s*")]
    private static partial Regex Continuation();

    [GeneratedRegex(@"^[a-z0-9./-]+:\d[\w.-]* AS \w+$")]
    private static partial Regex PinnedImage();

    [GeneratedRegex("(?i)(password|secret|token|connection_?string|account_?key|api_?key)")]
    private static partial Regex Secret();
}
