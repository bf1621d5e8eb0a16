using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Vortex.Embedded;
using Vortex.Tensors;
using Vortex.Tensors.Cpu;

namespace Vortex.Runner.Tests.Backends;

/// <summary>What a runner computes with: the managed backend, or one that its host brings.</summary>
public sealed class BackendChoiceTests
{
    [Theory]
    [InlineData("auto", null, "cuda")]
    [InlineData("auto", "No card is there.", "cpu")]
    [InlineData("cpu", null, "cpu")]
    [InlineData("CUDA", null, "CUDA")]
    [InlineData("slow", null, "slow")]
    public async Task Backend_is_chosen_by_name_or_as_the_first_usable_accelerator(string asked, string? problem, string chosen)
    {
        using IHost host = Host(options => options.Backend = asked, Kind("slow", isAccelerator: false), Kind("cuda", problem: problem));
        await host.StartAsync();
        Assert.Equal(chosen, host.Services.GetRequiredService<BatchRunner>().Capabilities.Backend);
        int threads = ((CpuBackend)host.Services.GetRequiredService<ITensorBackend>()).Options.Threads;
        Assert.Equal(chosen is "cpu" ? Environment.ProcessorCount : 7, threads);
        await host.StopAsync();
    }

    [Fact]
    public async Task Name_that_nobody_brought_keeps_the_host_from_starting_and_is_told_with_those_there_are()
    {
        string message = await Refused(options => options.Backend = "metal", Kind("cuda"));
        Assert.Contains("no backend 'metal'", message, StringComparison.Ordinal);
        Assert.Contains("cuda (a test), cpu (managed code on the processor)", message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Backend_that_this_machine_cannot_use_is_told_with_the_reason() => Assert.Contains(
        "'cuda' cannot be used: No card is there.", await Refused(options => options.Backend = "cuda", Kind("cuda", problem: "No card is there.")), StringComparison.Ordinal);

    [Fact]
    public async Task Precision_that_a_backend_lacks_is_refused()
    {
        Assert.Contains("'cpu' computes in Float32, not in BFloat16", await Refused(options => options.TensorPrecision = ComputePrecision.BFloat16), StringComparison.Ordinal);
        using IHost host = Host(options => (options.Backend, options.TensorPrecision) = ("cuda", ComputePrecision.Float16), Kind("cuda"));
        await host.StartAsync();
        await host.StopAsync();
    }

    [Fact]
    public async Task Command_takes_the_name_and_says_why_it_cannot_start()
    {
        string folder = Directory.CreateTempSubdirectory("vortex-backend").FullName;
        try
        {
            await using (await EmbeddedStore.OpenAsync(new DataFolder(folder)))
            {
                // A folder as a host leaves it.
            }

            int code = await RunnerCommand.InvokeAsync(["--data", folder, "--backend", "cuda"], Kind("cuda", problem: "No card is there."));
            Assert.Equal(2, code);
            Assert.Equal(1, await RunnerCommand.InvokeAsync(["--data", folder, "--precision", "int4"]));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static TensorBackendKind Kind(string name, bool isAccelerator = true, string? problem = null) => new()
    {
        Name = name,
        Summary = "a test",
        IsAccelerator = isAccelerator,
        Precisions = [ComputePrecision.Float32, ComputePrecision.Float16],
        Problem = () => problem,
        Open = _ => new CpuBackend(new CpuBackendOptions { Threads = 7 }),
    };

    private static async Task<string> Refused(Action<RunnerOptions> configure, params TensorBackendKind[] brought)
    {
        using IHost host = Host(configure, brought);
        return (await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync())).Message;
    }

    private static IHost Host(Action<RunnerOptions> configure, params TensorBackendKind[] brought)
    {
        Bench bench = new(TimeProvider.System);
        HostApplicationBuilder builder = Microsoft.Extensions.Hosting.Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddLogging();
        builder.Services.AddSingleton<IBatchQueue>(bench.Queue).AddSingleton<IBatchResults>(bench).AddSingleton<IRunStore>(bench.Runs);
        builder.Services.AddSingleton<IResultCache>(bench.Cache).AddSingleton<IArtifactStore>(bench.Artifacts);
        foreach (TensorBackendKind kind in brought)
        {
            builder.Services.AddSingleton(kind);
        }

        builder.Services.AddVortexRunner(configure);
        return builder.Build();
    }
}
