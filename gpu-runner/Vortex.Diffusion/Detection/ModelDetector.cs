using Vortex.Diffusion.Files;
using Vortex.Diffusion.Networks;
using Vortex.Tensors;

namespace Vortex.Diffusion.Detection;

/// <summary>Tells from keys and shapes what a model file holds: its sort, its family and the build of its networks. No name or ending is trusted.</summary>
public static class ModelDetector
{
    private const string VelocityTell = "output_blocks.11.1.transformer_blocks.0.norm1.bias";

    private static readonly string[] s_prefixes = ["model.diffusion_model.", "model.model.", "net.", "model.", ""];

    /// <summary>Looks at a file.</summary>
    /// <param name="file">The file; of its values at most one small tensor is read.</param>
    /// <param name="backend">Reads that tensor.</param>
    public static DetectedModel Detect(IModelFile file, ITensorBackend backend) =>
        Detect(file.Name, file.Tensors.Values.Select(info => KeyValuePair.Create(info.Name, info.Shape)), key => Values(file, key, backend));

    /// <summary>Looks at keys and shapes.</summary>
    /// <param name="name">What the file is called in messages.</param>
    /// <param name="shapes">Its keys and shapes.</param>
    /// <param name="values">Reads a tensor's values; null where there are none, and SD 2 is then taken to predict noise.</param>
    public static DetectedModel Detect(string name, IEnumerable<KeyValuePair<string, Shape>> shapes, Func<string, float[]?>? values = null)
    {
        KeyIndex all = new(shapes);
        DetectedModel nothing = new() { File = name };
        if (KindDetector.ControlPrefix(all) is { } control)
        {
            return ControlNet(nothing, all, control);
        }

        // The prefix with the most keys first, as ComfyUI chooses; then the others, for files cut out of checkpoints.
        foreach (string prefix in s_prefixes.OrderByDescending(prefix => prefix is "" or "model." ? 0 : CountIfMany(all, prefix)))
        {
            if (DiffusionModel(nothing, all, prefix, values) is { } found)
            {
                return found;
            }
        }

        (ModelKind kind, string? detail) = KindDetector.Find(all);
        return nothing with
        {
            Kind = kind,
            Detail = detail,
            VaePrefix = kind == ModelKind.Vae ? "" : null,
            IsDiffusersLayout = kind == ModelKind.Vae && DiffusersKeys.IsVae(all.Keys),
            VisionPrefix = kind == ModelKind.ClipVision ? KindDetector.ClipVisionPrefix(all) : null,
            TextEncoders = kind == ModelKind.TextEncoder ? [TextEncoderDetector.Alone(all)!] : [],
        };
    }

    private static int CountIfMany(KeyIndex all, string prefix)
    {
        int count = all.Keys.Count(key => key.StartsWith(prefix, StringComparison.Ordinal));
        return count > 5 ? count : 0;
    }

    private static DetectedModel? DiffusionModel(DetectedModel nothing, KeyIndex all, string prefix, Func<string, float[]?>? values)
    {
        if (prefix.Length > 0 && !all.HasUnder(prefix))
        {
            return null;
        }

        KeyIndex keys = all.Under(prefix);
        bool isDiffusers = DiffusersKeys.IsUNet(keys.Keys);
        if (isDiffusers)
        {
            Func<string, string> rename = DiffusersKeys.UNet(keys.Keys);
            keys = new KeyIndex(keys.Keys.Select(key => KeyValuePair.Create(rename(key), keys.ShapeOf(key)!.Value)));
        }

        UNetConfig? net = UNetDetector.Read(keys);
        ModelFamily? published = net is null ? OtherFamilies.Find(keys) : ModelFamilies.Ordered.FirstOrDefault(entry => entry.Matches(net, all))?.Family;
        ModelFamily? family = published ?? (net is null ? null : ModelFamilies.Nearest(net));
        if (net is null && family is null)
        {
            return null;
        }

        DetectedModel found = nothing with
        {
            Kind = ModelKind.DiffusionModel,
            Family = family,
            IsPublishedSize = published is not null,
            UNet = net is null || family is null ? net : net with { NumHeads = family.NumHeads, NumHeadChannels = family.NumHeadChannels },
            UNetPrefix = prefix,
            IsDiffusersLayout = isDiffusers,
            VaePrefix = new[] { "first_stage_model.", "vae." }.FirstOrDefault(vae => KindDetector.IsVae(all, vae)),
            TextEncoders = family is null || net is null ? [] : TextEncoderDetector.InCheckpoint(all, family),
            VisionPrefix = family?.VisionPrefix is { } vision && all.HasUnder(vision) ? vision : null,
        };
        bool isWhole = found.VaePrefix is not null || !found.TextEncoders.IsEmpty || all.HasUnder("text_encoders.") || all.HasUnder("cond_stage_model.") || all.HasUnder("conditioner.");
        return WithPrediction(found with { Kind = isWhole ? ModelKind.Checkpoint : ModelKind.DiffusionModel }, all, values);
    }

