using System.Text;
using System.Text.Json.Nodes;

namespace Vortex.Workflows.Tests.Comfy;

/// <summary>Bytes nobody meant as a workflow, and workflows somebody damaged. Nothing may throw, whatever comes.</summary>
public sealed class ImportFuzzTests
{
    private static readonly string[] s_values =
    [
        "null", "true", "-1", "1e308", "99999999999999999999", "0.5", "\"\"", "\"-10\"", "\"$in\"", "\"workflow>X\"", "[]", "{}", "[[]]", "[null, null]",
        "\"PrimitiveNode\"", "\"Reroute\"", "\"GetNode\"", "\"KSampler\"", "\"11111111-2222-3333-4444-555555555555\"", "{\"0\": 1}", "[1, 1, 0, 1, 0]",
    ];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Random_bytes_are_answered(int seed)
    {
        Random random = new(seed);
        for (int round = 0; round < 2_000; round++)
        {
            byte[] bytes = new byte[random.Next(200)];
            random.NextBytes(bytes);
            if (round % 2 == 0)
            {
                string alphabet = "{}[]\":,0123456789.-eEtrufalsn \\uNaI";
                bytes = [.. bytes.Select(value => (byte)alphabet[value % alphabet.Length])];
            }

            Survive(bytes);
        }
    }

    [Theory]
    [InlineData(11)]
    [InlineData(12)]
    public void Workflow_with_damaged_bytes_is_answered(int seed)
    {
        Random random = new(seed);
        byte[] whole = Encoding.UTF8.GetBytes(Some.PhotoWorkflow);
        for (int round = 0; round < 1_000; round++)
        {
            byte[] damaged = [.. whole];
            for (int change = random.Next(1, 5); change > 0; change--)
            {
                damaged[random.Next(damaged.Length)] = (byte)random.Next(256);
            }

            Survive(damaged.AsMemory(0, random.Next(4) == 0 ? random.Next(damaged.Length) : damaged.Length));
        }
    }

    [Theory]
    [InlineData(21)]
    [InlineData(22)]
    [InlineData(23)]
    public void Workflow_with_exchanged_parts_is_answered(int seed)
    {
        Random random = new(seed);
        for (int round = 0; round < 400; round++)
        {
            JsonNode root = JsonNode.Parse(Some.PhotoWorkflow)!;
            for (int change = random.Next(1, 8); change > 0; change--)
            {
                Exchange(root, random);
            }

            Survive(Encoding.UTF8.GetBytes(root.ToJsonString()));
        }
    }

    [Fact]
    public void Very_deep_and_very_wide_files_are_answered()
    {
        Survive(Encoding.UTF8.GetBytes(new string('[', 1_000_000)));
        Survive(Encoding.UTF8.GetBytes("{\"nodes\":" + new string('[', 100_000) + new string(']', 100_000) + "}"));
        Survive(Encoding.UTF8.GetBytes("{\"nodes\":[" + string.Join(',', Enumerable.Repeat("{}", 1_000_000)) + "]}"));
        Survive(Encoding.UTF8.GetBytes("{\"nodes\":[],\"links\":[" + string.Join(',', Enumerable.Repeat("0", 2_000_000)) + "]}"));
        Survive(Encoding.UTF8.GetBytes("{" + string.Join(',', Enumerable.Range(0, 200_000).Select(i => $"\"{i}\":{{\"class_type\":\"A\"}}")) + "}"));
    }

