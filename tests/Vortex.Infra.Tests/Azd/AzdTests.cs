using YamlDotNet.Serialization;

namespace Vortex.Infra.Tests.Azd;

/// <summary>What <c>azure.yaml</c> says, against the files it names.</summary>
public sealed class AzdTests
{
    private static readonly string s_root = ReferenceData.RepositoryRoot();
    private static readonly Lazy<Dictionary<object, object>> s_yaml = new(() =>
        new DeserializerBuilder().Build().Deserialize<Dictionary<object, object>>(File.ReadAllText(Path.Combine(s_root, "azure.yaml"))));

    [Fact]
    public void Template_and_parameters_lie_where_it_says()
    {
        Dictionary<object, object> infra = Map(s_yaml.Value["infra"]);
        Assert.Equal("bicep", infra["provider"]);
        string path = Path.Combine(s_root, (string)infra["path"], (string)infra["module"]);
        Assert.True(File.Exists(path + ".bicep") && File.Exists(path + ".parameters.json"));
    }

    [Fact]
    public void Every_service_has_a_project_that_is_in_the_solution()
    {
        string solution = File.ReadAllText(Path.Combine(s_root, "Vortex.Cloud.sln")).Replace('\\', '/');
        Assert.Equal(3, Services().Count);
        foreach ((string name, Dictionary<object, object> service) in Services())
        {
            string project = Path.GetFullPath(Path.Combine(s_root, (string)service["project"]));
            string file = Assert.Single(Directory.GetFiles(project, "*.csproj"));
            Assert.True(solution.Contains(Path.GetRelativePath(s_root, file).Replace('\\', '/'), StringComparison.Ordinal), $"{name}: {file}");
        }
    }

    [Fact]
    public void Every_container_service_has_its_dockerfile()
    {
        string[] containers = [.. Services().Where(service => (string)service.Value["host"] == "containerapp").Select(service => service.Key)];
        Assert.Equal(["runner-cpu", "runner-gpu"], containers);
        foreach (string name in containers)
        {
            Dictionary<object, object> service = Services()[name];
            string project = Path.GetFullPath(Path.Combine(s_root, (string)service["project"]));
            Dictionary<object, object> docker = Map(service["docker"]);
            Assert.True(File.Exists(Path.Combine(project, (string)docker["path"])), $"{name}: {docker["path"]}");
            Assert.Equal(Path.TrimEndingDirectorySeparator(s_root), Path.TrimEndingDirectorySeparator(Path.GetFullPath(Path.Combine(project, (string)docker["context"]))));
        }
    }

    [Fact]
    public void Every_service_is_the_one_of_a_resource_and_the_other_way_round()
    {
        string[] tagged = [.. Directory.EnumerateFiles(Path.Combine(s_root, "infra", "parts"), "*.bicep").SelectMany(File.ReadAllLines).Select(line => line.Trim()).Where(line => line.StartsWith("serviceName: '", StringComparison.Ordinal)).Select(line => line.Split('\'')[1]).Where(name => name.Length > 0).Order(StringComparer.Ordinal)];
        Assert.Equal(Services().Keys.Order(StringComparer.Ordinal), tagged);
    }

    [Fact]
    public void The_api_is_the_functions_project()
    {
        Dictionary<object, object> api = Services()["api"];
        Assert.Equal(("./functions/Vortex.Functions", "dotnet", "function"), ((string)api["project"], (string)api["language"], (string)api["host"]));
    }

    [Fact]
    public void Every_hook_has_both_shells_and_reads_only_what_the_template_gives()
    {
        string main = File.ReadAllText(Path.Combine(s_root, "infra", "main.bicep"));
        string parameters = File.ReadAllText(Path.Combine(s_root, "infra", "main.parameters.json"));
        // Hooks of a service run in its project's folder, the others in the root.
        IEnumerable<(string Folder, object Hook)> hooks =
        [
            .. Map(s_yaml.Value["hooks"]).Values.Select(hook => (s_root, hook)),
            .. Services().Values.Where(service => service.ContainsKey("hooks")).SelectMany(service => Map(service["hooks"]).Values.Select(hook => (Path.Combine(s_root, (string)service["project"]), hook))),
        ];
        Assert.Equal(4, hooks.Count());
        foreach ((string folder, object hook) in hooks)
        {
            foreach ((string system, string extension, string shell) in new[] { ("posix", ".sh", "sh"), ("windows", ".ps1", "pwsh") })
            {
                Dictionary<object, object> run = Map(Map(hook)[system]);
                Assert.Equal(shell, run["shell"]);
                string path = Path.GetFullPath(Path.Combine(folder, (string)run["run"]));
                Assert.Equal(extension, Path.GetExtension(path));
                foreach (string variable in Variables(File.ReadAllText(path)))
                {
                    Assert.True(main.Contains($"output {variable} string", StringComparison.Ordinal) || parameters.Contains("${" + variable, StringComparison.Ordinal), $"{path} reads {variable}.");
                }
            }
        }
    }

    private static IEnumerable<string> Variables(string script) => System.Text.RegularExpressions.Regex
        .Matches(script, @"(?:\$\{?|\$env:)([A-Z][A-Z_]{3,})").Select(match => match.Groups[1].Value).Where(name => name != "LASTEXITCODE").Distinct();

    private static Dictionary<string, Dictionary<object, object>> Services() => Map(s_yaml.Value["services"]).ToDictionary(one => (string)one.Key, one => Map(one.Value));

    private static Dictionary<object, object> Map(object value) => (Dictionary<object, object>)value;
}
