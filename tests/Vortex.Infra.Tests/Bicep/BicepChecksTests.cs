namespace Vortex.Infra.Tests.Bicep;

/// <summary>The checks, on small files that are right or have one thing wrong.</summary>
public sealed class BicepChecksTests
{
    private const string Store = """
        @description('Name of it.')
        param name string

        @description('Kind of it.')
        @allowed(['small', 'large'])
        param kind string = 'small'

        @description('How many.')
        param count int = 1

        resource store 'Microsoft.Storage/storageAccounts@2025-08-01' = {
          name: '${name}${kind}' // a comment with 'quotes' and ${signs}
          properties: { count: count }

          resource blobs 'blobServices' = {
            name: 'default'
          }
        }

        @description('Where it is.')
        output endpoint string = store.properties.primaryEndpoints.blob
        """;

    private const string Main = """
        targetScope = 'subscription'

        @description('Regions to use.')
        param regions string[] = ['a', 'b']

        @description('Whether there is another one.')
        param more bool = false

        var long = more
          ? { name: 'x' }
          : { name: 'y' }

        module stores 'modules/store.bicep' = [
          for (region, index) in regions: if (more) {
            name: 'store-${index}'
            params: {
              name: toLower('${region}-${long.name}')
              kind: 'large'
            }
          }
        ]

        @description('Where the first is.')
        output first string = stores[0]!.outputs.endpoint

        @description('Long names.')
        output names string[] = map(filter(regions, (one, at) => !empty(one)), one => '${one}!')
        """;

    [Fact]
    public void Files_that_are_right_have_no_problems() => Assert.Empty(Problems(Main, Store));

    [Theory]
    [InlineData("kind: 'large'", "kind: 'huge'", "main.bicep(18): 'kind' of modules/store.bicep does not allow 'huge'")]
    [InlineData("kind: 'large'", "kind: 3", "main.bicep(18): 'kind' of modules/store.bicep is string and is given int")]
    [InlineData("kind: 'large'", "sort: 'large'", "main.bicep(13): modules/store.bicep has no parameter 'sort'")]
    [InlineData("name: toLower('${region}-${long.name}')", "", "main.bicep(13): 'stores' does not give 'name' to modules/store.bicep")]
    [InlineData("'modules/store.bicep'", "'modules/shop.bicep'", "main.bicep(13): 'modules/shop.bicep' does not exist")]
    [InlineData("outputs.endpoint", "outputs.address", "main.bicep(24): modules/store.bicep has no output 'address'")]
    [InlineData("'${one}!'", "'${other}!'", "main.bicep(27): 'other' is declared nowhere")]
    [InlineData("(more)", "(!empty(regions))", null)]
    [InlineData("more\n", "empty(regions)\n", null)]
    [InlineData("'${region}-${long.name}'", "region", "main.bicep(9): 'long' is used nowhere")]
    [InlineData("@description('Regions to use.')\n", "", "main.bicep(3): 'regions' has no description")]
    [InlineData("@description('Where the first is.')\n", "", "main.bicep(23): 'first' has no description")]
    public void What_is_wrong_in_one_place_is_said_with_its_line(string right, string wrong, string? problem)
    {
        string main = Main.ReplaceLineEndings("\n").Replace(right, wrong, StringComparison.Ordinal);
        Assert.NotEqual(Main.ReplaceLineEndings("\n"), main);
        AssertSays(problem, Problems(main, Store));
    }

    [Theory]
    [InlineData("@2025-08-01", "", "modules/store.bicep(11): 'Microsoft.Storage/storageAccounts' has no version")]
    [InlineData("@2025-08-01", "@latest", "modules/store.bicep(11): 'Microsoft.Storage/storageAccounts@latest' has no version")]
    [InlineData("count: count", "count: 3", "modules/store.bicep(9): 'count' is used nowhere")]
    [InlineData("store.properties.primaryEndpoints.blob", "store.listKeys().keys[0].value", "modules/store.bicep(21): 'listKeys' reads a secret; identities need none")]
    [InlineData("store.properties.primaryEndpoints.blob", "store.properties.primaryKey", "modules/store.bicep(21): output 'endpoint' gives a secret away")]
    [InlineData("@description('Kind of it.')", "@description('Kind of it.')\n@secure()", null)]
    [InlineData("param name string", "param name string\n@secure()\n@description('Hidden.')\nparam hidden string\nvar unused = hidden", "modules/store.bicep(6): 'unused' is used nowhere")]
    public void What_is_wrong_in_a_module_is_said_with_its_line(string right, string wrong, string? problem)
    {
        string store = Store.ReplaceLineEndings("\n").Replace(right, wrong, StringComparison.Ordinal);
        Assert.NotEqual(Store.ReplaceLineEndings("\n"), store);
        AssertSays(problem, Problems(Main, store));
    }

    [Fact]
    public void Secret_that_leaves_through_an_output_is_a_problem()
    {
        string store = Store + "\n@description('Secret.')\n@secure()\nparam secret string\n@description('Out.')\noutput out string = 'x${secret}'\n";
        Assert.Contains(Problems(Main, store), problem => problem.EndsWith("output 'out' gives a secret away", StringComparison.Ordinal));
    }

    [Fact]
    public void One_type_with_two_versions_is_a_problem()
    {
        string main = Main + "\nresource other 'Microsoft.Storage/storageAccounts@2023-01-01' = { name: 'x' }\n";
        Assert.Contains(Problems(main, Store), problem => problem.Contains("with another version elsewhere", StringComparison.Ordinal));
    }

    [Fact]
    public void Import_of_what_is_not_exported_is_a_problem()
    {
        string main = "import { sort as kinds } from 'modules/store.bicep'\n" + Main.Replace("regions string[]", "regions kinds", StringComparison.Ordinal);
        Assert.Contains("main.bicep(1): 'modules/store.bicep' exports no 'sort'", Problems(main, Store));
        Assert.DoesNotContain(Problems(main, Store + "\n@export()\ntype sort = string\n"), problem => problem.Contains("sort", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("param name string = 'open")]
    [InlineData("var x = {\n  a: 1\n")]
    [InlineData("resource x = {}")]
    [InlineData("what is this")]
    public void What_is_no_bicep_is_refused(string text) => Assert.Throws<FormatException>(() => BicepReader.Read("x.bicep", text));

    private static void AssertSays(string? problem, IReadOnlyList<string> found) =>
        Assert.True(problem is null ? found.Count == 0 : found.Contains(problem), string.Join('\n', found));

    private static IReadOnlyList<string> Problems(string main, string store) =>
        BicepChecks.Problems(BicepProject.FromTexts(new Dictionary<string, string> { ["main.bicep"] = main, ["modules/store.bicep"] = store }));
}
