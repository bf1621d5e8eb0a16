using System.CommandLine;
using Vortex.Local.Hosting;

namespace Vortex.Local.Commands;

/// <summary><c>vortex bench</c>: prints the figures of speed and size, each beside its goal.</summary>
internal static class BenchCommand
{
    public static Command Make()
    {
        Argument<string[]> names = new("name") { Description = "Which benchmarks to run; none for all, 'list' for their names", Arity = ArgumentArity.ZeroOrMore };
        Command command = new("bench", "Measure this build and print each figure beside its goal") { names };
        command.SetAction((parsed, cancellationToken) => Processes.StreamAsync(
            "dotnet",
            ["run", "-c", "Release", "--project", Path.Combine(Repository.Root(), "tests", "Vortex.Benchmarks"), "--", .. parsed.GetValue(names) ?? []],
            null,
            Console.WriteLine,
            cancellationToken));
        return command;
    }
}
