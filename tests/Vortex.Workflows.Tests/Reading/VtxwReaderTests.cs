using System.Text;
using Vortex.Testing.Workflows;

namespace Vortex.Workflows.Tests;

public sealed class VtxwReaderTests
{
    private const string Head = "{\"vtxw_version\":\"1.0\",";

    [Theory]
    // Syntax: the reader stops there.
    [InlineData("", "workflow.not_json", 1, 1, "")]
    [InlineData("  \n ", "workflow.not_json", 1, 1, "")]
    [InlineData("{\n  \"nodes\": [\n    nope\n  ]\n}", "workflow.not_json", 3, 6, "/nodes")]
    [InlineData("{\"nodes\": [1, 2", "workflow.not_json", 1, 16, "/nodes/0")]
    [InlineData("{\n  // note\n  \"nodes\": []\n}", "workflow.comment", 2, 3, "")]
    [InlineData("{\n  \"nodes\": [{\"id\": \"a\"},\n  ]\n}", "workflow.trailing_comma", 2, 24, "/nodes/0")]
    [InlineData("[1]", "workflow.wrong_json_type", 1, 1, "")]
    [InlineData("{\"a\":\"é\n\"}", "workflow.not_json", 1, 9, "/a")]
    // Text.
    [InlineData("{\"é\": \"x\\ud800y\"}", "workflow.invalid_text", 1, 10, "/é")]
    [InlineData(Head + "\n\"nodes\": [{\"id\":\"a\",\"type\":\"T\",\"inputs\": {\"c/d\": 1, \"\\u0063/d\": 3}}]}", "workflow.duplicate_member", 2, 53, "/nodes/0/inputs/c~1d")]
    // Members.
    [InlineData("{\"nodes\": []}", "workflow.missing_member", 1, 1, "")]
    [InlineData(" {\"vtxw_version\": 1, \"nodes\": []}", "workflow.wrong_json_type", 1, 19, "/vtxw_version")]
    [InlineData("{\"vtxw_version\": \"2.0\", \"nodes\": []}", "workflow.unsupported_version", 1, 18, "/vtxw_version")]
    [InlineData("{\"vtxw_version\": \"one\", \"nodes\": []}", "workflow.unsupported_version", 1, 18, "/vtxw_version")]
    [InlineData(Head + "\n\"nodes\": [{\"type\":\"T\"}]}", "workflow.missing_member", 2, 11, "/nodes/0")]
    [InlineData(Head + "\n\"nodes\": [{\"id\":\"a\",\"type\":null}]}", "workflow.wrong_json_type", 2, 28, "/nodes/0/type")]
    [InlineData(Head + "\n\"nodes\": {}}", "workflow.wrong_json_type", 2, 10, "/nodes")]
    [InlineData(Head + "\n\"nodes\": [], \"edges\": [{\"from\": {\"node\": \"a\"}, \"to\": {\"node\":\"b\",\"port\":\"p\"}}]}", "workflow.missing_member", 2, 33, "/edges/0/from")]
    [InlineData(Head + "\n\"nodes\": [{\"id\":\"a\",\"type\":\"T\",\"mode\":\"off\"}]}", "workflow.bad_value", 2, 39, "/nodes/0/mode")]
    [InlineData(Head + "\n\"nodes\": [{\"id\":\"a\",\"type\":\"T\",\"ui\":{\"x\":1e999}}]}", "workflow.bad_value", 2, 42, "/nodes/0/ui/x")]
    [InlineData(Head + "\n\"nodes\": [{\"id\":\"a\",\"type\":\"T\",\"repeat\":{\"count\":1.5}}]}", "workflow.bad_value", 2, 50, "/nodes/0/repeat/count")]
    [InlineData(Head + "\"nodes\": [], \"meta\": {\"name\":\"n\",\n\"created_at\": \"yesterday\"}}", "workflow.bad_value", 2, 15, "/meta/created_at")]
    [InlineData(Head + "\"nodes\": [],\n\"subgraphs\": {\"s\": {\"nodes\": []}}}", "workflow.missing_member", 2, 20, "/subgraphs/s")]
    public void Problem_is_placed_exactly(string text, string code, int line, int column, string pointer)
    {
        WorkflowReading reading = Read(text);
        Assert.Null(reading.Document);
        WorkflowProblem problem = Assert.Single(reading.Problems);
        Assert.Equal((code, new TextPosition(line, column, pointer)), (problem.Code, problem.Position));
    }

    [Fact]
    public void All_problems_are_found_in_the_order_of_the_text()
    {
        WorkflowReading reading = Read("""
            {"vtxw_version": "1.0", "nodez": 1,
             "nodes": [{"id": 7, "type": "T"}, 5, {"id": "b", "type": "T", "inputs": []}],
             "edges": [{}],
             "nodes": []}
            """);
        Assert.Equal(
            [
                ("workflow.unknown_member", 1, "/nodez"),
                ("workflow.wrong_json_type", 2, "/nodes/0/id"),
                ("workflow.wrong_json_type", 2, "/nodes/1"),
                ("workflow.wrong_json_type", 2, "/nodes/2/inputs"),
                ("workflow.missing_member", 3, "/edges/0"),
                ("workflow.missing_member", 3, "/edges/0"),
                ("workflow.duplicate_member", 4, "/nodes"),
            ],
            reading.Problems.Select(problem => (problem.Code, (int)problem.Position!.Line, problem.Position.Pointer)));
    }

