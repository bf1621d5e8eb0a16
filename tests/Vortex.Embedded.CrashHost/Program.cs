using System.Globalization;
using Vortex.Embedded;
using Vortex.Embedded.CrashHost;

// host FOLDER RUNS: makes runs and sees them through, as the host of the folder. work FOLDER: a runner of its own.
// measure [FOLDER]: prints figures. VORTEX_CRASH_AT=point[:n] ends the process the n-th time it gets to a point.
CrashTrigger.Arm(Environment.GetEnvironmentVariable("VORTEX_CRASH_AT"));
try
{
    switch (args)
    {
        case ["host", string folder, string runs]:
            await Workload.HostAsync(new DataFolder(folder), int.Parse(runs, CultureInfo.InvariantCulture));
            return 0;
        case ["work", string folder]:
            await Workload.WorkAsync(new DataFolder(folder));
            return 0;
        case ["measure", ..]:
            await Measure.RunAsync(args.Length > 1 ? args[1] : Directory.CreateTempSubdirectory("vortex-measure-").FullName);
            return 0;
        default:
            await Console.Error.WriteLineAsync("usage: host FOLDER RUNS | work FOLDER | measure [FOLDER]");
            return 2;
    }
}
catch (EmbeddedStoreException error)
{
    await Console.Error.WriteLineAsync($"{error.Code}: {error.Message}");
    return 3;
}
