using System.Reflection;
using System.Text.RegularExpressions;
using Vortex.Testing;

namespace Vortex.Workflows.Tests.Comfy;

public sealed partial class ImportCodesTests
{
    [Fact]
    public void List_of_codes_holds_every_code()
    {
        IEnumerable<string> constants = typeof(ImportCodes).GetFields(BindingFlags.Public | BindingFlags.Static)
            .Where(field => field.IsLiteral).Select(field => (string)field.GetRawConstantValue()!);
        Assert.Equal(constants.Order(), ImportCodes.All.Order());
    }

    [Fact]
    public void Documentation_explains_exactly_the_codes_there_are()
    {
        string text = File.ReadAllText(Path.Combine(ReferenceData.RepositoryRoot(), "docs", "problems", "import.md"));
        IEnumerable<string> explained = Heading().Matches(text).Select(match => match.Groups[1].Value);
        string[] known =
        [
            .. ImportCodes.All, WorkflowFile.NoWorkflow,
            ComfyExporter.TooLarge, ComfyExporter.MissingSubgraph, ComfyExporter.UnnamedValues, ComfyExporter.EdgeNowhere, ComfyExporter.Loop, ComfyExporter.InputsDropped,
        ];
        Assert.Equal(known.Order(), explained.Order());
    }

    [GeneratedRegex(@"^\| `((?:import|export)\.[a-z_]+)`", RegexOptions.Multiline)]
    private static partial Regex Heading();
}
