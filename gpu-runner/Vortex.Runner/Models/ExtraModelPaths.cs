using System.Collections.Immutable;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Vortex.Runner.Models;

/// <summary>Reads ComfyUI's <c>extra_model_paths.yaml</c>: sections with a <c>base_path</c>, and folders with one or more paths below it.</summary>
internal static class ExtraModelPaths
{
    private const int MaxBytes = 1 << 20;

    /// <summary>Returns the directories the file names. Paths are relative to their section's <c>base_path</c>, and that to the file.</summary>
    /// <exception cref="FormatException">It is not such a file.</exception>
    public static ImmutableArray<ModelDirectory> Read(string path)
    {
        if (new FileInfo(path).Length > MaxBytes)
        {
            throw new FormatException($"'{path}' is too long for a list of model folders.");
        }

        YamlStream yaml = [];
        try
        {
            using StreamReader text = File.OpenText(path);
            yaml.Load(text);
        }
        catch (YamlException failure)
        {
            throw new FormatException($"'{path}', line {failure.Start.Line}: {failure.Message}");
        }

        if (yaml.Documents.Count == 0 || yaml.Documents[0].RootNode is YamlScalarNode { Value: null or "" })
        {
            return [];
        }

        if (yaml.Documents[0].RootNode is not YamlMappingNode sections)
        {
            throw new FormatException($"'{path}' has no sections. See ComfyUI's extra_model_paths.yaml.example.");
        }

        ImmutableArray<ModelDirectory>.Builder all = ImmutableArray.CreateBuilder<ModelDirectory>();
        foreach ((YamlNode _, YamlNode body) in sections.Children)
        {
            // A section whose lines are all comments is null.
            if (body is YamlMappingNode section)
            {
                AddSection(all, Path.GetDirectoryName(Path.GetFullPath(path))!, section);
            }
        }

        return all.ToImmutable();
    }

    private static void AddSection(ImmutableArray<ModelDirectory>.Builder all, string fileFolder, YamlMappingNode section)
    {
        string root = fileFolder;
        List<(string Folder, string Path)> entries = [];
        foreach ((YamlNode key, YamlNode value) in section.Children)
        {
            if (key is not YamlScalarNode { Value: { } name })
            {
                continue;
            }

            string text = value is YamlScalarNode { Value: { } scalar } ? scalar : "";
            if (name == "base_path")
            {
                root = Path.GetFullPath(Path.Combine(fileFolder, Home(text)));
            }
            else if (name != "is_default")
            {
                entries.AddRange(text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(line => (name, line)));
            }
        }

        foreach ((string folder, string below) in entries)
        {
            all.Add(new ModelDirectory(ModelFolderNames.Current(folder), Path.GetFullPath(Path.Combine(root, Home(below.Replace('\\', '/'))))));
        }
    }

    private static string Home(string path) =>
        path == "~" || path.StartsWith("~/", StringComparison.Ordinal)
            ? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), path.TrimStart('~').TrimStart('/'))
            : path;
}
