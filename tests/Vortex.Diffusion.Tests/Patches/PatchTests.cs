using System.Collections.Immutable;
using Vortex.Diffusion.Files;
using Vortex.Diffusion.Patches;
using Vortex.Diffusion.Weights;
using Vortex.Tensors;
using Vortex.Tensors.Cpu;

namespace Vortex.Diffusion.Tests.Patches;

public sealed class PatchTests : IDisposable
{
    private readonly CpuBackend _backend = new();

    [Fact]
    public void Names_that_mean_nothing_are_told()
    {
        using FakeFile file = new(_backend, ("lora_unet_a.lora_up.weight", [2, 1], [1, 2]), ("lora_unet_a.lora_down.weight", [1, 2], [3, 4]), ("lora_unet_other.diff", [2], [0, 0]));
        PatchFile patches = PatchFile.Read(file, _backend, PatchKeyMap.ForNetwork(["a.weight"], null));
        Assert.Equal(["lora_unet_other.diff"], patches.Unused);
        Assert.Equal(["diffusion_model.a.weight"], patches.Patches.Keys);
    }

    [Fact]
    public void Patches_of_one_weight_add_up_and_other_weights_stay_as_they_are()
    {
        using FakeFile file = new(_backend, ("lora_unet_a.lora_up.weight", [2, 1], [1, 2]), ("lora_unet_a.lora_down.weight", [1, 2], [3, 4]));
        TensorWeights source = Weights(("a.weight", [2, 2], [1, 1, 1, 1]), ("b.weight", [1], [7]));
        WeightPatch patch = PatchFile.Read(file, _backend, PatchKeyMap.ForNetwork(source.Names, null)).Patches["diffusion_model.a.weight"];
        using PatchedWeights patched = new(source, new Dictionary<string, ImmutableArray<AppliedPatch>> { ["a.weight"] = [new(patch, 1), new(patch, 0.5f)] });
        Assert.Equal([5.5f, 7, 10, 13], patched.Load("a.weight").ToArray());
        Assert.Same(source.Load("b.weight"), patched.Load("b.weight"));
        Assert.Same(patched.Load("a.weight"), patched.Load("a.weight"));
        Assert.Equal([1f, 1, 1, 1], source.Load("a.weight").ToArray());
    }

