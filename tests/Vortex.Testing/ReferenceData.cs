namespace Vortex.Testing;

/// <summary>Finds the reference folders that tests read: golden tensors and published workflows.</summary>
/// <remarks>
/// The product builds and passes its tests without them. A test that needs one calls <see cref="Golden"/> or
/// <see cref="Workflows"/> first, which skips it with one line where the folder is missing.
/// </remarks>
public static class ReferenceData
{
    /// <summary>Returns the folder of golden cases, or skips the test.</summary>
    public static string Golden() => Folder("VORTEX_GOLDEN", "golden");

    /// <summary>Returns the folder of real workflows, or skips the test.</summary>
    public static string Workflows() => Folder("VORTEX_WORKFLOWS", "workflows");

    /// <summary>Says whether a folder is there, for data sources that must not throw while tests are being listed.</summary>
    public static string? Find(string variable, string name)
    {
        string? set = Environment.GetEnvironmentVariable(variable);
        if (!string.IsNullOrEmpty(set))
        {
            return Directory.Exists(set) ? Path.GetFullPath(set) : null;
        }

        string beside = Path.Combine(RepositoryRoot(), "..", "shared", name);
        return Directory.Exists(beside) ? Path.GetFullPath(beside) : null;
    }

    /// <summary>Returns the repository's root: the folder above the tests that holds the solution.</summary>
    public static string RepositoryRoot()
    {
        for (DirectoryInfo? at = new(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            if (File.Exists(Path.Combine(at.FullName, "Vortex.Cloud.sln")))
            {
                return at.FullName;
            }
        }

        throw new DirectoryNotFoundException("No folder above the tests holds Vortex.Cloud.sln.");
    }

    private static string Folder(string variable, string name)
    {
        string? found = Find(variable, name);
        Assert.SkipWhen(found is null, $"No reference folder '{name}': set {variable} to run this test.");
        return found!;
    }
}
