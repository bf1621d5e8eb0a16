using System.Text.RegularExpressions;
using Vortex.Nodes.Packs;
using Vortex.Testing;
using Vortex.Workflows;

namespace Vortex.Nodes.Tests;

public sealed partial class CatalogTests
{
    [Fact]
    public void Page_of_the_nodes_says_what_the_catalog_says()
    {
        string path = Path.Combine(ReferenceData.RepositoryRoot(), "docs", "nodes.md");
        if (Environment.GetEnvironmentVariable("VORTEX_UPDATE_DOCS") == "1")
        {
            File.WriteAllText(path, NodePage.Render());
        }

        Assert.Equal(NodePage.Render(), File.ReadAllText(path).ReplaceLineEndings("\n"));
    }

    [Fact]
    public void Every_node_and_every_input_is_explained()
    {
        Assert.All(BuiltInPacks.Types, type =>
        {
            Assert.False(string.IsNullOrWhiteSpace(type.Description), $"{type.Name} has no description.");
            Assert.All(type.Inputs, input => Assert.False(string.IsNullOrWhiteSpace(input.Tooltip), $"{type.Name}.{input.Name} has no help."));
        });
    }

    [Fact]
    public void Defaults_are_valid_values_of_their_inputs()
    {
        Assert.All(BuiltInPacks.Types.SelectMany(type => type.Inputs.Select(input => (type, input))), one =>
        {
            if (one.input.Default is { ValueKind: System.Text.Json.JsonValueKind.Number } number)
            {
                Assert.InRange(number.GetDecimal(), one.input.Min ?? decimal.MinValue, one.input.Max ?? decimal.MaxValue);
            }

            if (one.input.Default is { ValueKind: System.Text.Json.JsonValueKind.String } text && one.input.Choices.Length > 0)
            {
                Assert.Contains(text.GetString(), one.input.Choices);
            }
        });
    }

    [Fact]
    public void Names_of_types_inputs_and_outputs_are_unique_in_their_place()
    {
        Assert.Equal(BuiltInPacks.Types.Count(), BuiltInPacks.Types.Select(type => type.Name).Distinct(StringComparer.Ordinal).Count());
        Assert.All(BuiltInPacks.Types, type =>
        {
            Assert.Equal(type.Inputs.Length, type.Inputs.Select(input => input.Name).Distinct(StringComparer.Ordinal).Count());
            Assert.Equal(type.Outputs.Length, type.Outputs.Select(output => output.Name).Distinct(StringComparer.Ordinal).Count());
        });
    }

    [Theory]
    [InlineData("SaveImage", true, 0, 2)]
    [InlineData("PreviewImage", true, 0, 1)]
    [InlineData("LoadImage", false, 2, 1)]
    [InlineData("LoadImageMask", false, 1, 2)]
    [InlineData("PreviewAny", true, 1, 1)]
    [InlineData("RegexReplace", false, 1, 7)]
    [InlineData("RegexExtract", false, 1, 7)]
    [InlineData("PrimitiveInt", false, 1, 1)]
    public void Interface_is_ComfyUI_s(string name, bool isOutput, int outputs, int inputs)
    {
        NodeType type = Core.Node(name).Type;
        Assert.Equal((isOutput, outputs, inputs), (type.IsOutput, type.Outputs.Length, type.Inputs.Length));
    }

    [Fact]
    public void Every_problem_code_of_nodes_and_runner_is_on_the_page_of_problems()
    {
        string root = ReferenceData.RepositoryRoot();
        string page = File.ReadAllText(Path.Combine(root, "docs", "problems", "node.md"));
        string[] sources = [Path.Combine(root, "gpu-runner", "Vortex.Nodes"), Path.Combine(root, "gpu-runner", "Vortex.Runner")];
        string[] codes =
        [
            .. sources.SelectMany(folder => Directory.EnumerateFiles(folder, "*.cs", SearchOption.AllDirectories))
                .Where(file => !file.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal))
                .SelectMany(file => Code().Matches(File.ReadAllText(file)).Select(match => match.Groups[1].Value))
                .Distinct(StringComparer.Ordinal),
        ];
        Assert.True(codes.Length > 15);
        Assert.All(codes, code => Assert.Contains($"`{code}`", page, StringComparison.Ordinal));
    }

    [GeneratedRegex("\"((?:node|text|file|runner)\\.[a-z_]+)\"")]
    private static partial Regex Code();
}
