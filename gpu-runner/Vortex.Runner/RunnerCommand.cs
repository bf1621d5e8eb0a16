using System.CommandLine;
using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Vortex.Embedded;
using Vortex.Runner.Models;
using Vortex.Tensors;

namespace Vortex.Runner;

/// <summary>The runner as a process: it works off the queue of a data folder, beside the host that has the folder and any number of other runners.</summary>
public static class RunnerCommand
{
    private const int ExitDone = 0;
    private const int ExitInput = 2;

    /// <summary>Runs the command to its end: until the process is told to stop, or has been idle for as long as it was told.</summary>
    /// <remarks>What ends the process in order is the host's affair: a parser that gives up after its own few seconds would take leases along.</remarks>
    /// <param name="arguments">The arguments of the process.</param>
    /// <param name="brought">What this process can compute with besides the managed backend. Where it has any, the automatic choice is the default.</param>
    /// <returns>The exit code: 0 done, 2 the input is at fault.</returns>
    public static Task<int> InvokeAsync(IReadOnlyList<string> arguments, params IReadOnlyList<TensorBackendKind> brought) =>
        Create(brought).Parse(arguments).InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null });

    private static RootCommand Create(IReadOnlyList<TensorBackendKind> brought)
    {
        Option<DirectoryInfo> data = new("--data") { Description = "The data folder of a Vortex host on this machine.", Required = true };
        Option<int?> batches = new("--batches") { Description = "How many batches to execute at once; the number of processors where it is left out." };
        Option<string[]> models = new("--models-dir") { Description = "Where models lie; may be repeated. VORTEX_MODELS, or the data folder's models, when not given", HelpName = "DIR" };
        string fallback = brought.Count > 0 ? RunnerOptions.AutomaticBackend : TensorBackendKind.Managed;
        Option<string> backend = new("--backend")
        {
            Description = $"What computes: {string.Join(", ", brought.Select(kind => $"{kind.Name} ({kind.Summary})").Append($"{TensorBackendKind.Managed} (managed code)"))}, or {RunnerOptions.AutomaticBackend}; {fallback} where it is left out.",
            HelpName = "NAME",
        };
        Option<ComputePrecision> precision = new("--precision") { Description = "The number format of products; fewer bits are faster on a GPU and change results. Float32 where it is left out." };
        ProcessSettings process = new();
        RootCommand command = new("Executes batches of a Vortex host until it is told to stop (Ctrl+C). What it holds then is finished or given back.")
        {
            data,
            batches,
            models,
            backend,
            precision,
        };
        foreach (Option option in process.Options)
        {
            command.Options.Add(option);
        }

        command.SetAction((parsed, cancellationToken) => RunAsync(parsed.GetValue(data)!, brought, builder => process.AddTo(builder, parsed), options =>
        {
            options.BatchesAtOnce = parsed.GetValue(batches) ?? options.BatchesAtOnce;
            options.UseModels(ModelRoots.Choose(parsed.GetValue(models) ?? [], parsed.GetValue(data)!.FullName), parsed.GetValue(data)!.FullName);
            options.Backend = parsed.GetValue(backend) ?? fallback;
            options.TensorPrecision = parsed.GetValue(precision);
        }, cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(
        DirectoryInfo folder, IReadOnlyList<TensorBackendKind> brought, Action<HostApplicationBuilder> prepare, Action<RunnerOptions> configure, CancellationToken cancellationToken)
    {
        if (!folder.Exists)
        {
            await Console.Error.WriteLineAsync($"There is no folder '{folder.FullName}'. Start a host with it first: vortex up --data {folder.Name}");
            return ExitInput;
        }

        try
        {
            await using EmbeddedStore store = await EmbeddedStore.OpenAsync(new DataFolder(folder.FullName), cancellationToken: cancellationToken);
            HostApplicationBuilder builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
            builder.Logging.AddSimpleConsole(console =>
            {
                console.SingleLine = true;
                console.TimestampFormat = "HH:mm:ss ";
            });
            // A start that fails is told in one sentence below, and not as a trace as well.
            builder.Logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.Critical);
            prepare(builder);
            builder.Services.AddSingleton(store.Queue).AddSingleton(store.BatchResults).AddSingleton(store.Runs).AddSingleton(store.Results).AddSingleton(store.Artifacts);
            foreach (TensorBackendKind kind in brought)
            {
                builder.Services.AddSingleton(kind);
            }

            builder.Services.AddVortexRunner(configure);
            using IHost host = builder.Build();
            await host.RunAsync(cancellationToken);
            return ExitDone;
        }
        catch (Exception exception) when (exception is EmbeddedStoreException or IOException or Microsoft.Extensions.Options.OptionsValidationException)
        {
            await Console.Error.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"The runner cannot start: {exception.Message}"));
            return ExitInput;
        }
    }
}
