using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Vortex.Workflows;

namespace Vortex.Testing.Workflows;

/// <summary>Makes documents from a seed. One seed always gives the same document.</summary>
public sealed class RandomDocuments(int seed)
{
    private static readonly string[] Texts =
    [
        "", "a", "image", "名前", "naïve", "😀 face", "tab\tnew\nline", "quote\" back\\slash", "\u0001", "<b>&'", "e\u0301", "\uE000\uFFFD", "~/path~1", "#0", "$in",
    ];

    private static readonly string[] Numbers =
    [
        "0", "-0", "1", "-1", "1.0", "1e0", "0.1", "-12.50", "1e-7", "1E+21", "123456789012345680000", "18446744073709551615", "-9223372036854775808",
        "9007199254740993", "5e-324", "1.7976931348623157e308", "1e400", "0.000001", "100e-2", "333333333.33333329",
    ];

    private readonly Random _random = new(seed);

    /// <summary>Any document the model can hold, sensible or not, with every member in use.</summary>
    public WorkflowDocument Arbitrary()
    {
        WorkflowDocument document = new()
        {
            Nodes = [.. Many(8, i => ArbitraryNode(i))],
            Edges = [.. Many(8, _ => new WorkflowEdge(Port(), Port()))],
            Inputs = [.. Many(3, _ => new WorkflowInput(Text(), new PortType(Text()), [.. Many(3, _ => Port())]) { Default = Maybe(Value()), Description = MaybeText() })],
            Meta = Meta(),
            Ui = _random.Next(2) == 0 ? null : Ui(),
            Compatibility = _random.Next(2) == 0 ? null : new WorkflowCompatibility(MaybeText(), [.. Many(3, _ => Item())], [.. Many(3, _ => Item())]),
        };
        for (int i = _random.Next(3); i > 0; i--)
        {
            document = document.With(Text() + Number(i), new WorkflowSubgraph
            {
                Name = Text(),
                Inputs = [.. Many(3, _ => new SubgraphPort(Text(), new PortType(Text())))],
                Outputs = [.. Many(3, _ => new SubgraphPort(Text(), new PortType(Text())))],
                Nodes = [.. Many(4, i => ArbitraryNode(i))],
                Edges = [.. Many(4, _ => new WorkflowEdge(Port(), Port()))],
                Ui = _random.Next(2) == 0 ? null : Ui(),
            });
        }

        return document;
    }

    /// <summary>A document of <see cref="TestCatalog"/> types that validates, with subgraphs, loops, switches, reroutes, muted and bypassed nodes.</summary>
    /// <param name="nodes">How many nodes the top graph has, at least two.</param>
    public WorkflowDocument Valid(int nodes = 12)
    {
        WorkflowDocument document = new() { Meta = new WorkflowMeta("Random " + Number(seed)) };
        for (int level = 0; level < 2; level++)
        {
            GraphBuilder inner = new(_random, document, $"g{level}n");
            inner.Open(NodeId.SubgraphInput, [("in", PortType.Image), ("strength", PortType.Number), ("count", PortType.Integer)]);
            inner.Fill(2 + _random.Next(5));
            (ImmutableArray<WorkflowNode> innerNodes, ImmutableArray<WorkflowEdge> edges) = inner.Close(NodeId.SubgraphOutput, "out");
            document = document.With("s" + Number(level), new WorkflowSubgraph
            {
                Name = "Level " + Number(level),
                Inputs = [new("in", PortType.Image), new("strength", PortType.Number), new("count", PortType.Integer)],
                Outputs = [new("out", PortType.Image)],
                Nodes = innerNodes,
                Edges = edges,
            });
        }

        GraphBuilder top = new(_random, document, "n");
        top.Fill(nodes - 1);
        (ImmutableArray<WorkflowNode> topNodes, ImmutableArray<WorkflowEdge> topEdges) = top.Close(new NodeId("save"), "image");
        return document with { Nodes = topNodes.Add(SomeWorkflow.Node("save", "Save")), Edges = topEdges };
    }

