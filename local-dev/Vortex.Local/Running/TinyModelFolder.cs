using Vortex.Diffusion.Tiny;
using Vortex.Local.Terminal;

namespace Vortex.Local.Running;

/// <summary>The tiny models of <c>vortex run --tiny</c>: random weights in the layouts of real ones, in a folder of their own.</summary>
/// <remarks>They are the only model folder of such a run, so that a real model never meets their vocabulary, which spells words letter by letter.</remarks>
internal static class TinyModelFolder
{
    /// <summary>Returns the folder, made when something of it is missing.</summary>
    /// <exception cref="CommandFailure">It cannot be written.</exception>
    public static string Prepare(string dataFolder)
    {
        string folder = Path.Combine(dataFolder, "tiny-models");
        try
        {
            if (!IsWhole(folder))
            {
                TinyModels.WriteAll(folder);
                TinyVocabulary.Write(folder);
            }
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw CommandFailure.Failed($"The tiny models could not be written to '{folder}': {failure.Message}");
        }

        return folder;
    }

    // The vocabulary is written last.
    private static bool IsWhole(string folder) =>
        File.Exists(Path.Combine(folder, "merges.txt")) && TinyModels.All.All(model => File.Exists(Path.Combine(folder, model.Folder, model.Name)));
}
