using System.Text.RegularExpressions;

namespace Vortex.Infra.Tests;

/// <summary>What the deployment makes and sets, against what the adapters in <c>shared/Vortex.Azure</c> and the runner read: one name for one thing on both sides.</summary>
public sealed partial class AdapterTests
{
    private static readonly string s_root = ReferenceData.RepositoryRoot();
    // What is made and set stands in the main file and in the parts that it is cut into.
    private static readonly string s_main = string.Join('\n', new[] { Path.Combine(s_root, "infra", "main.bicep") }
        .Concat(Directory.EnumerateFiles(Path.Combine(s_root, "infra", "parts"), "*.bicep").Order(StringComparer.Ordinal)).Select(File.ReadAllText));
    private static readonly string[] s_sources =
    [
        .. Directory.EnumerateFiles(Path.Combine(s_root, "shared", "Vortex.Azure"), "*.cs", SearchOption.AllDirectories).Select(File.ReadAllText),
        string.Concat(Directory.EnumerateFiles(Path.Combine(s_root, "gpu-runner", "Vortex.Runner"), "RunnerOptions*.cs").Select(File.ReadAllText)),
    ];

    [Fact]
    public void Every_setting_is_one_that_an_adapter_has()
    {
        string[] settings = [.. Settings().Matches(s_main).Select(match => match.Groups[1].Value).Distinct()];
        Assert.Contains("Vortex__Azure__Cosmos__Endpoint", settings);
        Assert.All(settings, setting =>
        {
            string[] parts = setting.Split("__");
            // Options inside options stand in the same file.
            string options = Assert.Single(s_sources, source => source.Contains($"Section = \"{string.Join(':', parts[..3])}\"", StringComparison.Ordinal));
            Assert.Matches($@"public [\w?]+ {parts[^1]} {{ get; set; }}", options);
        });
    }

    [Fact]
    public void Every_setting_that_an_adapter_cannot_do_without_is_given()
    {
        // Each of these keeps its host from starting when it is missing.
        Assert.All(
            ["Vortex__Azure__Blobs__ServiceUri", "Vortex__Azure__Cosmos__Endpoint", "Vortex__Azure__Queue__Namespace", "Vortex__Azure__Realtime__Endpoint"],
            setting => Assert.Contains($"{setting}: ", s_main, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("Cosmos", "Database", "databaseName: '{0}'")]
    [InlineData("Cosmos", "Documents", "containers: ['{0}', 'results']")]
    [InlineData("Cosmos", "Results", "containers: ['documents', '{0}']")]
    [InlineData("Blobs", "Container", "var artifactContainer = '{0}'")]
    [InlineData("Models", "Container", "var modelContainer = '{0}'")]
    [InlineData("Queue", "Prefix", "var gpuQueue = '{0}-cuda'")]
    [InlineData("Queue", "Results", "var resultQueue = '{0}'")]
    [InlineData("Queue", "DefaultBackend", "var cpuQueue = 'batches-{0}'")]
    public void What_is_made_has_the_name_that_the_adapter_looks_for(string section, string option, string made)
    {
        string options = Assert.Single(s_sources, source => source.Contains($"Section = \"Vortex:Azure:{section}\"", StringComparison.Ordinal));
        string name = Regex.Match(options, $"public string {option} {{ get; set; }} = \"([^\"]+)\"").Groups[1].Value;
        Assert.NotEmpty(name);
        Assert.Contains(string.Format(System.Globalization.CultureInfo.InvariantCulture, made, name), s_main, StringComparison.Ordinal);
    }

    [Fact]
    public void Documents_lie_under_the_key_that_the_adapter_reads_by()
    {
        string key = Regex.Match(string.Concat(s_sources), @"new\(name, \[((?:""/\w+"",? ?)+)\]\)").Groups[1].Value;
        Assert.NotEmpty(key);
        Assert.Contains($"paths: [{key.Replace('"', '\'')}]", File.ReadAllText(Path.Combine(s_root, "infra", "modules", "cosmos.bicep")), StringComparison.Ordinal);
    }

    [GeneratedRegex(@"[\s{](Vortex__Azure__\w+): ")]
    private static partial Regex Settings();
}
