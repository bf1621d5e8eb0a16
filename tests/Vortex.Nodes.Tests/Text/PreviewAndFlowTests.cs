using System.Text.Json;
using Vortex.Imaging;
using Vortex.Workflows;

namespace Vortex.Nodes.Tests;

public sealed class PreviewAndFlowTests
{
    public static TheoryData<object?, string> Shown => new()
    {
        { null, "None" },
        { "text", "text" },
        { true, "True" },
        { 5L, "5" },
        { ulong.MaxValue, "18446744073709551615" },
        { 0.0, "0.0" },
        { -0.0, "-0.0" },
        { 1.0, "1.0" },
        { 0.1, "0.1" },
        { 1e-4, "0.0001" },
        { 1e-5, "1e-05" },
        { 1.5e-7, "1.5e-07" },
        { 123456789012345680.0, "1.2345678901234568e+17" },
        { 1e15, "1000000000000000.0" },
        { 1234567890123456.8, "1234567890123456.8" },
        { 1e16, "1e+16" },
        { 1e300, "1e+300" },
        { -2.5e20, "-2.5e+20" },
        { double.NaN, "nan" },
        { double.NegativeInfinity, "-inf" },
        { new MaskBatch(1, 2, 3, new float[6]), "masks 1x2x3" },
    };

    [Theory]
    [MemberData(nameof(Shown), DisableDiscoveryEnumeration = true)]
    public async Task Preview_shows_values_as_Python_writes_them(object? value, string expected)
    {
        RecordingContext context = new();
        object?[] outputs = [.. await Core.Node("PreviewAny").InvokeAsync(new Dictionary<string, object?> { ["source"] = value }, context)];
        Assert.Equal(expected, outputs[0]);
        Assert.Equal(expected, context.Shown["text"].GetString());
    }

    [Fact]
    public async Task Preview_indents_json_by_four()
    {
        JsonElement json = JsonElement.Parse("""{"a":[1,"ü"]}""");
        Assert.Equal("{\n    \"a\": [\n        1,\n        \"ü\"\n    ]\n}", (await Core.RunAsync("PreviewAny", new RecordingContext(), ("source", json)))[0]);
    }

    [Fact]
    public async Task Switch_passes_the_selected_case_on_and_needs_only_that()
    {
        Assert.Equal("c", await Core.OneAsync("vortex.Switch", ("select", 2), ("case1", "b"), ("case2", "c")));
        Assert.Equal("a", await Core.OneAsync("vortex.Switch", ("case0", "a")));
        NodeProblemException open = await Core.ProblemAsync("vortex.Switch", ("select", 7), ("case0", "a"));
        Assert.Equal(("node.missing_input", "case7"), (open.Code, open.Port));
        NodeProblemException outside = await Core.ProblemAsync("vortex.Switch", ("select", 8));
        Assert.Equal(("node.out_of_range", "select"), (outside.Code, outside.Port));
        NodeMethod method = Core.Node("vortex.Switch");
        Assert.True(method.Needs("case3", 3L));
        Assert.False(method.Needs("case3", 2L));
        Assert.Equal(FlowTypes.Switch.Inputs.Select(input => (input.Name, input.Type)), method.Type.Inputs.Select(input => (input.Name, input.Type)));
        Assert.Equal(FlowTypes.Switch.Outputs, method.Type.Outputs);
    }

    [Fact]
    public async Task ComfyUI_switch_passes_one_of_two_on_and_needs_only_that()
    {
        const string type = "ComfySwitchNode";
        Assert.Equal("yes", await Core.OneAsync(type, ("switch", true), ("on_true", "yes")));
        Assert.Equal("no", await Core.OneAsync(type, ("switch", false), ("on_true", "yes"), ("on_false", "no")));
        NodeProblemException problem = await Core.ProblemAsync(type, ("switch", false), ("on_true", "yes"));
        Assert.Equal(("node.missing_input", "on_false"), (problem.Code, problem.Port));
        NodeMethod method = Core.Node(type);
        Assert.Equal("switch", method.DeciderOf("on_true"));
        Assert.True(method.Needs("on_true", true));
        Assert.False(method.Needs("on_true", JsonElement.Parse("false")));
        Assert.True(method.Needs("on_false", 0L));
        Assert.True(method.Needs("switch", null));
    }

    [Fact]
    public async Task No_operation_passes_everything_on()
    {
        object value = new();
        Assert.Same(value, await Core.OneAsync("vortex.NoOp", ("value", value)));
        Assert.Null(await Core.OneAsync("vortex.NoOp"));
    }

    [Theory]
    [InlineData("PrimitiveInt", 5, 5L)]
    [InlineData("PrimitiveInt", 5.0, 5L)]
    [InlineData("PrimitiveFloat", 5, 5.0)]
    [InlineData("PrimitiveString", 5, "5")]
    [InlineData("PrimitiveStringMultiline", "a\nb", "a\nb")]
    [InlineData("PrimitiveBoolean", true, true)]
    public async Task Primitive_holds_its_value(string type, object value, object expected) =>
        Assert.Equal(expected, await Core.OneAsync(type, ("value", value)));

    [Fact]
    public async Task Primitive_refuses_what_is_not_of_its_type() =>
        Assert.Equal("node.wrong_type", (await Core.ProblemAsync("PrimitiveInt", ("value", "five"))).Code);
}
