using System.Text.Json;
using System.Text.RegularExpressions;
using Vortex.Testing;

namespace Vortex.Api.Tests.OpenApi;

/// <summary>The guide in <c>docs/api.md</c> speaks of what there is.</summary>
public sealed partial class GuideTests
{
    [Fact]
    public async Task Every_path_in_the_guide_exists_and_every_operation_group_is_in_it()
    {
        string guide = await File.ReadAllTextAsync(Path.Combine(ReferenceData.RepositoryRoot(), "docs", "api.md"), TestContext.Current.CancellationToken);
        await using ApiHost host = await ApiHost.StartAsync();
        string[] patterns = [.. host.Endpoints.Select(endpoint => "/" + endpoint.RoutePattern.RawText!.TrimStart('/'))];
        string[] paths = [.. Paths().Matches(guide).Select(match => match.Value.TrimEnd('.', '`')).Distinct()];
        Assert.True(paths.Length > 20);
        foreach (string path in paths)
        {
            Assert.True(patterns.Any(pattern => Matches(pattern, path)), $"The guide names {path}, which is not there.");
        }

        foreach (string pattern in patterns.Where(pattern => pattern.StartsWith("/v1/", StringComparison.Ordinal) && !pattern.EndsWith("/negotiate", StringComparison.Ordinal)))
        {
            Assert.True(paths.Any(path => Matches(pattern, path)), $"{pattern} is there, but not in the guide.");
        }
    }

    [Fact]
    public async Task Every_json_in_the_guide_reads()
    {
        string guide = await File.ReadAllTextAsync(Path.Combine(ReferenceData.RepositoryRoot(), "docs", "api.md"), TestContext.Current.CancellationToken);
        MatchCollection blocks = JsonBlocks().Matches(guide);
        Assert.NotEmpty(blocks);
        foreach (Match block in blocks)
        {
            using JsonDocument read = JsonDocument.Parse(block.Groups[1].Value);
            if (read.RootElement.TryGetProperty("options", out _))
            {
                Assert.NotNull(RequestJson.Parse<CreateRunRequest>(System.Text.Encoding.UTF8.GetBytes(block.Groups[1].Value), 64).Value);
            }
        }
    }

    /// <summary>Literal parts are equal; a part in braces takes a placeholder in capitals, a number, a name, or itself.</summary>
    private static bool Matches(string pattern, string path)
    {
        string[] wanted = pattern.Split('/');
        string[] given = path.Split('/');
        return wanted.Length == given.Length && wanted.Zip(given).All(pair => pair.First == pair.Second
            || (pair.First.StartsWith('{') && (pair.Second == pair.First || Placeholder().IsMatch(pair.Second)))
            || (pair.First == "{documentName}.json" && pair.Second == "v1.json"));
    }

    [GeneratedRegex(@"(?<=[\s`""V0])/(?:v1|health|docs|openapi)[\w/{}.-]*")]
    private static partial Regex Paths();

    [GeneratedRegex(@"^([A-Z_]+|\d+|[A-Z]\w+)$")]
    private static partial Regex Placeholder();

    [GeneratedRegex("```json\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex JsonBlocks();
}
