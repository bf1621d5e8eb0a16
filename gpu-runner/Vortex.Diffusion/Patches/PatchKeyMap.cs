using Vortex.Diffusion.Networks;

namespace Vortex.Diffusion.Patches;

/// <summary>Which weight a name in a LoRA file means: names by trainer (kohya, diffusers, LyCORIS, the checkpoint's own) to keys of weights.</summary>
/// <remarks>The names and keys are those of ComfyUI; keys of a UNet begin with <c>diffusion_model.</c>, those of text encoders with <c>clip_l.transformer.</c> and the like.</remarks>
public sealed class PatchKeyMap
{
    /// <summary>What keys of a diffusion network begin with.</summary>
    public const string NetworkPrefix = "diffusion_model.";

    private const string Weight = ".weight";
    private const int MaxTextLayers = 32;

    private static readonly (string Layer, string Name)[] s_textLayers =
    [
        ("mlp.fc1", "mlp_fc1"), ("mlp.fc2", "mlp_fc2"),
        ("self_attn.k_proj", "self_attn_k_proj"), ("self_attn.q_proj", "self_attn_q_proj"),
        ("self_attn.v_proj", "self_attn_v_proj"), ("self_attn.out_proj", "self_attn_out_proj"),
    ];

    private readonly Dictionary<string, string> _keys = new(StringComparer.Ordinal);
    private readonly List<string> _order = [];

    private PatchKeyMap()
    {
    }

    /// <summary>Gets the names in the order they are looked for: of two names for one weight the later one wins.</summary>
    public IReadOnlyList<string> Names => _order;

    /// <summary>Gets the key of a name.</summary>
    public string this[string name] => _keys[name];

    /// <summary>Makes the map of a UNet.</summary>
    /// <param name="keys">Its weights, without <see cref="NetworkPrefix"/>.</param>
    /// <param name="config">Its build; null leaves diffusers' names out.</param>
    public static PatchKeyMap ForNetwork(IEnumerable<string> keys, UNetConfig? config)
    {
        PatchKeyMap map = new();
        foreach (string key in keys)
        {
            string full = NetworkPrefix + key;
            if (!key.EndsWith(Weight, StringComparison.Ordinal))
            {
                map.Add(full, full);
                continue;
            }

            string layer = key[..^Weight.Length];
            map.Add($"lora_unet_{layer.Replace('.', '_')}", full);
            map.Add(NetworkPrefix + layer, full);
        }

        foreach ((string name, string native) in config is null ? [] : DiffusersNames.Of(config))
        {
            string key = $"{NetworkPrefix}{native}{Weight}";
            string plain = name.Replace('.', '_');
            map.Add($"lora_unet_{plain}", key);
            map.Add($"lycoris_{plain}", key);
            string processor = name.Replace(".to_", ".processor.to_", StringComparison.Ordinal);
            processor = processor.EndsWith(".to_out.0", StringComparison.Ordinal) ? processor[..^2] : processor;
            map.Add(processor, key);
            map.Add($"unet.{processor}", key);
        }

        return map;
    }

    /// <summary>Makes the map of text encoders.</summary>
    /// <param name="keys">Their weights, such as <c>clip_l.transformer.text_model.encoder.layers.0.mlp.fc1.weight</c>.</param>
    public static PatchKeyMap ForText(IEnumerable<string> keys)
    {
        PatchKeyMap map = new();
        HashSet<string> there = [.. keys];
        foreach (string key in there.Where(key => key.EndsWith(Weight, StringComparison.Ordinal)))
        {
            map.Add($"text_encoders.{key[..^Weight.Length]}", key);
        }

        bool hasL = false;
        for (int i = 0; i < MaxTextLayers; i++)
        {
            foreach ((string layer, string name) in s_textLayers)
            {
                string Key(string encoder) => $"{encoder}.transformer.text_model.encoder.layers.{i}.{layer}{Weight}";
                string kohya = $"text_model_encoder_layers_{i}_{name}";
                string diffusers = $"text_model.encoder.layers.{i}.{layer}";
                foreach (string only in (string[])["clip_h", "clip_l"])
                {
                    if (there.Contains(Key(only)))
                    {
                        hasL |= only == "clip_l";
                        map.Add($"lora_te_{kohya}", Key(only));
                        map.Add($"lora_te1_{kohya}", Key(only));
                        map.Add($"text_encoder.{diffusers}", Key(only));
                    }
                }

                if (there.Contains(Key("clip_g")))
                {
                    // Alone (SDXL's refiner) it is the first encoder; beside CLIP-L the second.
                    map.Add(hasL ? $"lora_te2_{kohya}" : $"lora_te_{kohya}", Key("clip_g"));
                    map.Add(hasL ? $"text_encoder_2.{diffusers}" : $"text_encoder.{diffusers}", Key("clip_g"));
                    if (!hasL)
                    {
                        map.Add($"lora_prior_te_{kohya}", Key("clip_g"));
                    }
                }
            }
        }

        map.AddIf(there, "clip_g.transformer.text_projection.weight", "lora_prior_te_text_projection", "lora_te2_text_projection");
        map.AddIf(there, "clip_l.transformer.text_projection.weight", "lora_te1_text_projection");
        return map;
    }

    private void Add(string name, string key)
    {
        if (!_keys.ContainsKey(name))
        {
            _order.Add(name);
        }

        _keys[name] = key;
    }

    private void AddIf(HashSet<string> there, string key, params ReadOnlySpan<string> names)
    {
        if (there.Contains(key))
        {
            foreach (string name in names)
            {
                Add(name, key);
            }
        }
    }
}
