using System.CommandLine;
using Vortex.Local.Terminal;
using Vortex.Runner.Models;

namespace Vortex.Local.Commands;

/// <summary><c>--models-dir</c>, which several commands have.</summary>
internal static class ModelsDirOption
{
    public static Option<string[]> Make() => new("--models-dir")
    {
        Description = "Where models lie, in ComfyUI's layout, or an extra_model_paths.yaml; may be repeated. VORTEX_MODELS, or DATA/models, when not given",
        HelpName = "DIR",
        Arity = ArgumentArity.ZeroOrMore,
    };

    /// <summary>Checks what was asked for.</summary>
    /// <exception cref="CommandFailure">A folder does not exist, or a list of folders cannot be read.</exception>
    public static string[] Checked(string[]? asked, string dataFolder)
    {
        string[] roots = asked ?? [];
        if (roots.FirstOrDefault(root => !Directory.Exists(root) && !File.Exists(root)) is { } missing)
        {
            throw CommandFailure.BadInput($"There is no model folder '{missing}'. Make it, or name another with --models-dir DIR.");
        }

        Folders(roots, dataFolder);
        return roots;
    }

    /// <summary>Opens the model folders.</summary>
    /// <exception cref="CommandFailure">A list of folders cannot be read.</exception>
    public static ModelFolders Folders(string[] roots, string dataFolder)
    {
        try
        {
            return new ModelFolders(ModelRoots.Expand(ModelRoots.Choose(roots, dataFolder)), new DigestCache(Path.Combine(dataFolder, ModelRoots.DigestFile)));
        }
        catch (FormatException unreadable)
        {
            throw CommandFailure.BadInput($"The list of model folders cannot be read: {unreadable.Message}");
        }
    }
}
