using System.CommandLine;
using Vortex.Local.Commands;
using Vortex.Local.Terminal;

namespace Vortex.Local;

/// <summary>The <c>vortex</c> command.</summary>
internal static class Program
{
    public static async Task<int> Main(string[] arguments)
    {
        using Signals signals = new();
        Console.OutputEncoding = System.Text.Encoding.UTF8;
        Option<string?> data = new("--data") { Description = "The data folder; VORTEX_DATA, or the system's place for application data, when not given", HelpName = "DIR" };
        RootCommand root = new("Vortex runs generative workflows drawn as graphs of nodes, ComfyUI's among them.\n\nExit status: 0 done, 2 the input is at fault, 3 the run failed, 130 canceled.")
        {
            RunCommand.Make(data),
            UpCommand.Make(data),
            ImportCommand.Make(),
            ExportCommand.Make(),
            ValidateCommand.Make(),
            NodesCommand.Make(),
            ModelsCommand.Make(data),
            HooksCommand.Make(data),
            DoctorCommand.Make(data),
            TestCommand.Make(),
            BenchCommand.Make(),
        };
        ParseResult parsed = root.Parse(arguments);
        try
        {
            int exit = await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null }, signals.Stop);
            return parsed.Errors.Count > 0 ? ExitCodes.BadInput : exit;
        }
        catch (CommandFailure failure)
        {
            Console.Error.WriteLine($"vortex: {failure.Message}");
            return failure.ExitCode;
        }
        catch (OperationCanceledException)
        {
            return ExitCodes.Canceled;
        }
    }
}
