using System.Collections.Immutable;
using System.Reflection;
using System.Text;
using System.Text.RegularExpressions;
using Vortex.Testing;
using Vortex.Testing.Workflows;
using static Vortex.Testing.Workflows.SomeWorkflow;

namespace Vortex.Workflows.Tests;

public sealed partial class ProblemCatalogTests
{
    private const string Head = "{\"vtxw_version\":\"1.0\",";

    private static readonly WorkflowDocument Good = Document([Node("a", "Source"), Node("s", "Save")], "a.image -> s.image");

    private static readonly Dictionary<string, Func<ImmutableArray<WorkflowProblem>>> Causes = new()
    {
        [WorkflowProblemCodes.TooLarge] = () => Read("{}", new WorkflowLimits { MaxBytes = 1 }),
        [WorkflowProblemCodes.TooDeep] = () => Read("[[[[", new WorkflowLimits { MaxDepth = 2 }),
        [WorkflowProblemCodes.TooManyNodes] = () => Check(Good, new WorkflowLimits { MaxNodes = 1 }),
        [WorkflowProblemCodes.TooManyEdges] = () => Check(Good, new WorkflowLimits { MaxEdges = 0 }),
        [WorkflowProblemCodes.TextTooLong] = () => Check(Document([Node("a", "Join", ("a", "\"éééé\"")), Node("s", "Show")], "a.text -> s.value"), new WorkflowLimits { MaxTextLength = 3 }),
        [WorkflowProblemCodes.TooManyProblems] = () => Check(Document([Node("a", "X"), Node("b", "X")]), new WorkflowLimits { MaxProblems = 1 }),
        [WorkflowProblemCodes.NotJson] = () => Read("{"),
        [WorkflowProblemCodes.Comment] = () => Read("{ /* */ }"),
        [WorkflowProblemCodes.TrailingComma] = () => Read("[1,]"),
        [WorkflowProblemCodes.InvalidText] = () => Read("[\"\\udc00\"]"),
        [WorkflowProblemCodes.DuplicateMember] = () => Read(Head + "\"nodes\":[],\"nodes\":[]}"),
        [WorkflowProblemCodes.WrongJsonType] = () => Read("1"),
        [WorkflowProblemCodes.MissingMember] = () => Read("{}"),
        [WorkflowProblemCodes.UnknownMember] = () => Read(Head + "\"nodes\":[],\"x\":1}"),
        [WorkflowProblemCodes.BadValue] = () => Read(Head + "\"nodes\":[{\"id\":\"a\",\"type\":\"T\",\"mode\":\"x\"}]}"),
        [WorkflowProblemCodes.UnsupportedVersion] = () => Read("{\"vtxw_version\":\"3.0\",\"nodes\":[]}"),
        [WorkflowProblemCodes.NewerVersion] = () => Read("{\"vtxw_version\":\"1.1\",\"nodes\":[]}"),
        [WorkflowProblemCodes.Migrated] = () => Read("{\"vtxw_version\":\"0.9\",\"nodes\":[]}"),
        [WorkflowProblemCodes.Empty] = () => Check(new WorkflowDocument()),
        [WorkflowProblemCodes.NoOutputs] = () => Check(Document([Node("a", "Source")])),
        [WorkflowProblemCodes.BadId] = () => Check(Good with { Nodes = Good.Nodes.Add(Node("$in", "Source")) }),
        [WorkflowProblemCodes.DuplicateId] = () => Check(Good with { Nodes = Good.Nodes.Add(Node("a", "Source")) }),
        [WorkflowProblemCodes.IdCollision] = () => Expand(
            (Good with { Nodes = [.. Good.Nodes, Node("i", "subgraph:s"), Node("i:x", "Source")] }).With("s", Subgraph([], [], [Node("x", "Source")]))),
        [WorkflowProblemCodes.UnknownType] = () => Check(Document([Node("a", "Nope")])),
        [WorkflowProblemCodes.TypeNotExecutable] = () => Check(Document([Node("a", "Known")])),
        [WorkflowProblemCodes.UnknownNode] = () => Check(Good with { Edges = Good.Edges.Add(Edge("x.y -> a.z")) }),
        [WorkflowProblemCodes.UnknownPort] = () => Check(Good with { Edges = Good.Edges.Add(Edge("a.nope -> s.prefix")) }),
        [WorkflowProblemCodes.UnknownInput] = () => Check(Good with { Nodes = [Node("a", "Source", ("nope", "1")), Good.Nodes[1]] }),
        [WorkflowProblemCodes.InputFedTwice] = () => Check(Good with { Edges = Good.Edges.Add(Good.Edges[0]) }),
        [WorkflowProblemCodes.TypeMismatch] = () => Check(Document([Node("a", "Source"), Node("s", "Save")], "a.mask -> s.image")),
        [WorkflowProblemCodes.MissingInput] = () => Check(Document([Node("s", "Save")])),
        [WorkflowProblemCodes.WrongConstantType] = () => Check(Document([Node("a", "Whole", ("value", "\"1\""))])),
        [WorkflowProblemCodes.EdgeRequired] = () => Check(Document([Node("s", "Save", ("image", "\"x.png\""))])),
        [WorkflowProblemCodes.ValueTooSmall] = () => Check(Document([Node("a", "Source", ("seed", "-1"))])),
        [WorkflowProblemCodes.ValueTooBig] = () => Check(Document([Node("a", "Blend", ("amount", "1.0001"))])),
        [WorkflowProblemCodes.ValueNotInList] = () => Check(Document([Node("a", "Masked", ("mode", "\"weird\""))])),
        [WorkflowProblemCodes.Cycle] = () => Check(Document([Node("a", "Blend")], "a.image -> a.a")),
        [WorkflowProblemCodes.UnknownSubgraph] = () => Check(Document([Node("a", "subgraph:none")])),
        [WorkflowProblemCodes.SubgraphRecursion] = () => Check(Good.With("s", Subgraph([], [], [Node("x", "subgraph:s")]))),
        [WorkflowProblemCodes.SubgraphTooDeep] = () => Check((Good with { Nodes = Good.Nodes.Add(Node("i", "subgraph:s")) }).With("s", Subgraph([], [], [])), new WorkflowLimits { MaxSubgraphDepth = 0 }),
        [WorkflowProblemCodes.DuplicatePort] = () => Check(Good.With("s", Subgraph(["a: Image", "a: Mask"], [], []))),
        [WorkflowProblemCodes.RepeatNotSubgraph] = () => Check(Good with { Nodes = [Good.Nodes[0] with { Repeat = new NodeRepeat(2, []) }, Good.Nodes[1]] }),
        [WorkflowProblemCodes.RepeatCount] = () => Check((Good with { Nodes = Good.Nodes.Add(Node("i", "subgraph:s") with { Repeat = new NodeRepeat(0, []) }) }).With("s", Subgraph([], [], []))),
        [WorkflowProblemCodes.BadInputName] = () => Check(Good with { Inputs = [new WorkflowInput("a b", PortType.Text, [])] }),
        [WorkflowProblemCodes.DuplicateInput] = () => Check(Good with { Inputs = [new WorkflowInput("a", PortType.Text, []), new WorkflowInput("a", PortType.Text, [])] }),
        [WorkflowProblemCodes.InputWithoutTarget] = () => Check(Good with { Inputs = [new WorkflowInput("a", PortType.Text, [])] }),
        [WorkflowProblemCodes.InputShadowed] = () => Check(Good with { Inputs = [new WorkflowInput("a", PortType.Image, [Port("s.image")])] }),
        [WorkflowProblemCodes.UnknownRunInput] = () => WorkflowExpander.Expand(Good, TestCatalog.Catalog, new Dictionary<string, System.Text.Json.JsonElement> { ["x"] = TestCatalog.Json("1") }).Problems,
        [WorkflowProblemCodes.SwitchCaseMissing] = () => Expand(Document([Node("w", "vortex.Switch", ("select", "3")), Node("s", "Show")], "w.value -> s.value")),
    };