    [Fact]
    public void Patch_for_another_shape_is_a_coded_error_that_names_it()
    {
        using FakeFile file = new(_backend, ("lora_unet_a.lora_up.weight", [3, 1], [1, 2, 3]), ("lora_unet_a.lora_down.weight", [1, 2], [3, 4]));
        TensorWeights source = Weights(("a.weight", [2, 2], [1, 1, 1, 1]));
        WeightPatch patch = PatchFile.Read(file, _backend, PatchKeyMap.ForNetwork(source.Names, null)).Patches["diffusion_model.a.weight"];
        DiffusionException problem = Assert.Throws<DiffusionException>(
            () => new PatchedWeights(source, new Dictionary<string, ImmutableArray<AppliedPatch>> { ["a.weight"] = [new(patch, 1)] }));
        Assert.Equal(DiffusionCodes.Mismatch, problem.Code);
        Assert.Contains("'lora_unet_a' of fake is for a weight of 6 values, and this one is [2, 2]", problem.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("hada_w1_a", "hada_w1_b", "hada_w2_a", "hada_w2_b")]
    [InlineData("lokr_w1_a", "lokr_w1_b", "lokr_w2_a", "lokr_w2_b")]
    [InlineData("a1.weight", "a2.weight", "b1.weight", "b2.weight")]
    [InlineData("lora_up.weight", "lora_down.weight", "lora_mid.weight", "alpha")]
    [InlineData("oft_blocks", "dora_scale", "rescale", "alpha")]
    public void Tensors_of_any_odd_shapes_are_a_coded_error_and_never_a_crash(params string[] parts)
    {
        int[][] shapes = [[], [1], [2, 3], [3, 2], [0, 2], [2, 2, 2], [1, 2, 2, 2], [2, 2, 3, 3]];
        TensorWeights source = Weights(("a.weight", [2, 2], [1, 1, 1, 1]));
        for (int i = 0; i < shapes.Length * shapes.Length; i++)
        {
            (string, int[], float[])[] tensors =
                [.. parts.Select((part, at) => ($"lora_unet_a.{part}", shapes[(i + (at * i / shapes.Length)) % shapes.Length])).Select(pair => (pair.Item1, pair.Item2, new float[new Shape(pair.Item2).Count]))];
            using FakeFile file = new(_backend, tensors);
            try
            {
                PatchFile patches = PatchFile.Read(file, _backend, PatchKeyMap.ForNetwork(source.Names, null));
                using PatchedWeights patched = new(source, patches.Patches.ToDictionary(entry => "a.weight", entry => ImmutableArray.Create(new AppliedPatch(entry.Value, 1))));
                Assert.Equal([2, 2], patched.Load("a.weight").Shape.Span.ToArray());
            }
            catch (DiffusionException problem)
            {
                Assert.Equal(DiffusionCodes.Mismatch, problem.Code);
            }
        }
    }

    [Fact]
    public void Bias_differences_and_whole_weights_are_applied()
    {
        using FakeFile file = new(_backend, ("lora_unet_a.diff_b", [2], [1, 2]), ("lora_unet_b.set_weight", [1], [9]));
        TensorWeights source = Weights(("a.weight", [2, 1], [0, 0]), ("a.bias", [2], [1, 1]), ("b.weight", [1], [7]));
        PatchFile patches = PatchFile.Read(file, _backend, PatchKeyMap.ForNetwork(source.Names, null));
        using PatchedWeights patched = new(source, patches.Patches.ToDictionary(entry => entry.Key["diffusion_model.".Length..], entry => ImmutableArray.Create(new AppliedPatch(entry.Value, 0.5f))));
        Assert.Equal([1.5f, 2], patched.Load("a.bias").ToArray());
        Assert.Equal([9f], patched.Load("b.weight").ToArray());
    }

    [Fact]
    public void Merging_follows_the_longest_prefix_of_a_key()
    {
        TensorWeights first = Weights(("input_blocks.1.weight", [1], [10]), ("out.0.weight", [1], [10]), ("only.weight", [1], [3]));
        TensorWeights second = Weights(("input_blocks.1.weight", [1], [20]), ("out.0.weight", [1], [20]));
        Dictionary<string, float> ratios = new() { [""] = 1, ["input_blocks."] = 0.25f, ["input_blocks.1."] = 0.5f };
        using MergedWeights merged = new(first, second, MergeMethod.Blend, ratios);
        Assert.Equal(15, merged.Load("input_blocks.1.weight").Item());
        Assert.Equal(10, merged.Load("out.0.weight").Item());
        Assert.Equal(3, merged.Load("only.weight").Item());
        using MergedWeights sum = new(first, second, MergeMethod.Add, ratios);
        Assert.Equal(30, sum.Load("out.0.weight").Item());
        using MergedWeights difference = new(first, second, MergeMethod.Subtract, new Dictionary<string, float> { [""] = 0.5f });
        Assert.Equal(-5, difference.Load("out.0.weight").Item());
    }

    [Fact]
    public void Models_of_different_builds_do_not_merge()
    {
        TensorWeights first = Weights(("a.weight", [2], [1, 2]));
        TensorWeights second = Weights(("a.weight", [1], [1]));
        DiffusionException problem = Assert.Throws<DiffusionException>(() => new MergedWeights(first, second, MergeMethod.Blend, new Dictionary<string, float> { [""] = 1 }));
        Assert.Equal(DiffusionCodes.Mismatch, problem.Code);
    }

    public void Dispose() => _backend.Dispose();

    private TensorWeights Weights(params (string Name, int[] Shape, float[] Values)[] weights) =>
        new(_backend, weights.ToDictionary(weight => weight.Name, weight => _backend.From(weight.Values, new Shape(weight.Shape)).Detach()));

    private sealed class FakeFile(ITensorBackend backend, params (string Name, int[] Shape, float[] Values)[] tensors) : IModelFile
    {
        public string Name => "fake";

        public IReadOnlyDictionary<string, TensorInfo> Tensors { get; } = tensors.ToDictionary(tensor => tensor.Name, tensor => new TensorInfo(tensor.Name, DType.Float32, new Shape(tensor.Shape)));

        public IReadOnlyDictionary<string, string> Metadata { get; } = ImmutableDictionary<string, string>.Empty;

        public Tensor Load(string name, ITensorBackend other)
        {
            (_, int[] shape, float[] values) = tensors.First(tensor => tensor.Name == name);
            return backend.From(values, new Shape(shape)).Detach();
        }

        public void Dispose()
        {
        }
    }
}
