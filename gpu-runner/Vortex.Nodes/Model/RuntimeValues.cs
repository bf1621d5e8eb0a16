using System.Text.Json;
using Vortex.Diffusion.Conditioning;
using Vortex.Diffusion.Latents;
using Vortex.Diffusion.Recipes;
using Vortex.Imaging;
using Vortex.Workflows;

namespace Vortex.Nodes;

/// <summary>Turns constants and values of other nodes into what a node method's parameter takes.</summary>
/// <remarks>
/// Runtime values are <see cref="ImageBatch"/>, <see cref="MaskBatch"/>, text, <see cref="long"/> or <see cref="ulong"/>, <see cref="double"/>,
/// <see cref="bool"/>, <see cref="JsonElement"/> (constants, and values of type Json), <see cref="NodeFile"/>, <see cref="ModelFileRef"/>,
/// <see cref="LatentBatch"/>, <see cref="ConditioningList"/>, <see cref="VisionOutput"/>, recipes of models, samplers, guiders and noises, <see cref="SigmaSchedule"/>.
/// </remarks>
public static class RuntimeValues
{
    /// <summary>Converts a value for a parameter.</summary>
    /// <exception cref="NodeProblemException">The value does not fit: code <c>node.wrong_type</c> or <c>node.out_of_range</c>.</exception>
    public static object? Convert(object? value, Type target, NodeInput input)
    {
        Type type = Nullable.GetUnderlyingType(target) ?? target;
        if (value is JsonElement json && type != typeof(JsonElement))
        {
            value = FromJson(json);
        }

        if (value is null || type.IsInstanceOfType(value))
        {
            return value;
        }

        if (type == typeof(JsonElement))
        {
            return JsonSerializer.SerializeToElement(value, value.GetType());
        }

        if (type == typeof(string) && value is long or ulong or double or bool)
        {
            // ComfyUI writes a number in a text input as Python does.
            return PythonText.Of(value);
        }

        object? converted = Numeric(value, type, input);
        return converted ?? throw new NodeProblemException(
            "node.wrong_type", input.Name, $"'{input.Name}' takes {input.Type}, but got {Describe(value)}.");
    }

    /// <summary>Turns JSON into a runtime value; objects and arrays stay JSON.</summary>
    public static object? FromJson(JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.String => json.GetString(),
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        JsonValueKind.Null or JsonValueKind.Undefined => null,
        JsonValueKind.Number => Number(json),
        _ => json,
    };

    /// <summary>Names a runtime value's type for a message.</summary>
    public static string Describe(object? value) => value switch
    {
        null => "nothing",
        ImageBatch image => $"pictures {image.Count}x{image.Height}x{image.Width}x{image.Channels}",
        MaskBatch mask => $"masks {mask.Count}x{mask.Height}x{mask.Width}",
        string => "text",
        long or ulong or int => "a whole number",
        double or float => "a number",
        bool => "true or false",
        JsonElement json => $"JSON ({json.ValueKind})",
        LatentBatch latent => $"latents {latent.Count}x{latent.Channels}x{latent.Height}x{latent.Width}",
        ConditioningList list => $"a conditioning of {list.Entries.Length}",
        ModelRecipe => "a model",
        TextRecipe => "a text encoder",
        VaeRecipe => "a VAE",
        ControlRecipe => "a control network",
        VisionRecipe => "a picture encoder",
        VisionOutput => "an encoded picture",
        UpscalerRecipe => "an upscaler",
        StyleRecipe => "a style model",
        GligenRecipe => "a GLIGEN model",
        SamplerRecipe sampler => $"the sampler {sampler.Name}",
        SigmaSchedule sigmas => $"{sigmas.Values.Length} sigmas",
        GuiderRecipe => "a guider",
        NoiseRecipe => "a noise",
        ModelFileRef file => $"the model file {file.Name}",
        _ => value.GetType().Name,
    };

    private static object Number(JsonElement json)
    {
        if (json.TryGetInt64(out long whole))
        {
            return whole;
        }

        if (json.TryGetUInt64(out ulong large))
        {
            return large;
        }

        return json.GetDouble();
    }

    private static object? Numeric(object value, Type type, NodeInput input)
    {
        try
        {
            // A whole-number input takes 3.0 as ComfyUI does, which hands it on through Python's int().
            return (value, type) switch
            {
                (long or ulong or double or bool, _) when type == typeof(double) => System.Convert.ToDouble(value, null),
                (long or ulong or double or bool, _) when type == typeof(float) => System.Convert.ToSingle(value, null),
                (double d, _) when type == typeof(long) && !double.IsNaN(d) => checked((long)Math.Truncate(d)),
                (double d, _) when type == typeof(int) && !double.IsNaN(d) => checked((int)Math.Truncate(d)),
                (double d, _) when type == typeof(ulong) && !double.IsNaN(d) => checked((ulong)Math.Truncate(d)),
                (long or ulong or bool, _) when type == typeof(long) => System.Convert.ToInt64(value, null),
                (long or ulong or bool, _) when type == typeof(int) => System.Convert.ToInt32(value, null),
                (long or ulong or bool, _) when type == typeof(ulong) => System.Convert.ToUInt64(value, null),
                (long or ulong, _) when type == typeof(bool) => System.Convert.ToBoolean(value, null),
                _ => null,
            };
        }
        catch (OverflowException)
        {
            throw new NodeProblemException("node.out_of_range", input.Name, $"'{input.Name}' is {value}, which is beyond what it can hold.");
        }
    }
}