    [Fact]
    public void Unknown_member_is_a_warning_and_facts_of_tools_are_kept()
    {
        WorkflowReading reading = Read(Head + """ "$schema": "s", "extra": {"a": [1]}, "nodes": [{"id":"a","type":"T","meta":{"tool":{"x":1}}}]}""");
        WorkflowProblem problem = Assert.Single(reading.Problems);
        Assert.Equal((WorkflowProblemCodes.UnknownMember, ProblemSeverity.Warning), (problem.Code, problem.Severity));
        Assert.Equal(1, reading.Document!.Nodes[0].Meta!.Value.GetProperty("tool").GetProperty("x").GetInt32());
    }

    [Fact]
    public void Byte_order_mark_is_passed_over_and_columns_begin_after_it()
    {
        byte[] good = [0xEF, 0xBB, 0xBF, .. Encoding.UTF8.GetBytes(Head + "\"nodes\":[]}")];
        Assert.Empty(VtxwReader.Read(good).Problems);
        byte[] bad = [0xEF, 0xBB, 0xBF, .. "nope"u8];
        Assert.Equal(new TextPosition(1, 2, ""), VtxwReader.Read(bad).Problems[0].Position);
    }

    [Fact]
    public void Bytes_that_are_no_UTF_8_are_found_where_they_are()
    {
        byte[] text = [.. "{\n\""u8, .. new byte[9000].Select(_ => (byte)'a'), .. "é"u8, 0xC3, (byte)'"'];
        WorkflowProblem problem = Assert.Single(VtxwReader.Read(text).Problems);
        Assert.Equal((WorkflowProblemCodes.InvalidText, new TextPosition(2, 9004, "")), (problem.Code, problem.Position));
    }

    [Fact]
    public void Newer_minor_version_is_read_with_a_warning()
    {
        WorkflowReading reading = Read("""{"vtxw_version":"1.7","nodes":[{"id":"a","type":"T","shiny":1}]}""");
        Assert.Equal("a", reading.Document!.Nodes[0].Id.Value);
        Assert.Equal("1.7", reading.Document.Version);
        Assert.Equal([WorkflowProblemCodes.NewerVersion, WorkflowProblemCodes.UnknownMember], reading.Problems.Select(problem => problem.Code));
    }

    [Fact]
    public void ComfyUI_file_is_named_as_such()
    {
        Assert.Contains("import", Read("""{"last_node_id": 3, "nodes": [], "links": []}""").Problems[0].Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Time_without_an_offset_is_UTC()
    {
        WorkflowReading reading = Read(Head + """ "meta":{"name":"n","created_at":"2024-05-06T07:08:09","updated_at":"2024-05-06T07:08:09.5+02:00"},"nodes":[]}""");
        Assert.Equal(new DateTimeOffset(2024, 5, 6, 7, 8, 9, TimeSpan.Zero), reading.Document!.Meta.CreatedAt);
        Assert.Equal(TimeSpan.FromHours(2), reading.Document.Meta.UpdatedAt!.Value.Offset);
    }

    [Fact]
    public void File_of_a_hundred_megabytes_is_refused_unread()
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        byte[] text = GC.AllocateUninitializedArray<byte>(100 * 1024 * 1024);
        long made = GC.GetAllocatedBytesForCurrentThread() - before;
        before = GC.GetAllocatedBytesForCurrentThread();
        WorkflowProblem problem = Assert.Single(VtxwReader.Read(text).Problems);
        Assert.Equal(WorkflowProblemCodes.TooLarge, problem.Code);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, made / 1000);
    }

