using System.CommandLine;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Vortex.Azure;
using Vortex.Embedded;
using Vortex.Runner.Models;
using Vortex.Tensors;

namespace Vortex.Runner;

/// <summary>The runner as a process: it works off the queue of a data folder, beside the host that has the folder, or the queue in Azure; any number of other runners may do the same.</summary>
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
        Option<DirectoryInfo> data = new("--data") { Description = "The data folder of a Vortex host on this machine; or --azure." };
        Option<bool> azure = new("--azure") { Description = "Works for the deployment in Azure that the environment names: Vortex__Azure__Blobs__ServiceUri, Vortex__Azure__Cosmos__Endpoint, Vortex__Azure__Queue__Namespace. The identity is the process's own; AZURE_CLIENT_ID names a user-assigned one." };
        Option<DirectoryInfo?> cache = new("--cache") { Description = "With --azure: the folder for models: those put into its models, those of the deployment in models-by-digest, and their digests; one in the system's folder for temporary files where it is left out.", HelpName = "DIR" };
        Option<int?> batches = new("--batches") { Description = "How many batches to execute at once; the number of processors where it is left out." };
        Option<string[]> models = new("--models-dir") { Description = "Where models lie; may be repeated. VORTEX_MODELS, or models in the data folder or the cache, when not given", HelpName = "DIR" };
        string fallback = brought.Count > 0 ? RunnerOptions.AutomaticBackend : TensorBackendKind.Managed;
        Option<string> backend = new("--backend")
        {
            Description = $"What computes: {string.Join(", ", brought.Select(kind => $"{kind.Name} ({kind.Summary})").Append($"{TensorBackendKind.Managed} (managed code)"))}, or {RunnerOptions.AutomaticBackend}; {fallback} where it is left out.",
            HelpName = "NAME",
        };
        Option<ComputePrecision> precision = new("--precision") { Description = "The number format of products; fewer bits are faster on a GPU and change results. Float32 where it is left out." };
        ProcessSettings process = new();
        RootCommand command = new("Executes batches of a Vortex host, on this machine or in Azure, until it is told to stop (Ctrl+C). What it holds then is finished or given back.")
        {
            data,
            azure,
            cache,
            batches,
            models,
            backend,
            precision,
        };
        foreach (Option option in process.Options)
        {
            command.Options.Add(option);
        }

        command.Validators.Add(result =>
        {
            bool isAzure = result.GetValue(azure);
            if (isAzure == (result.GetResult(data) is not null))
            {
                result.AddError("Give either --data DIR, the folder of a host on this machine, or --azure.");
            }
            else if (!isAzure && result.GetResult(cache) is not null)
            {
                result.AddError("--cache goes with --azure: a runner of this machine keeps such things in the data folder.");
            }
        });
        command.SetAction((parsed, cancellationToken) =>
        {
            DirectoryInfo? folder = parsed.GetValue(azure) ? null : parsed.GetValue(data);
            string home = (folder ?? parsed.GetValue(cache))?.FullName ?? Path.Combine(Path.GetTempPath(), "vortex-runner");
            return RunAsync(folder, home, brought, builder => process.AddTo(builder, parsed), options =>
            {
                options.BatchesAtOnce = parsed.GetValue(batches) ?? options.BatchesAtOnce;
                options.UseModels(ModelRoots.Choose(parsed.GetValue(models) ?? [], home), home);
                options.ModelDiskFolder = folder is null ? options.ModelDiskFolder ?? Path.Combine(home, "models-by-digest") : null;
                options.Backend = parsed.GetValue(backend) ?? fallback;
                options.TensorPrecision = parsed.GetValue(precision);
            }, cancellationToken);
        });
        return command;
    }

    /// <param name="folder">The data folder to work for; null for Azure.</param>
    /// <param name="home">What the runner keeps between batches; made where it is not there.</param>
    /// <param name="brought">What can compute besides the managed backend.</param>
    /// <param name="prepare">Adds what comes before the runner.</param>
    /// <param name="configure">Sets what the arguments say.</param>
    /// <param name="cancellationToken">Stops the runner.</param>
    private static async Task<int> RunAsync(
        DirectoryInfo? folder, string home, IReadOnlyList<TensorBackendKind> brought, Action<HostApplicationBuilder> prepare, Action<RunnerOptions> configure, CancellationToken cancellationToken)
    {
        if (folder is { Exists: false })
        {
            await Console.Error.WriteLineAsync($"There is no folder '{folder.FullName}'. Start a host with it first: vortex up --data {folder.Name}");
            return ExitInput;
        }

        try
        {
            Directory.CreateDirectory(home);
            await using EmbeddedStore? store = folder is null ? null : await EmbeddedStore.OpenAsync(new DataFolder(folder.FullName), cancellationToken: cancellationToken);
            HostApplicationBuilder builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
            builder.Logging.AddSimpleConsole(console =>
            {
                console.SingleLine = true;
                console.TimestampFormat = "HH:mm:ss ";
            });
            // A start that fails is told in one sentence below, and not as a trace as well.
            builder.Logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.Critical);
            prepare(builder);
            if (store is null)
            {
                builder.Configuration.AddEnvironmentVariables();
                builder.Services.AddVortexAzure().AddVortexAzureResults();
            }
            else
            {
                builder.Services.AddSingleton(store.Queue).AddSingleton(store.Runners).AddSingleton(store.BatchResults).AddSingleton(store.Runs).AddSingleton(store.Results).AddSingleton(store.Artifacts);
            }

            foreach (TensorBackendKind kind in brought)
            {
                builder.Services.AddSingleton(kind);
            }

            builder.Services.AddVortexRunner(configure);
            using IHost host = builder.Build();
            // Before anything is made of the settings: all that is wrong with them is told at once.
            host.Services.GetService<IStartupValidator>()?.Validate();
            await host.RunAsync(cancellationToken);
            return ExitDone;
        }
        catch (Exception exception) when (StartProblem.Of(exception) is not null)
        {
            await Console.Error.WriteLineAsync(StartProblem.Of(exception));
            return ExitInput;
        }
    }
}
