using System.CommandLine;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Vortex.Api;
using Vortex.Embedded;
using Vortex.Local.Hosting;
using Vortex.Local.Terminal;
using Vortex.Runner.Models;

namespace Vortex.Local.Commands;

/// <summary><c>vortex up</c>: hosts everything on this machine, API and runner in one process.</summary>
internal static class UpCommand
{
    private const int OldestNode = 20;

    public static Command Make(Option<string?> data)
    {
        Option<int> port = new("--port") { Description = "The port on 127.0.0.1; 0 for any free one", DefaultValueFactory = _ => 7700, HelpName = "N" };
        port.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() is < 0 or > 65535)
            {
                result.AddError("A port lies between 0 and 65535.");
            }
        });
        Option<string?> inputFolder = new("--input-dir") { Description = "Where LoadImage looks beside uploads; DATA/input when not given", HelpName = "DIR" };
        Option<string[]> models = ModelsDirOption.Make();
        Option<ContentPlace> store = new("--store")
        {
            Description = $"Where content lies: folder, or azurite, the emulator of Azure's storage ({ContentPlaces.Variable} names one that is not on its usual port)",
            DefaultValueFactory = _ => ContentPlace.Folder,
            HelpName = "folder|azurite",
        };
        Option<bool> verbose = new("--verbose") { Description = "Log what happens, not only what goes wrong" };
        Command command = new("up", "Serve the API and run workflows on this machine") { port, data, store, inputFolder, models, verbose };
        command.SetAction((parsed, cancellationToken) =>
        {
            string folder = DataFolders.Choose(parsed.GetValue(data));
            string input = Path.GetFullPath(parsed.GetValue(inputFolder) ?? Path.Combine(folder, "input"));
            Choices choices = new(parsed.GetValue(port), folder, input, ModelsDirOption.Checked(parsed.GetValue(models), folder), parsed.GetValue(store), parsed.GetValue(verbose));
            return RunAsync(choices, cancellationToken);
        });
        return command;
    }

    private static async Task<int> RunAsync(Choices choices, CancellationToken cancellationToken)
    {
        (int port, string dataFolder, string inputFolder, string[] models, _, _) = choices;
        try
        {
            string? elsewhere = await ContentPlaces.CheckAsync(choices.Store, cancellationToken);
            Directory.CreateDirectory(inputFolder);
            await using WebApplication app = Build(choices);
            await app.StartAsync(cancellationToken);
            string url = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First() + "/";
            await RunningHost.WriteAsync(dataFolder, url, cancellationToken);
            Console.Out.WriteLine($"Vortex is ready at {url}");
            Console.Out.WriteLine($"  data    {dataFolder}");
            if (elsewhere is not null)
            {
                Console.Out.WriteLine($"  content {elsewhere}");
            }

            Console.Out.WriteLine($"  inputs  {inputFolder}");
            Console.Out.WriteLine($"  models  {string.Join(Path.PathSeparator, ModelRoots.Choose(models, dataFolder))}");
            Console.Out.WriteLine("Ctrl+C stops it; runs that are not done go on at the next start.");
            // The host ends by itself where a part of it fails.
            using CancellationTokenSource end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, app.Lifetime.ApplicationStopping);
            try
            {
                await BuildStudioAsync(url, end.Token);
                await Task.Delay(Timeout.Infinite, end.Token);
            }
            catch (OperationCanceledException)
            {
                // The way out: the person stopped it.
            }

            RunningHost.Remove(dataFolder);
            await app.StopAsync(CancellationToken.None);
            return cancellationToken.IsCancellationRequested ? ExitCodes.Done : throw CommandFailure.Failed("A part of the host failed, and it ended; the log says which. Runs that are not done go on at the next start.");
        }
        catch (IOException failure) when (failure.InnerException is AddressInUseException)
        {
            throw CommandFailure.BadInput($"Port {port} is in use. Choose another with --port N, or 0 for any free one.");
        }
        catch (EmbeddedStoreException inUse) when (inUse.Code == "store.in_use")
        {
            string where = RunningHost.Read(dataFolder) is { } host ? $" It listens at {host.Url}." : "";
            throw CommandFailure.Failed($"Another Vortex process has the data folder '{dataFolder}'.{where} Stop it, or use another folder with --data DIR.");
        }
        catch (EmbeddedStoreException unusable)
        {
            throw CommandFailure.Failed($"The data folder '{dataFolder}' cannot be used: {unusable.Message}");
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw CommandFailure.Failed($"The host cannot start: {failure.Message}");
        }
    }

    /// <summary>Builds the studio's page when it is missing or old. The API serves meanwhile; whatever happens is said in one line.</summary>
    private static async Task BuildStudioAsync(string url, CancellationToken cancellationToken)
    {
        if (Studio.Sources() is not { } sources || !Studio.IsStale(sources) || Environment.GetEnvironmentVariable("VORTEX_NO_BUILD") is { Length: > 0 })
        {
            return;
        }

        string instead = File.Exists(Path.Combine(Studio.Built(sources), "index.html")) ? "An older build of the studio is served." : "A plain start page is served instead.";
        if (await Studio.NodeAsync(cancellationToken) is not { } major)
        {
            Console.Out.WriteLine($"The studio is not built: there is no Node.js with npm here. {instead} Install Node.js 20.19 or later and start again; the API needs none of it.");
            return;
        }

        if (major < OldestNode)
        {
            Console.Out.WriteLine($"The studio is not built: it needs Node.js 20.19 or later, and this one is {major}. {instead}");
            return;
        }

        Console.Out.WriteLine("Building the studio (the first time takes about a minute) …");
        string? problem = await Studio.BuildAsync(sources, cancellationToken);
        Console.Out.WriteLine(problem is null ? $"The studio is ready at {url}" : $"The studio could not be built. {instead} The last lines said:{Environment.NewLine}{problem}");
    }

    internal static WebApplication Build(Choices choices)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.Configuration.AddEnvironmentVariables();
        builder.Logging.ClearProviders();
        builder.Logging.AddSimpleConsole(options => options.SingleLine = true);
        builder.Logging.SetMinimumLevel(choices.Verbose ? LogLevel.Information : LogLevel.Warning);
        builder.Logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning);
        // A failed start, an error, is told by this command, once; a part that fails later is critical.
        builder.Logging.AddFilter("Microsoft.Extensions.Hosting", LogLevel.Critical);
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(System.Net.IPAddress.Loopback, choices.Port));
        builder.Services.AddVortexLocal(choices.DataFolder, choices.InputFolder, choices.Models, choices.Store);
        builder.Services.AddVortexApi(options => options.StudioFolder = Studio.Sources() is { } sources ? Studio.Built(sources) : null);
        builder.Services.AddOptions<VortexApiOptions>().Configure<DataFolder>((options, folder) => options.HookKeys.Add(HookKeyFile.ReadOrMake(folder)));
        WebApplication app = builder.Build();
        app.MapVortexApi();
        return app;
    }

    internal sealed record Choices(int Port, string DataFolder, string InputFolder, string[] Models, ContentPlace Store, bool Verbose);
}
