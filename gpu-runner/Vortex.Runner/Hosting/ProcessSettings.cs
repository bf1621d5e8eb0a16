using System.CommandLine;
using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Vortex.Runner;

/// <summary>What a runner that is a process of its own can be told about its life: where it says how it is, when it goes, how long it may take to.</summary>
internal sealed class ProcessSettings
{
    // Stores and logs close after the last batch is given back.
    private static readonly TimeSpan s_afterDrain = TimeSpan.FromSeconds(30);

    private readonly Option<int?> _port = new("--health-port") { Description = "Answers GET /health/live and /health/ready there; 0 for any free port. Nothing listens where it is left out.", HelpName = "PORT" };
    private readonly Option<string?> _address = new("--health-address") { Description = "The address that the health port listens on; 127.0.0.1 where it is left out, 0.0.0.0 in a container.", HelpName = "IP" };
    private readonly Option<double?> _idle = new("--exit-when-idle") { Description = "Ends after so many minutes without a batch. For jobs; a container that is to stay is scaled by its platform.", HelpName = "MINUTES" };
    private readonly Option<int?> _drain = new("--drain-seconds") { Description = "How long batches may go on after the request to stop (SIGTERM, Ctrl+C), at most 3600; 20 where it is left out. What is not done then is given back.", HelpName = "SECONDS" };

    public ProcessSettings()
    {
        Check(_port, value => value is null or (>= 0 and <= 65535), "a port from 0 to 65535");
        Check(_address, value => value is null || IPAddress.TryParse(value, out _), "an IP address");
        Check(_idle, value => value is null or (> 0 and <= 10_080), "minutes, more than 0 and at most 10,080");
        Check(_drain, value => value is null or (>= 0 and <= 3600), "seconds from 0 to 3600");
    }

    public IEnumerable<Option> Options => [_port, _address, _idle, _drain];

    /// <summary>Adds what was asked for. Before the runner, so that health is answered for until the runner has stopped.</summary>
    public void AddTo(HostApplicationBuilder builder, ParseResult parsed)
    {
        if (parsed.GetValue(_port) is { } port)
        {
            builder.Services.AddOptions<HealthOptions>().Configure(options =>
            {
                options.Port = port;
                options.Address = parsed.GetValue(_address) ?? options.Address;
            }).ValidateDataAnnotations().ValidateOnStart();
            builder.Services.AddHostedService<HealthServer>();
        }

        if (parsed.GetValue(_idle) is { } minutes)
        {
            builder.Services.Configure<RunnerOptions>(options => options.ExitWhenIdle = TimeSpan.FromMinutes(minutes));
            builder.Services.AddHostedService(services => ActivatorUtilities.CreateInstance<IdleExit>(services, () => services.GetRequiredService<BatchRunner>().Status));
        }

        TimeSpan drain = parsed.GetValue(_drain) is { } seconds ? TimeSpan.FromSeconds(seconds) : new RunnerOptions().DrainTimeout;
        builder.Services.Configure<RunnerOptions>(options => options.DrainTimeout = drain);
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = drain + s_afterDrain);
    }

    private static void Check<T>(Option<T> option, Func<T?, bool> fits, string what) => option.Validators.Add(result =>
    {
        if (result.Tokens.Count > 0 && !fits(result.GetValueOrDefault<T>()))
        {
            result.AddError($"{option.Name} takes {what}, not '{result.Tokens[^1].Value}'.");
        }
    });
}
