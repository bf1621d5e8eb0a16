using System.Collections;
using System.Collections.Immutable;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using System.Text.Json;
using Vortex.Diffusion;
using Vortex.Imaging;
using Vortex.Workflows;

namespace Vortex.Nodes;

/// <summary>A node type and the method that computes it.</summary>
public sealed class NodeMethod
{
    private readonly MethodInvoker _invoker;
    private readonly ImmutableArray<Argument> _arguments;
    private readonly Func<object, object?>? _taskResult;
    private readonly ImmutableDictionary<string, Choice> _lazy;

    private NodeMethod(NodeType type, MethodInfo method, ImmutableArray<Argument> arguments)
    {
        Type = type;
        _arguments = arguments;
        _lazy = Choices(type, method);
        _invoker = MethodInvoker.Create(method);
        if (typeof(Task).IsAssignableFrom(method.ReturnType) && method.ReturnType != typeof(Task))
        {
            PropertyInfo result = method.ReturnType.GetProperty(nameof(Task<object>.Result))!;
            _taskResult = result.GetValue;
        }
    }

    private enum ArgumentKind
    {
        Input,
        Context,
        Cancellation,
    }

    /// <summary>Gets the catalog entry.</summary>
    public NodeType Type { get; }

    /// <summary>Gets whether some input is needed only when another one says so.</summary>
    public bool IsLazy => _lazy.Count > 0;

    /// <summary>Returns the input that decides whether <paramref name="input"/> is needed; null when it always is.</summary>
    public string? DeciderOf(string input) => _lazy.TryGetValue(input, out Choice? choice) ? choice.Decider.Name : null;

    /// <summary>Says whether <paramref name="input"/> is needed.</summary>
    /// <param name="input">The input.</param>
    /// <param name="decision">The runtime value of <see cref="DeciderOf"/>; null takes its default.</param>
    /// <exception cref="NodeProblemException">The decision is not of its input's type.</exception>
    public bool Needs(string input, object? decision)
    {
        if (!_lazy.TryGetValue(input, out Choice? choice))
        {
            return true;
        }

        object? value = RuntimeValues.Convert(decision ?? choice.Decider.Default, choice.At.GetType(), choice.Decider);
        return Equals(value, choice.At);
    }

    /// <summary>Runs the method once.</summary>
    /// <param name="inputs">Runtime values by input name; for a type that takes lists each is an <c>IReadOnlyList&lt;object?&gt;</c>. Missing ones take their defaults.</param>
    /// <param name="context">What the node may touch.</param>
    /// <returns>Runtime values by slot.</returns>
    /// <exception cref="NodeProblemException">An input is missing or not what the node can work with.</exception>
    public async Task<ImmutableArray<object?>> InvokeAsync(IReadOnlyDictionary<string, object?> inputs, NodeContext context)
    {
        object?[] arguments = new object?[_arguments.Length];
        for (int i = 0; i < arguments.Length; i++)
        {
            Argument argument = _arguments[i];
            arguments[i] = argument.Kind switch
            {
                ArgumentKind.Context => context,
                ArgumentKind.Cancellation => context.CancellationToken,
                _ => Bind(argument, inputs),
            };
        }

        object? result;
        try
        {
            result = Call(arguments);
            if (result is Task task)
            {
                await task;
                result = _taskResult?.Invoke(task);
            }
        }
        catch (ImagingException problem)
        {
            // Picture operations name the argument at fault; it is a port where the node has an input of that name.
            throw new NodeProblemException(problem.Code, Type.FindInput(problem.Argument) is null ? null : problem.Argument, problem.Message);
        }
        catch (DiffusionException problem)
        {
            throw new NodeProblemException(problem.Code, problem.Argument is { } port && Type.FindInput(port) is not null ? port : null, problem.Message);
        }

        if (Type.Outputs.Length == 0)
        {
            return [];
        }

        return result is ITuple tuple && Type.Outputs.Length > 1
            ? [.. Enumerable.Range(0, tuple.Length).Select(i => tuple[i])]
            : [result];
    }

