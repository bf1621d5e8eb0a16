using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Globalization;
using System.Reflection;
using System.Text;
using System.Text.Json;
using Vortex.Diffusion.Conditioning;
using Vortex.Diffusion.Latents;
using Vortex.Diffusion.Recipes;
using Vortex.Imaging;
using Vortex.Workflows;

namespace Vortex.Nodes;

/// <summary>Reads inputs and outputs of a node type off its method.</summary>
internal static class NodeSignature
{
    private static readonly NullabilityInfoContext s_nullability = new();

    // Types of ComfyUI that have no name of ours keep their own.
    private static readonly FrozenDictionary<Type, PortType> s_models = new Dictionary<Type, PortType>
    {
        [typeof(LatentBatch)] = PortType.Latent,
        [typeof(ConditioningList)] = new("CONDITIONING"),
        [typeof(ModelRecipe)] = new("MODEL"),
        [typeof(TextRecipe)] = new("CLIP"),
        [typeof(VaeRecipe)] = new("VAE"),
        [typeof(ControlRecipe)] = new("CONTROL_NET"),
        [typeof(VisionRecipe)] = new("CLIP_VISION"),
        [typeof(VisionOutput)] = new("CLIP_VISION_OUTPUT"),
        [typeof(UpscalerRecipe)] = new("UPSCALE_MODEL"),
        [typeof(StyleRecipe)] = new("STYLE_MODEL"),
        [typeof(GligenRecipe)] = new("GLIGEN"),
        [typeof(SamplerRecipe)] = new("SAMPLER"),
        [typeof(SigmaSchedule)] = new("SIGMAS"),
        [typeof(GuiderRecipe)] = new("GUIDER"),
        [typeof(NoiseRecipe)] = new("NOISE"),
    }.ToFrozenDictionary();

    public static NodeInput Input(ParameterInfo parameter, bool takesLists, NodeHelp help)
    {
        InputAttribute attribute = parameter.GetCustomAttribute<InputAttribute>() ?? new InputAttribute();
        Type type = takesLists ? parameter.ParameterType.GetGenericArguments()[0] : parameter.ParameterType;
        PortType port = attribute.Type is { } named ? new PortType(named)
            : attribute.ModelFolder is not null ? PortType.ModelRef
            : attribute.Choices is not null || attribute.ChoicesOf is not null ? PortType.Choice
            : Port(type) ?? throw new InvalidOperationException($"{parameter.Member.Name}: no port type for parameter '{parameter.Name}' of type {type}.");
        object? fallback = attribute.Default ?? (parameter.HasDefaultValue ? parameter.DefaultValue : null);
        return new NodeInput
        {
            Name = attribute.Name ?? SnakeCase(parameter.Name!),
            Type = port,
            IsRequired = !attribute.Optional && !IsNullable(parameter),
            Default = fallback is null ? null : JsonSerializer.SerializeToElement(fallback, fallback.GetType()),
            Min = Number(attribute.Min),
            Max = Number(attribute.Max),
            Step = Number(attribute.Step),
            Choices = Choices(attribute),
            ModelFolder = attribute.ModelFolder,
            IsMultiline = attribute.Multiline,
            IsPrompt = attribute.Prompt,
            HasControlAfterGenerate = attribute.ControlAfterGenerate,
            EdgeOnly = attribute.EdgeOnly,
            Tooltip = help.Parameter(parameter.Name!),
        };
    }

    public static ImmutableArray<NodeOutput> Outputs(MethodInfo method)
    {
        Type returned = method.ReturnType;
        if (returned == typeof(void) || returned == typeof(Task))
        {
            return [];
        }

        if (returned.IsGenericType && returned.GetGenericTypeDefinition() == typeof(Task<>))
        {
            returned = returned.GetGenericArguments()[0];
        }

        bool isTuple = returned.IsGenericType && returned.FullName!.StartsWith("System.ValueTuple`", StringComparison.Ordinal);
        ImmutableArray<Type> slots = isTuple ? [.. returned.GetGenericArguments()] : [returned];
        OutputsAttribute? names = method.GetCustomAttribute<OutputsAttribute>();
        if (names is not null && names.Names.Length != slots.Length)
        {
            throw new InvalidOperationException($"{method.Name}: {names.Names.Length} output names for {slots.Length} outputs.");
        }

        ImmutableArray<NodeOutput>.Builder outputs = ImmutableArray.CreateBuilder<NodeOutput>(slots.Length);
        for (int i = 0; i < slots.Length; i++)
        {
            bool isList = names?.Lists.Contains(i) == true;
            Type type = isList ? slots[i].GetGenericArguments()[0] : slots[i];
            PortType port = names?.Types?[i] is { } named ? new PortType(named)
                : Port(type) ?? throw new InvalidOperationException($"{method.Name}: no port type for output {i} of type {type}.");
            outputs.Add(new NodeOutput(names?.Names[i] ?? ComfyName(port), port, isList));
        }

        return outputs.MoveToImmutable();
    }

    private static ImmutableArray<string> Choices(InputAttribute attribute) => attribute.ChoicesOf is { } list
        ? (ImmutableArray<string>)list.GetProperty("All", BindingFlags.Public | BindingFlags.Static)!.GetValue(null)!
        : [.. attribute.Choices ?? []];

    private static PortType? Port(Type type)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        return type == typeof(ImageBatch) ? PortType.Image
            : type == typeof(MaskBatch) ? PortType.Mask
            : type == typeof(string) ? PortType.Text
            : type == typeof(long) || type == typeof(int) || type == typeof(ulong) || type == typeof(Int128) ? PortType.Integer
            : type == typeof(double) || type == typeof(float) ? PortType.Number
            : type == typeof(bool) ? PortType.Bool
            : type == typeof(JsonElement) ? PortType.Json
            : type == typeof(NodeFile) ? PortType.File
            : type == typeof(object) ? PortType.Any
            : s_models.TryGetValue(type, out PortType model) ? model
            : null;
    }

    private static bool IsNullable(ParameterInfo parameter) =>
        Nullable.GetUnderlyingType(parameter.ParameterType) is not null
        || (!parameter.ParameterType.IsValueType && s_nullability.Create(parameter).ReadState == NullabilityState.Nullable);

    private static decimal? Number(object? value) => value is null ? null : Convert.ToDecimal(value, CultureInfo.InvariantCulture);

    // What ComfyUI calls an output that has no name of its own.
    private static string ComfyName(PortType port) => port.Name switch
    {
        "Text" => "STRING",
        "Number" => "FLOAT",
        "Integer" => "INT",
        "Bool" => "BOOLEAN",
        "Choice" => "COMBO",
        _ => port.Name.ToUpperInvariant(),
    };

    internal static string SnakeCase(string name)
    {
        StringBuilder text = new(name.Length + 4);
        foreach (char c in name)
        {
            if (char.IsUpper(c))
            {
                text.Append('_');
            }

            text.Append(char.ToLowerInvariant(c));
        }

        return text.ToString();
    }
}
