namespace Vortex.Infra.Tests.Bicep;

/// <summary>Bicep files that use each other, by path below one folder.</summary>
internal sealed class BicepProject(IReadOnlyDictionary<string, BicepFile> files)
{
    public IReadOnlyDictionary<string, BicepFile> Files => files;

    public IEnumerable<BicepDeclaration> All(BicepDeclares what) => files.Values.SelectMany(file => file.All(what));

    /// <summary>Reads all Bicep files below a folder.</summary>
    public static BicepProject FromFolder(string folder) => FromTexts(Directory
        .EnumerateFiles(folder, "*.bicep", SearchOption.AllDirectories)
        .ToDictionary(path => Path.GetRelativePath(folder, path).Replace('\\', '/'), File.ReadAllText));

    public static BicepProject FromTexts(IReadOnlyDictionary<string, string> texts) =>
        new(texts.OrderBy(text => text.Key, StringComparer.Ordinal).ToDictionary(text => text.Key, text => BicepReader.Read(text.Key, text.Value)));

    /// <summary>Returns the file that another one names; null where there is none.</summary>
    public BicepFile? Follow(BicepFile from, string path)
    {
        List<string> parts = [.. from.Path.Split('/')[..^1]];
        foreach (string part in path.Split('/'))
        {
            if (part == ".." && parts.Count > 0)
            {
                parts.RemoveAt(parts.Count - 1);
            }
            else if (part != ".")
            {
                parts.Add(part);
            }
        }

        return files.GetValueOrDefault(string.Join('/', parts));
    }
}
