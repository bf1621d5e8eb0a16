using Vortex.Diffusion;
using Vortex.Diffusion.Detection;
using Vortex.Diffusion.Files;
using Vortex.Local.Terminal;
using Vortex.Runner.Models;
using Vortex.Tensors.Cpu;

namespace Vortex.Local.Commands;

/// <summary>Puts a model file where it belongs.</summary>
internal static class ModelAdding
{
    /// <summary>Copies or links a file, and says what it is.</summary>
    /// <exception cref="CommandFailure">The file cannot be read, belongs nowhere, or another one has its name.</exception>
    public static ModelEntry Add(ModelFolders folders, string source, string? folder, string? name, bool link)
    {
        string path = Path.GetFullPath(source);
        if (!File.Exists(path))
        {
            throw CommandFailure.BadInput($"There is no file '{source}'.");
        }

        using CpuBackend backend = new();
        string chosen = folder is null ? FolderOf(path, backend) : ModelFolderNames.Current(folder);
        if (!ModelFolderNames.All.Contains(chosen))
        {
            throw CommandFailure.BadInput($"There is no model folder '{folder}'. There are: {string.Join(", ", ModelFolderNames.All)}.");
        }

        string fileName = name is null ? Path.GetFileName(path) : Path.HasExtension(name) ? name : name + Path.GetExtension(path);
        string directory = folders.DirectoriesOf(chosen).First();
        string target = Path.GetFullPath(Path.Combine(directory, fileName));
        if (!target.StartsWith(Path.GetFullPath(directory) + Path.DirectorySeparatorChar, StringComparison.Ordinal))
        {
            throw CommandFailure.BadInput($"The name '{name}' leads out of the model folder.");
        }

        try
        {
            Put(folders, path, target, link);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw CommandFailure.Failed($"The model could not be put to '{target}': {failure.Message}");
        }

        return ModelsCommand.Describe(folders, chosen, Path.GetRelativePath(directory, target).Replace('\\', '/'), backend);
    }

    /// <summary>Finds out from a file which folder it belongs to.</summary>
    /// <exception cref="CommandFailure">It cannot be read, or belongs to none.</exception>
    internal static string FolderOf(string path, CpuBackend backend)
    {
        try
        {
            using IModelFile file = ModelFiles.Open(path);
            DetectedModel found = ModelDetector.Detect(file, backend);
            return found.Kind switch
            {
                ModelKind.Checkpoint => "checkpoints",
                ModelKind.DiffusionModel => "diffusion_models",
                ModelKind.TextEncoder => "text_encoders",
                ModelKind.Vae => "vae",
                ModelKind.TinyVae => "vae_approx",
                ModelKind.ControlNet or ModelKind.T2IAdapter => "controlnet",
                ModelKind.ClipVision => "clip_vision",
                ModelKind.Upscaler => "upscale_models",
                ModelKind.Lora => "loras",
                ModelKind.Embedding => "embeddings",
                ModelKind.Hypernetwork => "hypernetworks",
                ModelKind.Gligen => "gligen",
                ModelKind.StyleModel => "style_models",
                _ => throw CommandFailure.BadInput($"'{path}' is {found.Describe()}. Say which folder it belongs to with --folder FOLDER."),
            };
        }
        catch (DiffusionException unreadable)
        {
            throw CommandFailure.BadInput($"{unreadable.Message} ({unreadable.Code})");
        }
    }

    private static void Put(ModelFolders folders, string path, string target, bool link)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(target)!);
        if (File.Exists(target))
        {
            if (folders.Digests.DigestOf(target) == folders.Digests.DigestOf(path))
            {
                return;
            }

            throw CommandFailure.BadInput($"Another model is at '{target}' already. Choose another name with --name NAME.");
        }

        if (link)
        {
            File.CreateSymbolicLink(target, path);
            return;
        }

        // Beside the target first, so that a copy that was broken off is never taken for a model.
        string part = target + ".part";
        try
        {
            File.Copy(path, part, overwrite: true);
            File.Move(part, target);
        }
        finally
        {
            File.Delete(part);
        }
    }
}
