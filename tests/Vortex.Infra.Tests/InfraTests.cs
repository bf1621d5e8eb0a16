using System.Text.Json;
using System.Text.RegularExpressions;
using Vortex.Infra.Tests.Bicep;

namespace Vortex.Infra.Tests;

/// <summary>The files in <c>infra/</c>.</summary>
public sealed partial class InfraTests
{
    private static readonly string s_folder = Path.Combine(ReferenceData.RepositoryRoot(), "infra");
    private static readonly Lazy<BicepProject> s_project = new(() => BicepProject.FromFolder(s_folder));

    [Fact]
    public void Files_have_no_problems()
    {
        Assert.True(s_project.Value.Files.Count > 15);
        Assert.Empty(BicepChecks.Problems(s_project.Value));
    }

    [Fact]
    public void Every_module_is_made_by_somebody()
    {
        string[] made = [.. s_project.Value.Files.Values.SelectMany(file => file.All(BicepDeclares.Module).Select(module => s_project.Value.Follow(file, module.Of)!.Path))];
        Assert.Empty(s_project.Value.Files.Keys.Where(path => path.Contains('/', StringComparison.Ordinal)).Except(made));
    }

    [Fact]
    public void Roles_come_from_one_list_and_each_is_given_to_somebody()
    {
        Dictionary<string, string> roles = Table("roles.json");
        Assert.All(roles.Values, id => Assert.True(Guid.TryParse(id, out _)));
        string[] given = [.. s_project.Value.Files.Values
            .SelectMany(file => file.Tokens.Zip(file.Tokens.Skip(2)))
            .Where(pair => pair.First.Value == "role" && pair.Second.Kind == BicepKind.Text)
            .Select(pair => pair.Second.Value)
            .Distinct()
            .Order(StringComparer.Ordinal)];
        Assert.Equal(roles.Keys.Order(StringComparer.Ordinal), given);
    }

    [Fact]
    public void No_role_is_written_out_anywhere_else()
    {
        foreach (BicepFile file in s_project.Value.Files.Values)
        {
            string[] ids = [.. file.Tokens.Where(token => Guid.TryParse(token.Value, out _)).Select(token => token.Value)];
            // The built-in data role of Cosmos DB is no role of Azure.
            Assert.Equal(file.Path == "modules/cosmos.bicep" ? ["00000000-0000-0000-0000-000000000002"] : [], ids);
        }
    }

    [Fact]
    public void Every_abbreviation_is_used_and_none_is_missing()
    {
        string[] used = [.. s_project.Value.Files.Values.SelectMany(file => AbbreviationUses().Matches(File.ReadAllText(Path.Combine(s_folder, file.Path)))).Select(match => match.Groups[1].Value).Distinct().Order(StringComparer.Ordinal)];
        Assert.Equal(Table("abbreviations.json").Keys.Order(StringComparer.Ordinal), used);
    }

    [Fact]
    public void Parameters_file_gives_exactly_what_the_template_takes()
    {
        BicepFile main = s_project.Value.Files["main.bicep"];
        using JsonDocument file = JsonDocument.Parse(File.ReadAllText(Path.Combine(s_folder, "main.parameters.json")));
        Dictionary<string, JsonElement> given = file.RootElement.GetProperty("parameters").EnumerateObject().ToDictionary(one => one.Name, one => one.Value.GetProperty("value").Clone());
        Assert.Equal(main.All(BicepDeclares.Param).Select(param => param.Name), given.Keys);
        foreach (BicepDeclaration param in main.All(BicepDeclares.Param).Where(param => param.Value is [{ Kind: not BicepKind.Sign }] && given[param.Name].ValueKind == JsonValueKind.String))
        {
            // A default that stands in both places is the same in both.
            string text = given[param.Name].GetString()!;
            Assert.True(
                text == "${AZURE_PRINCIPAL_ID}" || text.EndsWith($"={param.Value![0].Value}}}", StringComparison.Ordinal),
                $"{param.Name} is '{param.Value![0].Value}' in main.bicep and '{text}' in main.parameters.json.");
        }
    }

    [Fact]
    public void Readme_lists_every_type_of_resource_that_is_made_and_no_other()
    {
        string[] made = [.. s_project.Value.All(BicepDeclares.Resource).Where(resource => !resource.IsExisting).Select(resource => resource.Of.Split('@')[0]).Distinct().Order(StringComparer.Ordinal)];
        string[] listed = [.. ListedTypes().Matches(File.ReadAllText(Path.Combine(s_folder, "README.md"))).Select(match => match.Groups[1].Value).Distinct().Order(StringComparer.Ordinal)];
        Assert.Equal(made, listed);
    }

    [Fact]
    public void Readme_explains_every_parameter()
    {
        string readme = File.ReadAllText(Path.Combine(s_folder, "README.md"));
        Assert.All(s_project.Value.Files["main.bicep"].All(BicepDeclares.Param), param => Assert.Contains($"`{param.Name}`", readme, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("modules/storage.bicep", "allowSharedKeyAccess: false")]
    [InlineData("modules/storage.bicep", "allowBlobPublicAccess: false")]
    [InlineData("modules/service-bus.bicep", "disableLocalAuth: true")]
    [InlineData("modules/service-bus.bicep", "requiresDuplicateDetection: true")]
    [InlineData("modules/cosmos.bicep", "disableLocalAuth: true")]
    [InlineData("modules/signalr.bicep", "disableLocalAuth: true")]
    [InlineData("modules/registry.bicep", "adminUserEnabled: false")]
    [InlineData("modules/key-vault.bicep", "enableRbacAuthorization: true")]
    [InlineData("modules/monitoring.bicep", "DisableLocalAuth: true")]
    [InlineData("modules/runner-app.bicep", "lifecycle: 'None'")]
    public void Keys_are_switched_off(string file, string setting) => Assert.Contains(setting, File.ReadAllText(Path.Combine(s_folder, file)), StringComparison.Ordinal);

    private static Dictionary<string, string> Table(string file) => JsonSerializer.Deserialize<Dictionary<string, string>>(File.ReadAllText(Path.Combine(s_folder, file)))!;

    [GeneratedRegex(@"abbreviations\.(?!json)([A-Za-z]+)")]
    private static partial Regex AbbreviationUses();

    [GeneratedRegex(@"`(Microsoft\.[A-Za-z]+(?:/[A-Za-z]+)+)`")]
    private static partial Regex ListedTypes();
}