    /// <summary>The same document with nodes and edges in another order.</summary>
    public WorkflowDocument Shuffled(WorkflowDocument document) => document with
    {
        Nodes = Shuffled(document.Nodes),
        Edges = Shuffled(document.Edges),
        Subgraphs = document.Subgraphs.ToImmutableSortedDictionary(
            pair => pair.Key,
            pair => pair.Value with { Nodes = Shuffled(pair.Value.Nodes), Edges = Shuffled(pair.Value.Edges) },
            StringComparer.Ordinal),
    };

    /// <summary>A random JSON value.</summary>
    public JsonElement Value(int depth = 3) => JsonElement.Parse(ValueText(depth));

    /// <summary>The text of a random JSON value.</summary>
    public string ValueText(int depth = 3) => _random.Next(depth > 0 ? 8 : 5) switch
    {
        0 => "null",
        1 => _random.Next(2) == 0 ? "true" : "false",
        2 => Numbers[_random.Next(Numbers.Length)],
        3 => JsonSerializer.Serialize(Text()),
        4 => _random.NextDouble().ToString("R", CultureInfo.InvariantCulture),
        5 or 6 => $"{{{string.Join(_random.Next(2) == 0 ? "," : " , ", Many(4, i => $"{JsonSerializer.Serialize(Text() + Number(i))}: {ValueText(depth - 1)}"))}}}",
        _ => $"[{string.Join(",", Many(4, _ => ValueText(depth - 1)))}]",
    };

    private WorkflowNode ArbitraryNode(int index) => new()
    {
        // Unique ids: the order of two nodes with one id would have no canonical form.
        Id = new NodeId(Text() + Number(index)),
        Type = _random.Next(4) == 0 ? WorkflowNode.SubgraphPrefix + Text() : Text(),
        Inputs = Many(4, i => KeyValuePair.Create(Text() + Number(i), Value())).ToImmutableSortedDictionary(StringComparer.Ordinal),
        Ui = new NodeUi(_random.Next(-500, 500) / 4.0, _random.NextDouble() * 1e6)
        {
            Width = Maybe(_random.Next(300) + 0.5),
            Height = Maybe((double)_random.Next(300)),
            Title = MaybeText(),
            Color = _random.Next(2) == 0 ? null : "#a1b2c3",
            Collapsed = _random.Next(2) == 0,
        },
        Mode = (NodeMode)_random.Next(3),
        Repeat = _random.Next(3) > 0 ? null : new NodeRepeat(_random.Next(-1, 5), [.. Many(2, _ => new CarriedPort(Text(), Text()))], MaybeText()),
        Meta = _random.Next(3) > 0 ? null : JsonElement.Parse($"{{\"k\": {ValueText()}}}"),
    };

    private WorkflowMeta Meta() => new(Text())
    {
        Description = MaybeText(),
        Author = MaybeText(),
        Tags = [.. Many(3, _ => Text())],
        CreatedAt = Maybe(new DateTimeOffset(2024, 2, 29, 12, 30, 15, _random.Next(1000), TimeSpan.FromMinutes(30 * _random.Next(-20, 20)))),
        UpdatedAt = Maybe(DateTimeOffset.UnixEpoch.AddTicks(_random.NextInt64(1L << 58))),
    };

    private WorkflowUi Ui() => new(
        [.. Many(2, _ => new WorkflowFrame(Text(), _random.Next(99), -1.5, 1e3, 0.25, MaybeText()))],
        [.. Many(2, _ => new WorkflowNote(Text(), 0, _random.Next(99), 10, 20, _random.Next(2) == 0))]);

    private CompatibilityItem Item() => new(Text(), Text(), _random.Next(2) == 0 ? null : new NodeId(Text()));

    private PortRef Port() => new(new NodeId(Text()), Text());

    private string Text() => Texts[_random.Next(Texts.Length)];

    private string? MaybeText() => _random.Next(2) == 0 ? null : Text();

    private T? Maybe<T>(T value)
        where T : struct => _random.Next(2) == 0 ? null : value;

    private ImmutableArray<T> Shuffled<T>(ImmutableArray<T> items)
    {
        T[] copy = [.. items];
        _random.Shuffle(copy);
        return [.. copy];
    }

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);

    private List<T> Many<T>(int most, Func<int, T> make)
    {
        // One after the other: the order of random calls must not depend on who enumerates when.
        List<T> items = [];
        for (int i = _random.Next(most + 1); i > 0; i--)
        {
            items.Add(make(items.Count));
        }

        return items;
    }
}
