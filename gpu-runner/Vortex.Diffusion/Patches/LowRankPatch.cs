using Vortex.Tensors;

namespace Vortex.Diffusion.Patches;

/// <summary>LoRA and LoCon: up * down, for convolutions with a core between them (CP decomposition).</summary>
internal sealed class LowRankPatch : DifferencePatch
{
    // As kohya, diffusers (two), PEFT, transformers and their variants name the factors.
    private static readonly (string Up, string Down)[] s_names =
    [
        (".lora_up.weight", ".lora_down.weight"),
        ("_lora.up.weight", "_lora.down.weight"),
        (".lora_B.weight", ".lora_A.weight"),
        (".lora.up.weight", ".lora.down.weight"),
        (".lora_B", ".lora_A"),
        (".lora_linear_layer.up.weight", ".lora_linear_layer.down.weight"),
        (".lora_B.default.weight", ".lora_A.default.weight"),
    ];

    private readonly (string Up, string Down) _names;
    private readonly Shape _up;
    private readonly Shape _down;
    private readonly Shape? _core;

    private LowRankPatch(PatchTensors tensors, (string Up, string Down) names, Shape up, Shape down)
        : base(tensors)
    {
        (_names, _up, _down) = (names, up, down);
        _core = names.Up == s_names[0].Up ? tensors.ShapeOf(".lora_mid.weight") : null;
    }

    /// <summary>Makes the patch where its tensors are there.</summary>
    public static LowRankPatch? Find(PatchTensors tensors)
    {
        foreach ((string Up, string Down) names in s_names)
        {
            if (tensors.ShapeOf(names.Up) is { } up && tensors.ShapeOf(names.Down) is { } down)
            {
                return new LowRankPatch(tensors, names, up, down);
            }
        }

        return null;
    }

    protected override string? DifferenceMisfit(Shape weight)
    {
        if (_up.Rank == 0 || _down.Rank == 0 || _up.Count == 0 || _down.Count == 0)
        {
            return $"{Description} is empty";
        }

        long inner = _up.Count / _up[0];
        if (_core is { } core)
        {
            bool fits = core.Rank == 4 && _down.Rank >= 2 && core.Count > 0 && core[1] == _down[0] && core[0] == _down[0] && inner == _down[0];
            return fits
                ? Expect((long)_up[0] * (_down.Count / _down[0]) * core[2] * core[3], weight)
                : $"{Description} has factors {_up}, {core} and {_down}, which do not fit each other";
        }

        return inner == _down[0]
            ? Expect((long)_up[0] * (_down.Count / _down[0]), weight)
            : $"{Description} has factors {_up} and {_down}, which do not fit each other";
    }

    protected override (Tensor Difference, double Scale) Difference(Tensor weight, float strength)
    {
        Tensor down = Flat(Tensors.Load(_names.Down));
        if (_core is { } shape)
        {
            // The core's input dimension meets the down factor's rank.
            Tensor core = Tensors.Load(".lora_mid.weight").Transpose(0, 1).Reshape(shape[1], -1);
            down = down.Transpose(0, 1).MatMul(core).Reshape((int)(_down.Count / _down[0]), _down[0], shape[2], shape[3]).Transpose(0, 1).Reshape(_down[0], -1);
        }

        return (Flat(Tensors.Load(_names.Up)).MatMul(down), Alpha is { } alpha ? (double)alpha / _down[0] : 1);
    }
}