    internal static NodeMethod From(string pack, MethodInfo method, NodeAttribute node)
    {
        NodeHelp help = NodeHelp.Of(method);
        List<Argument> arguments = [];
        List<NodeInput> inputs = [];
        foreach (ParameterInfo parameter in method.GetParameters())
        {
            if (parameter.ParameterType == typeof(NodeContext) || parameter.ParameterType == typeof(CancellationToken))
            {
                arguments.Add(new Argument(parameter.ParameterType == typeof(NodeContext) ? ArgumentKind.Context : ArgumentKind.Cancellation, null, parameter.ParameterType));
                continue;
            }

            NodeInput input = NodeSignature.Input(parameter, node.TakesLists, help);
            inputs.Add(input);
            arguments.Add(new Argument(ArgumentKind.Input, input, parameter.ParameterType) { ListOf = node.TakesLists ? parameter.ParameterType.GetGenericArguments()[0] : null });
        }

        NodeType type = new()
        {
            Name = node.Name,
            Version = node.Version,
            Pack = pack,
            DisplayName = node.DisplayName ?? node.Name,
            Category = node.Category,
            Description = help.Summary,
            Inputs = [.. inputs],
            Outputs = NodeSignature.Outputs(method),
            IsOutput = node.IsOutput,
            TakesLists = node.TakesLists,
            IsDeterministic = !node.IsNonDeterministic,
            Resources = new NodeResources(node.Cost, node.NeedsGpu),
            IsExecutable = true,
            IsDeprecated = node.IsDeprecated,
        };
        return new NodeMethod(type, method, [.. arguments]);
    }

    private static ImmutableDictionary<string, Choice> Choices(NodeType type, MethodInfo method)
    {
        ImmutableDictionary<string, Choice>.Builder choices = ImmutableDictionary.CreateBuilder<string, Choice>(StringComparer.Ordinal);
        foreach (ParameterInfo parameter in method.GetParameters())
        {
            if (parameter.GetCustomAttribute<InputAttribute>() is { ChosenBy: { } decider, ChosenAt: { } at } attribute)
            {
                NodeInput deciding = type.FindInput(decider)
                    ?? throw new InvalidOperationException($"{method.Name}: '{parameter.Name}' is chosen by '{decider}', which is no input.");
                choices.Add(attribute.Name ?? NodeSignature.SnakeCase(parameter.Name!), new Choice(deciding, at));
            }
        }

        return choices.ToImmutable();
    }

    private object? Call(object?[] arguments)
    {
        try
        {
            return _invoker.Invoke(null, arguments.AsSpan());
        }
        catch (TargetInvocationException exception) when (exception.InnerException is { } inner)
        {
            // What the node threw, as it threw it: the runner tells problems apart by type.
            ExceptionDispatchInfo.Throw(inner);
            throw;
        }
    }

    private object? Bind(Argument argument, IReadOnlyDictionary<string, object?> inputs)
    {
        NodeInput input = argument.Input!;
        bool isGiven = inputs.TryGetValue(input.Name, out object? value);
        if (isGiven && value is null && argument.ParameterType == typeof(object))
        {
            return null;
        }

        if (value is null)
        {
            if (input.Default is { } fallback)
            {
                value = argument.ListOf is null ? fallback : new object?[] { fallback };
            }
            else if (input.IsRequired && !_lazy.ContainsKey(input.Name))
            {
                throw new NodeProblemException("node.missing_input", input.Name, $"'{input.Name}' has no value; connect it or set one.");
            }
            else
            {
                return null;
            }
        }

        if (argument.ListOf is not { } element)
        {
            return Checked(RuntimeValues.Convert(value, argument.ParameterType, input), input);
        }

        IReadOnlyList<object?> items = value as IReadOnlyList<object?> ?? [value];
        IList list = (IList)Activator.CreateInstance(typeof(List<>).MakeGenericType(element), items.Count)!;
        foreach (object? item in items)
        {
            list.Add(Checked(RuntimeValues.Convert(item, element, input), input));
        }

        return list;
    }

    // A constant was checked with the document; a text that another node computed was not.
    private static object? Checked(object? value, NodeInput input) =>
        value is string text && input.Choices.Length > 0 && !input.Choices.Contains(text, StringComparer.Ordinal)
            ? throw new NodeProblemException(
                "node.unknown_choice", input.Name, $"'{input.Name}' got '{Short(text)}'; it must be one of: {string.Join(", ", input.Choices)}.")
            : value;

    private static string Short(string text) => text.Length <= 60 ? text : string.Concat(text.AsSpan(0, 60), "…");

    private sealed record Choice(NodeInput Decider, object At);

    private sealed record Argument(ArgumentKind Kind, NodeInput? Input, Type ParameterType)
    {
        public Type? ListOf { get; init; }
    }
}
