using Vortex.Diffusion.Files;
using Vortex.Tensors;

namespace Vortex.Diffusion.Patches;

/// <summary>A LoRA file read for one network: patches by the key of their weight, and what means nothing there.</summary>
/// <remarks>
/// Read are LoRA and LoCon (names of kohya, diffusers, PEFT and the checkpoint itself), LoHa, LoKr, DoRA, GLoRA, OFT, BOFT, plain differences, norms and
/// whole weights. Formulas are those of LyCORIS as ComfyUI applies them. The file must stay open as long as patches are applied.
/// </remarks>
public sealed class PatchFile
{
    private PatchFile(IReadOnlyDictionary<string, WeightPatch> patches, IReadOnlyList<string> unused) => (Patches, Unused) = (patches, unused);

    /// <summary>Gets the patches by key.</summary>
    public IReadOnlyDictionary<string, WeightPatch> Patches { get; }

    /// <summary>Gets the tensors of the file that mean nothing to this network, ordered. They may mean something to another one, as a text encoder's do.</summary>
    public IReadOnlyList<string> Unused { get; }

    /// <summary>Reads the header of a file; tensors are loaded when they are applied.</summary>
    /// <exception cref="DiffusionException">A scale is not a number.</exception>
    public static PatchFile Read(IModelFile file, ITensorBackend backend, PatchKeyMap map)
    {
        Dictionary<string, WeightPatch> patches = new(StringComparer.Ordinal);
        HashSet<string> used = new(StringComparer.Ordinal);
        HashSet<string> starts = Starts(file);
        foreach (string name in map.Names)
        {
            if (!starts.Contains(name))
            {
                continue;
            }

            PatchTensors tensors = new(file, backend, name);
            string key = map[name];
            foreach ((string target, WeightPatch patch) in Find(tensors, key))
            {
                patches[target] = patch;
                used.UnionWith(tensors.Used);
            }
        }

        return new PatchFile(patches, [.. file.Tensors.Keys.Where(key => !used.Contains(key)).Order(StringComparer.Ordinal)]);
    }

    // Where a name has several kinds the last one counts, as in the reference.
    private static IEnumerable<(string Key, WeightPatch Patch)> Find(PatchTensors tensors, string key)
    {
        Func<PatchTensors, WeightPatch?>[] kinds =
            [LowRankPatch.Find, HadamardPatch.Find, KroneckerPatch.Find, GeneralizedPatch.Find, OrthogonalPatch.Find, ButterflyPatch.Find];
        foreach (Func<PatchTensors, WeightPatch?> kind in kinds)
        {
            if (kind(tensors) is { } patch)
            {
                yield return (key, patch);
            }
        }

        string bias = key.EndsWith(".weight", StringComparison.Ordinal) ? $"{key[..^".weight".Length]}.bias" : key;
        if (tensors.ShapeOf(".w_norm") is { } norm)
        {
            yield return (key, new AddedPatch(tensors, ".w_norm", norm));
            if (tensors.ShapeOf(".b_norm") is { } normBias)
            {
                yield return (bias, new AddedPatch(tensors, ".b_norm", normBias));
            }
        }

        if (tensors.ShapeOf(".diff") is { } difference)
        {
            yield return (key, new AddedPatch(tensors, ".diff", difference));
        }

        if (tensors.ShapeOf(".diff_b") is { } biasDifference)
        {
            yield return (bias, new AddedPatch(tensors, ".diff_b", biasDifference));
        }

        if (tensors.ShapeOf(".set_weight") is { } whole)
        {
            yield return (key, new ReplacingPatch(tensors, whole));
        }
    }

    // Maps have thousands of names and files hundreds of layers: what the file's names begin with is looked up once.
    private static HashSet<string> Starts(IModelFile file)
    {
        HashSet<string> starts = new(StringComparer.Ordinal);
        foreach (string key in file.Tensors.Keys)
        {
            for (int dot = key.IndexOf('.', StringComparison.Ordinal); dot >= 0; dot = key.IndexOf('.', dot + 1))
            {
                starts.Add(key[..dot]);
            }

            // diffusers' attention processors: name_lora.up.weight.
            int lora = key.IndexOf("_lora.", StringComparison.Ordinal);
            if (lora > 0)
            {
                starts.Add(key[..lora]);
            }
        }

        return starts;
    }
}