    /// <summary>Shapes that make a careless importer quadratic or recursive: each takes well under a second, or minutes.</summary>
    [Fact]
    public void Long_rows_and_wide_fans_are_answered()
    {
        const int Many = 20_000;
        string row = string.Join(',', Enumerable.Range(1, Many).Select(i => $$"""{"id":{{i}},"type":"Reroute","inputs":[{"link":{{i}} }]}"""));
        string users = string.Join(',', Enumerable.Range(1, Many / 2).Select(i => $$"""{"id":{{Many + i}},"type":"PreviewImage","inputs":[{"name":"images","link":{{Many}} }]}"""));
        string links = string.Join(',', Enumerable.Range(1, Many).Select(i => $"[{i},{i - 1},0,{i},0,\"*\"]"));
        Survive(Encoding.UTF8.GetBytes($$"""{"nodes":[{"id":0,"type":"EmptyImage"},{{row}},{{users}}],"links":[{{links}}]}"""));

        string same = string.Join(',', Enumerable.Repeat("""{"id":1,"type":"SetNode","widgets_values":["a"],"inputs":[{"link":1}]}""", Many));
        Survive(Encoding.UTF8.GetBytes($$"""{"nodes":[{{same}}],"links":[]}"""));

        string bypassed = string.Join(',', Enumerable.Range(1, Many).Select(i => $$"""{"id":{{i}},"type":"ImageInvert","mode":4,"inputs":[{"name":"image","link":{{i}} }]}"""));
        Survive(Encoding.UTF8.GetBytes($$"""{"nodes":[{"id":0,"type":"EmptyImage"},{{bypassed}},{{users}}],"links":[{{links}}]}"""));

        string nested = string.Join(',', Enumerable.Range(0, Many).Select(i => $$"""{"id":"s{{i}}","nodes":[{"id":1,"type":"s{{i + 1}}","properties":{"proxyWidgets":[["1","x"]]} }],"links":[]}"""));
        Survive(Encoding.UTF8.GetBytes($$"""{"nodes":[{"id":1,"type":"s0","properties":{"proxyWidgets":[["1","x"]]},"widgets_values":[1]}],"definitions":{"subgraphs":[{{nested}}]} }"""));

        string ports = string.Join(',', Enumerable.Range(0, 5_000).Select(i => $$"""{"name":"p{{i}}","type":"INT"}"""));
        string instances = string.Join(',', Enumerable.Range(0, 5_000).Select(i => $$"""{"id":{{i}},"type":"wide"}"""));
        Survive(Encoding.UTF8.GetBytes($$"""{"nodes":[{{instances}}],"definitions":{"subgraphs":[{"id":"wide","inputs":[{{ports}}],"nodes":[],"links":[]}]} }"""));

        string slots = string.Join(',', Enumerable.Range(0, Many).Select(i => $$"""{"name":"w{{i}}","type":"INT","widget":{"name":"w{{i}}"} }"""));
        string values = string.Join(',', Enumerable.Range(0, Many));
        string shown = string.Join(',', Enumerable.Range(0, Many).Select(i => $"[\"1\",\"v{i}\"]"));
        Survive(Encoding.UTF8.GetBytes($$"""{"nodes":[{"id":1,"type":"d","properties":{"proxyWidgets":[{{shown}}]},"widgets_values":[{{values}}]}],"definitions":{"subgraphs":[{"id":"d","nodes":[{"id":1,"type":"A","inputs":[{{slots}}],"widgets_values":[{{values}}]}],"links":[]}]} }"""));
    }

    private static void Survive(ReadOnlyMemory<byte> bytes)
    {
        ComfyImport import = ComfyImporter.Import(bytes, Imported.Catalog);
        Assert.NotNull(import.Document);
        Assert.True(import.Report.Items.Length <= CompatibilityReport.MaxItems);
        ComfyExporter.ToApi(import.Document, Imported.Catalog);
        WorkflowFile.Open(bytes, null, Imported.Catalog);
    }

    private static void Exchange(JsonNode root, Random random)
    {
        JsonNode at = root;
        while (true)
        {
            List<(JsonNode? Child, Action<JsonNode?> Set)> children = at switch
            {
                JsonObject holder => [.. holder.Select(member => (member.Value, (Action<JsonNode?>)(value => holder[member.Key] = value)))],
                JsonArray list => [.. list.Select((item, index) => (item, (Action<JsonNode?>)(value => list[index] = value)))],
                _ => [],
            };
            if (children.Count == 0)
            {
                return;
            }

            (JsonNode? child, Action<JsonNode?> set) = children[random.Next(children.Count)];
            if (child is not (JsonObject or JsonArray) || random.Next(5) == 0)
            {
                set(JsonNode.Parse(s_values[random.Next(s_values.Length)]));
                return;
            }

            at = child;
        }
    }
}
