using System.Collections.Immutable;
using System.Text.Json;
using Vortex.Imaging;
using Vortex.Nodes.Packs;
using Vortex.Workflows;

namespace Vortex.Nodes.Tests;

public sealed class NodeMethodTests
{
    [Fact]
    public void Method_becomes_a_catalog_entry_with_help()
    {
        NodeType type = BuiltInPacks.All[0].Find("ImageInvert")!.Type;
        Assert.Equal("image", Assert.Single(type.Inputs).Name);
        Assert.Equal(new NodeOutput("IMAGE", PortType.Image), Assert.Single(type.Outputs));
        Assert.StartsWith("Turns every value", type.Description, StringComparison.Ordinal);
        Assert.Contains("alpha", type.Inputs[0].Tooltip, StringComparison.Ordinal);
        Assert.True(type.IsExecutable);
    }

    [Fact]
    public void Parameters_tell_name_default_range_and_choices()
    {
        NodeType type = NodePack.From("test", typeof(TestNodes)).Types.Single(type => type.Name == "Everything");
        Assert.Equal(["upscale_method", "width", "seed", "mask"], type.Inputs.Select(input => input.Name));
        Assert.Equal(PortType.Choice, type.Inputs[0].Type);
        Assert.Equal(512, type.Inputs[1].Default!.Value.GetInt32());
        Assert.Equal(18446744073709551615m, type.Inputs[2].Max);
        Assert.False(type.Inputs[3].IsRequired);
        Assert.Equal(["text", "count"], type.Outputs.Select(output => output.Name));
    }

    [Fact]
    public async Task Invocation_binds_constants_links_and_defaults()
    {
        NodeMethod method = NodePack.From("test", typeof(TestNodes)).Find("Everything")!;
        Dictionary<string, object?> inputs = new()
        {
            ["upscale_method"] = JsonSerializer.SerializeToElement("area"),
            ["seed"] = JsonSerializer.SerializeToElement(ulong.MaxValue),
        };
        ImmutableArray<object?> outputs = await method.InvokeAsync(inputs, new TestContext());
        Assert.Equal(["area 512 18446744073709551615", 1L], outputs);
    }

    [Fact]
    public async Task Missing_and_wrong_inputs_are_problems_of_their_port()
    {
        NodeMethod method = BuiltInPacks.All[0].Find("ImageInvert")!;
        NodeProblemException missing = await Assert.ThrowsAsync<NodeProblemException>(() => method.InvokeAsync(new Dictionary<string, object?>(), new TestContext()));
        Assert.Equal(("node.missing_input", "image"), (missing.Code, missing.Port));
        NodeProblemException wrong = await Assert.ThrowsAsync<NodeProblemException>(
            () => method.InvokeAsync(new Dictionary<string, object?> { ["image"] = "text" }, new TestContext()));
        Assert.Equal("node.wrong_type", wrong.Code);
    }

    [Fact]
    public async Task List_node_takes_whole_lists_and_gives_one()
    {
        NodeMethod method = NodePack.From("test", typeof(TestNodes)).Find("Lists")!;
        Assert.True(method.Type.TakesLists);
        Assert.True(method.Type.Outputs[0].IsList);
        ImmutableArray<object?> outputs = await method.InvokeAsync(
            new Dictionary<string, object?> { ["numbers"] = new object?[] { 1L, 2L } }, new TestContext());
        Assert.Equal([2L, 4L], Assert.IsAssignableFrom<IReadOnlyList<long>>(outputs[0]));
    }

    private static class TestNodes
    {
        [Node("Everything", "test")]
        [Outputs("text", "count")]
        public static async Task<(string, long)> Everything(
            [Input(Choices = ["area", "bicubic"])] string upscaleMethod,
            [Input(Default = 512, Min = 1)] int width,
            [Input(Max = ulong.MaxValue)] ulong seed,
            MaskBatch? mask,
            CancellationToken cancellationToken)
        {
            await Task.CompletedTask;
            cancellationToken.ThrowIfCancellationRequested();
            return ($"{upscaleMethod} {width} {seed}", mask is null ? 1 : 2);
        }

        [Node("Lists", "test", TakesLists = true)]
        [Outputs("doubled", Lists = [0])]
        public static IReadOnlyList<long> Lists(IReadOnlyList<long> numbers) => [.. numbers.Select(number => number * 2)];
    }

    private sealed class TestContext : NodeContext
    {
        public override NodeId Node => new("1");

        public override CancellationToken CancellationToken => default;

        public override IReadOnlyDictionary<string, string> Metadata => ImmutableDictionary<string, string>.Empty;

        public override void Report(long value, long max)
        {
        }

        public override void Emit(EmittedFile file)
        {
        }

        public override void Show(string name, JsonElement value)
        {
        }

        public override void Warn(string sentence)
        {
        }
    }
}
