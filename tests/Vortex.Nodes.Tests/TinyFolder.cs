using System.Security.Cryptography;
using Vortex.Diffusion;
using Vortex.Diffusion.Management;
using Vortex.Diffusion.Recipes;
using Vortex.Diffusion.Tiny;

namespace Vortex.Nodes.Tests;

/// <summary>Model folders of a test's own, with tiny models in them as they are asked for.</summary>
internal sealed class TinyFolder : IModelFiles, IDisposable
{
    private readonly string _root = Directory.CreateDirectory(Path.Combine(Path.GetTempPath(), "vortex-node-tests", Guid.NewGuid().ToString("N"))).FullName;

    public string Root => _root;

    public ModelFileRef this[string folder, string name]
    {
        get
        {
            string path = Path.Combine(_root, folder, name);
            if (!File.Exists(path))
            {
                Directory.CreateDirectory(Path.GetDirectoryName(path)!);
                TinyModels.All.Single(model => model.Name == name).Write(path);
            }

            return Find(folder, name)!;
        }
    }

    public ModelFileRef Put(string folder, string name, ReadOnlySpan<byte> content)
    {
        Directory.CreateDirectory(Path.Combine(_root, folder));
        File.WriteAllBytes(Path.Combine(_root, folder, name), content);
        return Find(folder, name)!;
    }

    public string PathOf(ModelFileRef file) => Directory.EnumerateFiles(_root, "*", SearchOption.AllDirectories).FirstOrDefault(path => Digest(path) == file.Digest)
        ?? throw new DiffusionException(DiffusionCodes.FileGone, "gone");

    public ModelFileRef? Find(string folder, string name)
    {
        string path = Path.Combine(_root, folder, name);
        return File.Exists(path) ? new ModelFileRef(folder, name, Digest(path)) : null;
    }

    public IReadOnlyList<string> List(string folder) =>
        Directory.Exists(Path.Combine(_root, folder)) ? [.. Directory.EnumerateFiles(Path.Combine(_root, folder)).Select(path => Path.GetFileName(path)!).Order(StringComparer.Ordinal)] : [];

    public void Dispose() => Directory.Delete(_root, recursive: true);

    private static string Digest(string path) => Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(path)));
}