    private static DetectedModel WithPrediction(DetectedModel found, KeyIndex all, Func<string, float[]?>? values)
    {
        bool Has(string key) => all.Has(key) || all.Has(found.UNetPrefix + key);
        ModelFamily? family = found.Family;
        found = found with { Prediction = family?.Prediction ?? Prediction.Epsilon, Latents = family?.Latents };
        if (family is null || found.UNet is null)
        {
            return found;
        }

        if (family.Latents?.Name == LatentFormats.Sdxl.Name && family != ModelFamilies.SdxlRefiner)
        {
            return Has("edm_mean") && Has("edm_std") ? found with { Prediction = Prediction.Edm, Latents = LatentFormats.SdxlPlayground }
                : Has("edm_vpred.sigma_max") ? found with { Prediction = Prediction.VelocityEdm }
                : Has("v_pred") ? found with { Prediction = Prediction.Velocity, IsZeroTerminal = Has("ztsnr") }
                : found;
        }

        // Both predictions of SD 2 have equal keys and shapes; this bias is spread wider in those trained on velocity.
        bool isSd2 = family == ModelFamilies.Sd20 || family == ModelFamilies.Sd21UnclipL || family == ModelFamilies.Sd21UnclipH;
        return isSd2 && found.UNet.InChannels == 4 && values?.Invoke(found.UNetPrefix + VelocityTell) is { Length: > 1 } bias && Deviation(bias) > 0.09
            ? found with { Prediction = Prediction.Velocity }
            : found;
    }

    private static DetectedModel ControlNet(DetectedModel nothing, KeyIndex all, string prefix)
    {
        KeyIndex keys = all.Under(prefix);
        bool isDiffusers = DiffusersKeys.IsUNet(keys.Keys);
        if (isDiffusers)
        {
            Func<string, string> rename = DiffusersKeys.UNet(keys.Keys);
            keys = new KeyIndex(keys.Keys.Select(key => KeyValuePair.Create(rename(key), keys.ShapeOf(key)!.Value)));
        }

        UNetConfig? net = UNetDetector.Read(keys);
        ModelFamily? published = net is null ? null : ModelFamilies.Ordered.FirstOrDefault(entry => entry.Matches(net, all))?.Family;
        ModelFamily? family = published ?? (net is null ? null : ModelFamilies.Nearest(net));
        return nothing with
        {
            Kind = ModelKind.ControlNet,
            Family = family,
            IsPublishedSize = published is not null,
            UNet = net is null || family is null ? net : net with { NumHeads = family.NumHeads, NumHeadChannels = family.NumHeadChannels },
            UNetPrefix = prefix,
            IsDiffusersLayout = isDiffusers,
            Detail = KindDetector.Find(all).Detail,
        };
    }

    // Unbiased, as PyTorch's is.
    private static double Deviation(float[] values)
    {
        double mean = values.Average(value => (double)value);
        return Math.Sqrt(values.Sum(value => (value - mean) * (value - mean)) / (values.Length - 1));
    }

    private static float[]? Values(IModelFile file, string key, ITensorBackend backend)
    {
        if (!file.Tensors.TryGetValue(key, out TensorInfo? info) || info.Shape.Count > 1 << 20)
        {
            return null;
        }

        using Tensor tensor = file.Load(key, backend);
        float[] values = new float[tensor.Count];
        backend.Read(tensor, values);
        return values;
    }
}
