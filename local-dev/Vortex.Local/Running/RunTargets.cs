using Vortex.Embedded;
using Vortex.Local.Hosting;
using Vortex.Local.Terminal;

namespace Vortex.Local.Running;

/// <summary>Chooses where a run goes: to the host that has the data folder open, else into this process.</summary>
internal static class RunTargets
{
    public static async Task<IRunTarget> OpenAsync(string dataFolder, string inputFolder, IReadOnlyList<string> modelRoots, CancellationToken cancellationToken)
    {
        try
        {
            return await LocalTarget.OpenAsync(dataFolder, inputFolder, modelRoots, cancellationToken);
        }
        catch (EmbeddedStoreException inUse) when (inUse.Code == "store.in_use")
        {
            if (RunningHost.Read(dataFolder) is { } host && await RemoteTarget.AnswersAsync(new Uri(host.Url), cancellationToken))
            {
                return new RemoteTarget(new Uri(host.Url), inputFolder, Catalogs.All);
            }

            throw CommandFailure.Failed($"Another Vortex process has the data folder '{dataFolder}' open. Wait until it is done, or use another folder with --data DIR.");
        }
        catch (EmbeddedStoreException unusable)
        {
            throw CommandFailure.Failed($"The data folder '{dataFolder}' cannot be used: {unusable.Message}");
        }
    }
}