    [Fact]
    public void Million_nodes_are_refused_with_little_memory()
    {
        StringBuilder text = new(Head + "\"nodes\":[");
        for (int i = 0; i < 1_000_000; i++)
        {
            text.Append(i == 0 ? "" : ",").Append("{\"id\":\"n\"}");
        }

        byte[] bytes = Encoding.UTF8.GetBytes(text.Append("]}").ToString());
        long before = GC.GetAllocatedBytesForCurrentThread();
        WorkflowProblem problem = Assert.Single(VtxwReader.Read(bytes).Problems);
        Assert.Equal((WorkflowProblemCodes.TooManyNodes, "/nodes/100000"), (problem.Code, problem.Position!.Pointer));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1_000_000);
    }

    [Theory]
    [InlineData('[', "\"nodes\":")]
    [InlineData('[', "\"meta\":")]
    [InlineData('{', "\"x\":")]
    public void Nesting_of_a_hundred_thousand_levels_is_refused(char open, string member)
    {
        string levels = open == '[' ? new string('[', 100_000) : string.Concat(Enumerable.Repeat("{\"x\":", 100_000));
        WorkflowProblem problem = Assert.Single(Read(Head + member + levels).Problems);
        Assert.Equal(WorkflowProblemCodes.TooDeep, problem.Code);
    }

    [Fact]
    public void Nodes_and_edges_of_subgraphs_count()
    {
        string nodes = "[{\"id\":\"a\",\"type\":\"T\"},{\"id\":\"b\",\"type\":\"T\"}]";
        string text = Head + "\"nodes\":" + nodes + ",\"subgraphs\":{\"s\":{\"name\":\"s\",\"nodes\":" + nodes + ",\"edges\":[{},{}]}}}";
        Assert.Equal(
            ("workflow.too_many_nodes", "/subgraphs/s/nodes/1"),
            First(VtxwReader.Read(Encoding.UTF8.GetBytes(text), new WorkflowLimits { MaxNodes = 3 })));
        Assert.Equal(
            ("workflow.too_many_edges", "/subgraphs/s/edges/1"),
            First(VtxwReader.Read(Encoding.UTF8.GetBytes(text), new WorkflowLimits { MaxEdges = 1 })));
        Assert.Equal(
            ("workflow.text_too_long", "/nodes/0/id"),
            First(Read(Head + "\"nodes\":[{\"id\":\"éééééééééééééééé\",\"type\":\"T\"}]}", new WorkflowLimits { MaxTextLength = 15 })));
        // A constant may hold what elsewhere would be nodes.
        Assert.Empty(Read(Head + "\"nodes\":[{\"id\":\"a\",\"type\":\"T\",\"inputs\":{\"nodes\":[1,2,3,4]}}]}", new WorkflowLimits { MaxNodes = 3 }).Problems);
    }

    [Fact]
    public void List_of_problems_is_cut_and_says_so()
    {
        string text = Head + "\"nodes\":[" + string.Join(",", Enumerable.Repeat("1", 5000)) + "]}";
        WorkflowReading reading = Read(text, new WorkflowLimits { MaxProblems = 7 });
        Assert.Equal(8, reading.Problems.Length);
        Assert.Equal(WorkflowProblemCodes.TooManyProblems, reading.Problems[^1].Code);
        Assert.Contains("4993", reading.Problems[^1].Message, StringComparison.Ordinal);
        Assert.Null(reading.Document);
    }

    [Fact]
    public void Any_bytes_are_answered()
    {
        Random random = new(42);
        byte[][] seeds =
        [
            .. Enumerable.Range(0, 20).Select(seed => VtxwWriter.Write(new RandomDocuments(seed).Arbitrary())),
            .. Enumerable.Range(0, 5).Select(seed => VtxwWriter.Write(new RandomDocuments(seed).Valid())),
            Encoding.UTF8.GetBytes("""{"vtxw_version":"0.9","title":"t","nodes":[{"id":"a","type":"T","position":[1,2],"size":[3,4],"disabled":true}],"edges":[["a","x","b","y"]]}"""),
        ];
        string[] pieces = ["{", "}", "[", "]", ",", ":", "\"", "\\u", "\\ud800", "null", "1e999", "-", "\"nodes\"", "//", "\0", "é", "0.9", "\"vtxw_version\""];
        WorkflowLimits small = new() { MaxDepth = 6, MaxNodes = 5, MaxProblems = 4, MaxTextLength = 20 };
        for (int i = 0; i < 20_000; i++)
        {
            List<byte> text = [.. seeds[random.Next(seeds.Length)]];
            for (int edits = random.Next(1, 6); edits > 0; edits--)
            {
                int at = random.Next(text.Count);
                switch (random.Next(5))
                {
                    case 0:
                        text[at] = (byte)random.Next(256);
                        break;
                    case 1:
                        text.RemoveRange(at, Math.Min(random.Next(1, 20), text.Count - at));
                        break;
                    case 2:
                        text.InsertRange(at, Encoding.UTF8.GetBytes(pieces[random.Next(pieces.Length)]));
                        break;
                    case 3:
                        text.InsertRange(at, text.GetRange(at, Math.Min(random.Next(1, 60), text.Count - at)));
                        break;
                    default:
                        text[at] ^= (byte)(1 << random.Next(8));
                        break;
                }

                if (text.Count == 0)
                {
                    text.Add((byte)'{');
                }
            }

            WorkflowReading reading = VtxwReader.Read(text.ToArray(), random.Next(2) == 0 ? small : null);
            bool failed = reading.Problems.Any(problem => problem.Severity == ProblemSeverity.Error);
            Assert.Equal(failed, reading.Document is null);
            Assert.All(reading.Problems, problem => Assert.Contains(problem.Code, WorkflowProblemCodes.All));
            if (reading.Document is { } document)
            {
                WorkflowValidator.Validate(document, TestCatalog.Catalog);
                VtxwWriter.Write(document);
            }
        }
    }

    private static (string Code, string Pointer) First(WorkflowReading reading) => (reading.Problems[0].Code, reading.Problems[0].Position!.Pointer);

    private static WorkflowReading Read(string text, WorkflowLimits? limits = null) => VtxwReader.Read(Encoding.UTF8.GetBytes(text), limits);
}