    public static TheoryData<string> Codes => [.. WorkflowProblemCodes.All];

    [Theory]
    [MemberData(nameof(Codes))]
    public void Every_code_has_a_cause_and_its_sentence_says_something(string code)
    {
        WorkflowProblem problem = Causes[code]().First(problem => problem.Code == code);
        Assert.InRange(problem.Message.Length, 15, 600);
        Assert.EndsWith(".", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void List_of_codes_has_every_constant_once()
    {
        string[] constants = [.. typeof(WorkflowProblemCodes).GetFields(BindingFlags.Public | BindingFlags.Static).Where(field => field.IsLiteral).Select(field => (string)field.GetValue(null)!)];
        Assert.Equal(constants.Order(StringComparer.Ordinal), WorkflowProblemCodes.All.Order(StringComparer.Ordinal));
        Assert.All(constants, code => Assert.Matches("^workflow\\.[a-z0-9_]+$", code));
    }

    [Fact]
    public void Published_catalog_lists_the_same_codes()
    {
        string text = File.ReadAllText(Path.Combine(ReferenceData.RepositoryRoot(), "docs", "problems", "workflow.md"));
        string[] listed = [.. Row().Matches(text).Select(match => match.Groups[1].Value)];
        Assert.Equal(WorkflowProblemCodes.All.ToArray(), listed);
    }

    [Fact]
    public void Every_code_has_a_name_of_ComfyUI()
    {
        string[] known =
        [
            "required_input_missing", "bad_linked_input", "return_type_mismatch", "invalid_input_type", "value_smaller_than_min",
            "value_bigger_than_max", "value_not_in_list", "prompt_no_outputs", "invalid_prompt",
        ];
        Assert.Equal(known.Order(StringComparer.Ordinal), WorkflowProblemCodes.All.Select(ComfyErrorCodes.For).Distinct().Order(StringComparer.Ordinal));
        Assert.Equal("value_not_in_list", ComfyErrorCodes.For(WorkflowProblemCodes.ValueNotInList));
        Assert.True(ComfyErrorCodes.IsAboutNode(WorkflowProblemCodes.ValueNotInList));
        Assert.False(ComfyErrorCodes.IsAboutNode(WorkflowProblemCodes.NoOutputs));
    }

    private static ImmutableArray<WorkflowProblem> Read(string text, WorkflowLimits? limits = null) => VtxwReader.Read(Encoding.UTF8.GetBytes(text), limits).Problems;

    private static ImmutableArray<WorkflowProblem> Check(WorkflowDocument document, WorkflowLimits? limits = null) =>
        WorkflowValidator.Validate(document, TestCatalog.Catalog, limits);

    private static ImmutableArray<WorkflowProblem> Expand(WorkflowDocument document) => WorkflowExpander.Expand(document, TestCatalog.Catalog).Problems;

    [GeneratedRegex(@"^\| `(workflow\.[a-z0-9_]+)` \|", RegexOptions.Multiline)]
    private static partial Regex Row();
}
