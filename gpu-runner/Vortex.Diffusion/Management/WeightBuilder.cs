using System.Collections.Immutable;
using Vortex.Diffusion.Detection;
using Vortex.Diffusion.Files;
using Vortex.Diffusion.Networks;
using Vortex.Diffusion.Patches;
using Vortex.Diffusion.Recipes;
using Vortex.Diffusion.Weights;
using Vortex.Tensors;

namespace Vortex.Diffusion.Management;

/// <summary>Follows a recipe from files over merges and patches to weights. Collects what must be let go of with the network.</summary>
/// <param name="open">Opens a file; the lease is this builder's.</param>
/// <param name="backend">What computes.</param>
/// <param name="storage">The format computed weights are kept in.</param>
internal sealed partial class WeightBuilder(Func<ModelFileRef, ModelLease<OpenModelFile>> open, ITensorBackend backend, PatchedStorage storage) : IDisposable
{
    // What LoRA files name layers of other networks by: no warning is due where they are not used.
    private static readonly string[] s_textNames = ["lora_te", "lora_prior_te", "text_encoder"];

    private const string NetworkPrefix = PatchKeyMap.NetworkPrefix;

    private readonly Stack<IDisposable> _owned = new();
    private readonly List<string> _warnings = [];

    /// <summary>Gets sentences about what was left out.</summary>
    public IReadOnlyList<string> Warnings => _warnings;

    /// <summary>Gets the bytes of weights that were computed and not just taken from files.</summary>
    public long ComputedBytes => _owned.Sum(owned => owned switch
    {
        PatchedWeights patched => patched.PatchedBytes,
        MergedWeights merged => merged.MergedBytes,
        _ => 0,
    });

    /// <summary>Makes the weights of a diffusion network, named as in a checkpoint below <c>model.diffusion_model.</c>.</summary>
    public NetworkWeights Network(ModelRecipe recipe)
    {
        NetworkWeights weights = recipe.Source switch
        {
            WeightsRecipe.FromFiles files => NetworkFile(files),
            WeightsRecipe.Merged { First: ModelRecipe first, Second: ModelRecipe second } merged => Merge(merged, Network(first), Network(second)),
            _ => throw Mixed(),
        };
        if (recipe.Options.LastOrDefault(option => option.Name == ModelOptions.WeightType) is { } option)
        {
            weights = weights with { Weights = Own(new ConvertedWeights(weights.Weights, Format(option.Text("type")))) };
        }

        PatchKeyMap map = recipe.Patches.IsEmpty ? PatchKeyMap.ForNetwork([], null) : PatchKeyMap.ForNetwork(weights.Weights.Names, weights.Detected.UNet);
        return Patched(recipe, weights, map, key => key[NetworkPrefix.Length..], s_textNames);
    }

    /// <summary>Opens the one file of a network that takes no patches, and expects its kind.</summary>
    public OpenModelFile Single(Recipe recipe, params ReadOnlySpan<ModelKind> kinds)
    {
        if (recipe.Source is WeightsRecipe.FromFiles { Files: [], Kind: { } kind })
        {
            throw new DiffusionException(DiffusionCodes.OutOfRange, $"'{kind}' is no file and has no weights; connect one that is.", "vae");
        }

        if (recipe.Source is not WeightsRecipe.FromFiles { Files: [ModelFileRef file] })
        {
            throw Mixed();
        }

        OpenModelFile opened = Open(file);
        opened.Detected.Expect(kinds);
        return opened;
    }

    /// <summary>Opens a file for as long as the network lives.</summary>
    public OpenModelFile Open(ModelFileRef file) => Own(open(file)).Value;

    /// <summary>Lets go of what the network was made of.</summary>
    public void Dispose()
    {
        while (_owned.TryPop(out IDisposable? owned))
        {
            owned.Dispose();
        }
    }

    /// <summary>Returns the bytes of a file's weights whose keys begin so.</summary>
    public static long Bytes(IModelFile file, string prefix = "") =>
        file.Tensors.Values.Where(info => info.Name.StartsWith(prefix, StringComparison.Ordinal)).Sum(info => info.Shape.Count * info.Type.Size());

    private NetworkWeights NetworkFile(WeightsRecipe.FromFiles recipe)
    {
        OpenModelFile opened = recipe.Files is [ModelFileRef file] ? Open(file) : throw Mixed();
        DetectedModel detected = opened.Detected.Expect(ModelKind.Checkpoint, ModelKind.DiffusionModel);
        ModelFamily family = detected.SupportedFamily();
        if (detected.UNet is null)
        {
            throw new DiffusionException(DiffusionCodes.FamilyUnsupported, $"'{opened.File.Name}' is of the family {family.Title}, but holds no UNet.");
        }

        RenamedWeights weights = RenamedWeights.Below(opened.Weights, detected.UNetPrefix);
        if (detected.IsDiffusersLayout)
        {
            weights = RenamedWeights.Of(weights, DiffusersKeys.UNet(weights.Names));
        }

        return new NetworkWeights(weights, detected, Bytes(opened.File, detected.UNetPrefix));
    }

    private NetworkWeights Merge(WeightsRecipe.Merged recipe, NetworkWeights first, NetworkWeights second)
    {
        MergeMethod method = recipe.Method switch
        {
            "add" => MergeMethod.Add,
            "subtract" => MergeMethod.Subtract,
            "simple" or "blocks" => MergeMethod.Blend,
            _ => throw new DiffusionException(DiffusionCodes.OutOfRange, $"There is no way of merging called '{recipe.Method}'."),
        };
        return first with { Weights = Own(new MergedWeights(first.Weights, second.Weights, method, recipe.Ratios, storage)) };
    }

    private NetworkWeights Patched(Recipe recipe, NetworkWeights weights, PatchKeyMap map, Func<string, string> keyOf, string[] othersNames)
    {
        if (recipe.Patches.IsEmpty)
        {
            return weights;
        }

        Dictionary<string, ImmutableArray<AppliedPatch>> all = new(StringComparer.Ordinal);
        foreach (PatchRecipe patch in recipe.Patches)
        {
            OpenModelFile opened = Open(patch.File);
            opened.Detected.Expect(ModelKind.Lora);
            PatchFile file = PatchFile.Read(opened.File, backend, map);
            foreach ((string key, WeightPatch one) in file.Patches)
            {
                string name = keyOf(key);
                all[name] = all.GetValueOrDefault(name, []).Add(new AppliedPatch(one, patch.Strength));
            }

            Warn(opened.File, file, othersNames);
        }

        return weights with { Weights = Own(new PatchedWeights(weights.Weights, all, storage)) };
    }

    private void Warn(IModelFile file, PatchFile patches, string[] othersNames)
    {
        string[] unused = [.. patches.Unused.Where(name => !Array.Exists(othersNames, other => name.StartsWith(other, StringComparison.Ordinal)))];
        if (unused.Length > 0)
        {
            string more = unused.Length > 5 ? $" and {unused.Length - 5} more" : "";
            _warnings.Add($"'{file.Name}': {unused.Length} of {file.Tensors.Count} tensors mean nothing to this model and are left out: {string.Join(", ", unused.Take(5))}{more}.");
        }
    }

    private static DType Format(string name) => name.StartsWith("fp8_e5m2", StringComparison.Ordinal) ? DType.Float8E5M2 : DType.Float8E4M3;

    private static DiffusionException Mixed() => new(DiffusionCodes.Mismatch, "Networks of different sorts cannot be joined, nor this one made of several files.");

    private T Own<T>(T owned)
        where T : IDisposable
    {
        _owned.Push(owned);
        return owned;
    }
}
