using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Vortex.Diffusion.Files;
using Vortex.Diffusion.Patches;
using Vortex.Diffusion.Tests.Detection;
using Vortex.Diffusion.Weights;
using Vortex.Tensors;
using Vortex.Tensors.Cpu;
using Vortex.Testing.Golden;

namespace Vortex.Diffusion.Tests.Patches;

[Trait("kind", "golden")]
public sealed class GoldenPatchTests : IDisposable
{
    private const string NetworkPrefix = "model.diffusion_model.";

    private readonly CpuBackend _backend = new();
    private readonly ITestOutputHelper _output;

    public GoldenPatchTests(ITestOutputHelper output) => _output = output;

    public static TheoryData<string> Types()
    {
        TheoryData<string> types = [];
        foreach (string type in GoldenCase.FindOrNone("05d*").SelectMany(golden => golden.Json.GetProperty("types").EnumerateObject()).Select(type => type.Name))
        {
            types.Add(type);
        }

        return types;
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void Patched_weights_equal_the_reference(string type)
    {
        foreach (GoldenCase golden in GoldenCase.Find("05d*"))
        {
            double tolerance = golden.Json.GetProperty("tolerance").GetProperty("abs").GetDouble();
            using IModelFile model = Model(golden, "model", out GoldenCase modelCase);
            using FileWeights weights = FileWeights.Under(model, _backend, NetworkPrefix);
            using IModelFile lora = ModelFiles.Open(Path.Combine(golden.Folder, type + ".lora.safetensors"));
            PatchKeyMap map = PatchKeyMap.ForNetwork(weights.Names, UNetConfigJson.Read(modelCase.Json.GetProperty("config")));
            PatchFile patches = PatchFile.Read(lora, _backend, map);
            Assert.Empty(patches.Unused);
            JsonElement expected = golden.Json.GetProperty("types").GetProperty(type);
            string[] keys = [.. expected.GetProperty("patched_keys").EnumerateArray().Select(key => key.GetString()!)];
            Assert.Equal(keys.Order(StringComparer.Ordinal), patches.Patches.Keys.Order(StringComparer.Ordinal));
            foreach (double strength in expected.GetProperty("strengths").EnumerateArray().Select(value => value.GetDouble()))
            {
                using PatchedWeights patched = new(weights, Applied(patches, (float)strength));
                foreach (string key in keys)
                {
                    string name = $"{type}.s{strength.ToString("0.0###", CultureInfo.InvariantCulture)}.{key}";
                    Compare(name, patched.Load(key[PatchKeyMap.NetworkPrefix.Length..]), golden, tolerance);
                }
            }
        }
    }

    [Fact]
    public void Text_encoder_patches_equal_the_reference()
    {
        foreach (GoldenCase golden in GoldenCase.Find("05d*"))
        {
            double tolerance = golden.Json.GetProperty("tolerance").GetProperty("abs").GetDouble();
            using IModelFile model = ModelFiles.Open(Path.Combine(GoldenCase.Find("01a*")[0].Folder, "model.safetensors"));
            using FileWeights weights = new(model, _backend, key => key.StartsWith("cond_stage_model.transformer.", StringComparison.Ordinal) ? $"clip_l.{key["cond_stage_model.".Length..]}" : null);
            using IModelFile lora = ModelFiles.Open(Path.Combine(golden.Folder, "text_encoder.lora.safetensors"));
            PatchFile patches = PatchFile.Read(lora, _backend, PatchKeyMap.ForText(weights.Names));
            Assert.Empty(patches.Unused);
            string start = golden.Tensors("outputs").Names.Single(name => name.StartsWith("text_encoder.s", StringComparison.Ordinal) && name.EndsWith(".cond", StringComparison.Ordinal));
            float strength = float.Parse(start["text_encoder.s".Length..^".cond".Length], CultureInfo.InvariantCulture);
            using PatchedWeights patched = new(weights, patches.Patches.ToDictionary(entry => entry.Key, entry => ImmutableArray.Create(new AppliedPatch(entry.Value, strength))));
            int compared = 0;
            foreach (string name in golden.Tensors("outputs").Names.Where(name => name.StartsWith("text_encoder.s", StringComparison.Ordinal) && name.EndsWith(".weight", StringComparison.Ordinal)))
            {
                Compare(name, patched.Load(name[name.IndexOf("clip_l", StringComparison.Ordinal)..]), golden, tolerance);
                compared++;
            }

            Assert.Equal(patches.Patches.Count, compared);
        }
    }

    [Fact]
    public void Key_maps_are_those_of_the_reference()
    {
        foreach (GoldenCase golden in GoldenCase.Find("05d*"))
        {
            using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(golden.Folder, "key_maps.json")));
            using IModelFile model = Model(golden, "model", out GoldenCase modelCase);
            PatchKeyMap network = PatchKeyMap.ForNetwork(
                model.Tensors.Keys.Where(key => key.StartsWith(NetworkPrefix, StringComparison.Ordinal)).Select(key => key[NetworkPrefix.Length..]),
                UNetConfigJson.Read(modelCase.Json.GetProperty("config")));
            foreach (JsonProperty entry in document.RootElement.EnumerateObject())
            {
                Dictionary<string, string> expected = entry.Value.EnumerateObject().ToDictionary(pair => pair.Name, pair => pair.Value.GetString()!);
                PatchKeyMap map = entry.Name == "unet" ? network : PatchKeyMap.ForText(expected.Values.Distinct());
                Assert.Equal(expected.OrderBy(pair => pair.Key, StringComparer.Ordinal), map.Names.Order(StringComparer.Ordinal).Select(name => KeyValuePair.Create(name, map[name])));
            }
        }
    }

    public void Dispose() => _backend.Dispose();

    private static Dictionary<string, ImmutableArray<AppliedPatch>> Applied(PatchFile patches, float strength) => patches.Patches.ToDictionary(
        entry => entry.Key[PatchKeyMap.NetworkPrefix.Length..], entry => ImmutableArray.Create(new AppliedPatch(entry.Value, strength)));

    // The configuration names the case whose weights are patched.
    private static IModelFile Model(GoldenCase golden, string file, out GoldenCase model)
    {
        model = GoldenCase.Find(golden.Json.GetProperty("config").GetProperty("model").GetString()! + "*")[0];
        return ModelFiles.Open(Path.Combine(model.Folder, file + ".safetensors"));
    }

    private void Compare(string name, Tensor actual, GoldenCase golden, double tolerance)
    {
        GoldenTensor expected = golden.Tensors("outputs")[name];
        Assert.Equal(expected.Shape, actual.Shape.Span.ToArray());
        GoldenComparison comparison = GoldenComparison.Of(actual.ToArray(), expected.Floats());
        _output.WriteLine($"{name}: {comparison}");
        Assert.True(comparison.Largest <= tolerance, $"{name}: {comparison}, tolerance {tolerance}");
    }
}
