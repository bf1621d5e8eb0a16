using System.Collections.Immutable;

namespace Vortex.Runner.Models;

/// <summary>Turns what a person names as model folders into directories.</summary>
public static class ModelRoots
{
    /// <summary>The name of ComfyUI's file with further model folders.</summary>
    public const string ExtraPathsFile = "extra_model_paths.yaml";

    /// <summary>The file of a data folder that keeps the models' digests.</summary>
    public const string DigestFile = "model-digests.json";

    /// <summary>Returns the roots asked for; else those of <c>VORTEX_MODELS</c>, a list in the system's form; else <c>models</c> in the data folder.</summary>
    public static ImmutableArray<string> Choose(IReadOnlyCollection<string> asked, string dataFolder)
    {
        if (asked.Count > 0)
        {
            return [.. asked.Select(Path.GetFullPath)];
        }

        string[] listed = (Environment.GetEnvironmentVariable("VORTEX_MODELS") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return listed.Length > 0 ? [.. listed.Select(Path.GetFullPath)] : [Path.Combine(dataFolder, "models")];
    }

    /// <summary>Returns the directories of roots, in order.</summary>
    /// <remarks>
    /// A root is a directory with ComfyUI's model folders in it, ComfyUI's own directory (its <c>models</c> counts), or an <c>extra_model_paths.yaml</c>.
    /// Such a file beside the folders is read too.
    /// </remarks>
    /// <exception cref="FormatException">An <c>extra_model_paths.yaml</c> cannot be read; the message says where.</exception>
    public static ImmutableArray<ModelDirectory> Expand(IEnumerable<string> roots)
    {
        List<ModelDirectory> all = [];
        foreach (string root in roots)
        {
            if (File.Exists(root))
            {
                all.AddRange(ExtraModelPaths.Read(root));
                continue;
            }

            AddLayout(all, root);
            if (Directory.Exists(Path.Combine(root, "models", "checkpoints")))
            {
                AddLayout(all, Path.Combine(root, "models"));
            }

            string extra = Path.Combine(root, ExtraPathsFile);
            if (File.Exists(extra))
            {
                all.AddRange(ExtraModelPaths.Read(extra));
            }
        }

        return [.. all];
    }

    /// <summary>Returns where the tokenizer's vocabulary is looked for: in the roots that are folders, then in the data folder, which it is to be installed into.</summary>
    public static IEnumerable<string> VocabularyFolders(IEnumerable<string> roots, string dataFolder) => [.. roots.Where(root => !File.Exists(root)), dataFolder];

    private static void AddLayout(List<ModelDirectory> all, string root) =>
        all.AddRange(ModelFolderNames.All.SelectMany(folder => ModelFolderNames.Directories(folder).Select(directory => new ModelDirectory(folder, Path.Combine(root, directory)))));
}
