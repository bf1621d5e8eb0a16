using System.Xml.Linq;
using Vortex.Testing;

namespace Vortex.Architecture.Tests;

/// <summary>Who may know whom, read from the project files.</summary>
public sealed class HouseTests
{
    // An arrow of the architecture page per entry: the project may reference these, and what these may reference.
    private static readonly Dictionary<string, string[]> s_mayReference = new()
    {
        ["Vortex.Workflows"] = [],
        ["Vortex.Runs"] = ["Vortex.Workflows"],
        ["Vortex.Platform"] = ["Vortex.Runs"],
        ["Vortex.Api"] = ["Vortex.Platform", "Vortex.Runs"],
        ["Vortex.Pictures"] = ["Vortex.Api"],
        ["Vortex.Embedded"] = ["Vortex.Runs", "Vortex.Platform"],
        ["Vortex.Azure"] = ["Vortex.Runs", "Vortex.Platform"],
        ["Vortex.Tensors"] = [],
        ["Vortex.Tensors.Torch"] = ["Vortex.Tensors"],
        ["Vortex.Imaging"] = ["Vortex.Tensors"],
        ["Vortex.Diffusion"] = ["Vortex.Tensors"],
        ["Vortex.Nodes"] = ["Vortex.Workflows", "Vortex.Tensors", "Vortex.Imaging", "Vortex.Diffusion"],
        ["Vortex.Runner"] = ["Vortex.Nodes", "Vortex.Runs", "Vortex.Embedded", "Vortex.Azure"],
        ["Vortex.Runner.Gpu"] = ["Vortex.Runner", "Vortex.Tensors.Torch"],
        ["Vortex.Local"] = ["Vortex.Api", "Vortex.Embedded", "Vortex.Azure", "Vortex.Runner"],
        ["Vortex.Functions"] = ["Vortex.Api", "Vortex.Pictures", "Vortex.Azure", "Vortex.Platform"],
    };

    private static readonly string[] s_productFolders = ["functions", "gpu-runner", "shared", "local-dev"];

    private static readonly string[] s_controlPlane = ["Vortex.Workflows", "Vortex.Runs", "Vortex.Platform", "Vortex.Api", "Vortex.Pictures", "Vortex.Embedded", "Vortex.Azure", "Vortex.Functions"];

    [Fact]
    public void Every_product_project_is_a_room_of_the_plan()
    {
        foreach (string project in Projects().Keys)
        {
            Assert.True(s_mayReference.ContainsKey(project), $"{project} is not on the plan: add its arrows here and to the architecture record.");
        }
    }

    [Fact]
    public void No_project_references_what_the_plan_does_not_allow()
    {
        foreach ((string project, ProjectFile file) in Projects())
        {
            HashSet<string> allowed = Closure(project);
            Assert.All(file.References, reference =>
                Assert.True(allowed.Contains(reference), $"{project} references {reference}; it may reference {string.Join(", ", allowed.Order(StringComparer.Ordinal))}."));
        }
    }

    [Fact]
    public void Control_plane_never_reaches_the_runner()
    {
        Dictionary<string, ProjectFile> projects = Projects();
        HashSet<string> runnerRooms = [.. projects.Where(entry => entry.Value.Folder == "gpu-runner").Select(entry => entry.Key)];
        Assert.NotEmpty(runnerRooms);
        foreach (string project in s_controlPlane.Where(projects.ContainsKey))
        {
            Assert.Empty(Reachable(project, projects).Intersect(runnerRooms));
        }
    }

    [Fact]
    public void Project_lies_in_a_folder_of_its_name_and_no_product_project_references_a_test()
    {
        foreach ((string project, ProjectFile file) in Projects())
        {
            Assert.Equal(project, Path.GetFileName(Path.GetDirectoryName(file.Path)));
            Assert.DoesNotContain(file.References, reference => reference.EndsWith(".Tests", StringComparison.Ordinal) || reference == "Vortex.Testing");
        }
    }

    [Fact]
    public void Every_project_is_in_the_solution()
    {
        string solution = File.ReadAllText(Path.Combine(ReferenceData.RepositoryRoot(), "Vortex.Cloud.sln"));
        foreach (string path in AllProjectFiles())
        {
            Assert.Contains(Path.GetFileName(path), solution, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Pure_rooms_bring_no_packages()
    {
        Dictionary<string, ProjectFile> projects = Projects();
        Assert.Empty(projects["Vortex.Workflows"].Packages);
        Assert.Empty(projects["Vortex.Imaging"].Packages);
    }

    [Fact]
    public void Nobody_but_the_runner_for_graphics_cards_brings_libtorch()
    {
        string local = File.ReadAllText(Path.Combine(ReferenceData.RepositoryRoot(), "Vortex.Local.slnf"));
        foreach ((string project, ProjectFile file) in Projects())
        {
            bool brings = file.References.Contains("Vortex.Tensors.Torch") || file.Packages.Any(package => package.StartsWith("TorchSharp", StringComparison.Ordinal));
            Assert.Equal(project is "Vortex.Tensors.Torch" or "Vortex.Runner.Gpu", brings);
            Assert.True(!brings || !local.Contains($"{project}.csproj", StringComparison.Ordinal), $"{project} is built on every machine, and libtorch is not.");
        }
    }

    [Fact]
    public void Versions_are_written_in_one_place()
    {
        foreach (string path in AllProjectFiles())
        {
            Assert.DoesNotContain(XDocument.Load(path).Descendants("PackageReference"), package => package.Attribute("Version") is not null);
        }
    }

    private static HashSet<string> Closure(string project)
    {
        HashSet<string> seen = [];
        Stack<string> open = new(s_mayReference[project]);
        while (open.TryPop(out string? next))
        {
            if (seen.Add(next))
            {
                foreach (string further in s_mayReference[next])
                {
                    open.Push(further);
                }
            }
        }

        return seen;
    }

    private static HashSet<string> Reachable(string project, Dictionary<string, ProjectFile> projects)
    {
        HashSet<string> seen = [];
        Stack<string> open = new([project]);
        while (open.TryPop(out string? next))
        {
            foreach (string reference in projects[next].References.Where(seen.Add))
            {
                open.Push(reference);
            }
        }

        return seen;
    }

    private static IEnumerable<string> AllProjectFiles()
    {
        string root = ReferenceData.RepositoryRoot();
        return s_productFolders.Append("tests")
            .Select(folder => Path.Combine(root, folder))
            .Where(Directory.Exists)
            .SelectMany(folder => Directory.EnumerateFiles(folder, "*.csproj", SearchOption.AllDirectories));
    }

    private static Dictionary<string, ProjectFile> Projects()
    {
        string root = ReferenceData.RepositoryRoot();
        Dictionary<string, ProjectFile> projects = [];
        foreach (string folder in s_productFolders.Where(folder => Directory.Exists(Path.Combine(root, folder))))
        {
            foreach (string path in Directory.EnumerateFiles(Path.Combine(root, folder), "*.csproj", SearchOption.AllDirectories))
            {
                XDocument document = XDocument.Load(path);
                projects.Add(Path.GetFileNameWithoutExtension(path), new ProjectFile(
                    path,
                    folder,
                    [.. document.Descendants("ProjectReference").Select(reference => Path.GetFileNameWithoutExtension(((string)reference.Attribute("Include")!).Replace('\\', '/')))],
                    [.. document.Descendants("PackageReference").Select(package => (string)package.Attribute("Include")!)]));
            }
        }

        Assert.NotEmpty(projects);
        return projects;
    }

    private sealed record ProjectFile(string Path, string Folder, string[] References, string[] Packages);
}
