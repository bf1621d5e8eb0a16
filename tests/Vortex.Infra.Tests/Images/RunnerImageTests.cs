using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Vortex.Infra.Tests.Images;

/// <summary>The images of the runner, as far as they can be judged without a container engine.</summary>
public sealed partial class RunnerImageTests
{
    private static readonly string s_root = ReferenceData.RepositoryRoot();

    public static TheoryData<string> Files => ["Dockerfile", "Dockerfile.gpu"];

    [Theory]
    [MemberData(nameof(Files))]
    public void Image_has_no_problems(string file) => Assert.Empty(Load(file).Problems(s_root));

    [Theory]
    [MemberData(nameof(Files))]
    public void Everything_that_restoring_needs_is_copied_before_it(string file)
    {
        Dockerfile image = Load(file);
        string[] needed = [.. References(image.Project).Order(StringComparer.Ordinal)];
        Assert.True(needed.Length > 5);
        Assert.Equal(needed, image.Copied.Where(path => path.EndsWith(".csproj", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void What_is_copied_is_let_through_to_the_builder(string file)
    {
        string[] let = [.. File.ReadAllLines(Path.Combine(s_root, ".dockerignore")).Where(line => line.StartsWith('!')).Select(line => line[1..])];
        Assert.All(Load(file).Copied, path => Assert.Contains(path.TrimEnd('/').Split('/')[0], let));
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Port_is_the_one_that_the_platform_asks(string file)
    {
        string port = Load(file).Exposed;
        string infra = Path.Combine(s_root, "infra");
        Assert.Matches($@"'--health-port'[\s,]+'{port}'", File.ReadAllText(Path.Combine(infra, "parts", "runners.bicep")));
        Assert.Equal(3, Regex.Count(File.ReadAllText(Path.Combine(infra, "modules", "runner-app.bicep")), $"port: {port} "));
    }

    [Fact]
    public void Every_option_that_the_platform_gives_is_one_that_the_runner_has()
    {
        string[] given = [.. Options().Matches(File.ReadAllText(Path.Combine(s_root, "infra", "parts", "runners.bicep"))).Select(match => match.Groups[1].Value).Distinct()];
        // A container group is started with a command of its own.
        string burst = File.ReadAllText(Path.Combine(s_root, "shared", "Vortex.Azure", "Capacity", "BurstPlan.cs"));
        given = [.. given.Union(Regex.Matches(burst, "\"(--[a-z-]+)\"").Select(match => match.Groups[1].Value))];
        Assert.Contains("--exit-when-idle", given);
        string source = string.Concat(Directory.EnumerateFiles(Path.Combine(s_root, "gpu-runner", "Vortex.Runner"), "*.cs", SearchOption.AllDirectories).Select(File.ReadAllText));
        Assert.Contains("--drain-seconds", given);
        // Without it a runner looks for a data folder, and there is none in a container.
        Assert.Contains("--azure", given);
        Assert.All(given, option => Assert.Contains($"new(\"{option}\")", source, StringComparison.Ordinal));
    }

    [Fact]
    public void Cache_that_the_runner_is_told_is_the_volume_that_the_platform_mounts()
    {
        string infra = Path.Combine(s_root, "infra");
        string cache = Regex.Match(File.ReadAllText(Path.Combine(infra, "parts", "runners.bicep")), @"'--cache'[\s,]+'([^']+)'").Groups[1].Value;
        Assert.Contains($"mountPath: '{cache}' }}", File.ReadAllText(Path.Combine(infra, "modules", "runner-app.bicep")), StringComparison.Ordinal);
        foreach (string file in (string[])["Dockerfile", "Dockerfile.gpu"])
        {
            Assert.Contains($"VORTEX_MODELS={cache}/models", File.ReadAllText(Path.Combine(s_root, "gpu-runner", "Vortex.Runner", file)), StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("USER 1654", "USER app", "it runs as 'app', not as the number of a user without rights")]
    [InlineData("USER 1654", "", "it runs as 'root', not as the number of a user without rights")]
    [InlineData("STOPSIGNAL SIGTERM", "", "it is not stopped with SIGTERM")]
    [InlineData("aspnet:10.0-noble-chiseled AS run", "aspnet AS run", "'mcr.microsoft.com/dotnet/aspnet AS run' has no version")]
    [InlineData("COPY shared/ shared/", "COPY sharde/ shared/", "'sharde/' does not exist")]
    [InlineData("DOTNET_EnableDiagnostics=0", "API_KEY=1", "'API_KEY=1 VORTEX_MODELS=/cache/models' looks like a secret")]
    [InlineData("\"Vortex.Runner.dll\"", "\"Vortex.Local.dll\"", "it runs 'Vortex.Local.dll' and publishes 'gpu-runner/Vortex.Runner/Vortex.Runner.csproj'")]
    [InlineData("EXPOSE 8081", "RUN true", "the last stage makes something: it must only copy")]
    public void What_is_wrong_is_said(string right, string wrong, string problem)
    {
        string text = File.ReadAllText(Path.Combine(s_root, "gpu-runner", "Vortex.Runner", "Dockerfile"));
        string broken = text.Replace(right, wrong, StringComparison.Ordinal);
        Assert.NotEqual(text, broken);
        Assert.Equal([problem], Dockerfile.Read(broken).Problems(s_root));
    }

    private static Dockerfile Load(string file) => Dockerfile.Read(File.ReadAllText(Path.Combine(s_root, "gpu-runner", "Vortex.Runner", file)));

    // The project and everything that it references, with slashes, from the root.
    private static HashSet<string> References(string project)
    {
        HashSet<string> all = [];
        Stack<string> open = new([project]);
        while (open.TryPop(out string? next))
        {
            if (!all.Add(next))
            {
                continue;
            }

            string path = Path.Combine(s_root, next);
            foreach (XElement reference in XDocument.Load(path).Descendants("ProjectReference"))
            {
                string full = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(path)!, ((string)reference.Attribute("Include")!).Replace('\\', '/')));
                open.Push(Path.GetRelativePath(s_root, full).Replace('\\', '/'));
            }
        }

        return all;
    }

    [GeneratedRegex("'(--[a-z-]+)'")]
    private static partial Regex Options();
}
