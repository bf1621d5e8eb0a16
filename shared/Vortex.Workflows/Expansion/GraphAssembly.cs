using System.Collections.Immutable;
using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace Vortex.Workflows;

/// <summary>Makes executable nodes of the flat ones: what each input gets, who runs at all, and in which order.</summary>
internal sealed class GraphAssembly(List<FlatNode> nodes, ValueResolver resolver, WorkflowLimits limits, ProblemList problems)
{
    private readonly Draft?[] _drafts = new Draft?[nodes.Count];

    public ExecutableGraph Build()
    {
        Queue<int> dropped = new();
        for (int i = 0; i < nodes.Count; i++)
        {
            if (nodes[i].Kind == FlatKind.Real)
            {
                _drafts[i] = Connect(nodes[i], i, dropped);
            }
        }

        List<(int Node, string Port)>?[] dependents = Dependents();
        DropDependents(dropped, dependents);
        CheckIds();
        for (int i = 0; i < nodes.Count; i++)
        {
            if (_drafts[i] is { } draft)
            {
                Fill(nodes[i], draft);
            }
        }

        // A graph with errors is not given out, and may lack what sorting relies on.
        return problems.HasErrors ? new ExecutableGraph([]) : Sort(dependents);
    }

    private Draft Connect(FlatNode node, int index, Queue<int> dropped)
    {
        Draft draft = new();
        foreach ((string port, FlatPort from) in node.Links)
        {
            if (node.Shape!.FindInput(port) is not { } input)
            {
                continue;
            }

            FlatValue value = resolver.Follow(from);
            switch (value.Kind)
            {
                case FlatValueKind.Output:
                    draft.Links[port] = (value.Node, value.Slot);
                    CheckType(node, input, value);
                    break;
                case FlatValueKind.Constant:
                    Take(node, draft, input, value.Constant);
                    break;
                case FlatValueKind.Dead when input.IsRequired:
                    draft.IsDead = true;
                    break;
                case FlatValueKind.Dead:
                    draft.Unconnected.Add(port);
                    break;
            }
        }

        if (draft.IsDead)
        {
            dropped.Enqueue(index);
        }

        return draft;
    }

    private void CheckType(FlatNode node, NodeInput input, FlatValue value)
    {
        FlatNode source = nodes[value.Node];
        PortType type = source.Shape!.Type.Outputs[value.Slot].Type;
        if (!PortAdapters.Fits(type, input.Type))
        {
            Add(
                WorkflowProblemCodes.TypeMismatch,
                $"'{Quote.Short(source.Id)}' gives {type}, which arrives at '{Quote.Short(input.Name)}', but that takes {input.Type}.",
                node,
                input.Name);
        }
    }

    private void Take(FlatNode node, Draft draft, NodeInput input, JsonElement value)
    {
        if (ConstantRules.IsAbsent(value))
        {
            return;
        }

        if (ConstantRules.Check(input with { EdgeOnly = false }, value, limits) is { } wrong)
        {
            Add(wrong.Code, wrong.Message, node, input.Name);
            return;
        }

        draft.Constants[input.Name] = Convert(input.Type, value);
    }

    private List<(int Node, string Port)>?[] Dependents()
    {
        List<(int Node, string Port)>?[] dependents = new List<(int Node, string Port)>?[nodes.Count];
        for (int i = 0; i < nodes.Count; i++)
        {
            if (_drafts[i] is not { } draft)
            {
                continue;
            }

            foreach ((string port, (int source, _)) in draft.Links)
            {
                (dependents[source] ??= []).Add((i, port));
            }
        }

        return dependents;
    }

    private void DropDependents(Queue<int> dropped, List<(int Node, string Port)>?[] dependents)
    {
        while (dropped.TryDequeue(out int node))
        {
            _drafts[node] = null;
            foreach ((int dependent, string port) in dependents[node] ?? [])
            {
                if (_drafts[dependent] is not { IsDead: false } draft)
                {
                    continue;
                }

                draft.Links.Remove(port);
                draft.Unconnected.Add(port);
                if (nodes[dependent].Shape!.FindInput(port)!.IsRequired)
                {
                    draft.IsDead = true;
                    dropped.Enqueue(dependent);
                }
            }
        }
    }

    private void CheckIds()
    {
        HashSet<string> ids = new(nodes.Count, StringComparer.Ordinal);
        for (int i = 0; i < nodes.Count; i++)
        {
            if (_drafts[i] is not null && !ids.Add(nodes[i].Id))
            {
                string message = $"A node and one inside a subgraph are both called '{Quote.Short(nodes[i].Id)}' once expanded. Rename one.";
                Add(WorkflowProblemCodes.IdCollision, message, nodes[i], null);
            }
        }
    }

    /// <summary>Gives every input without an edge its constant or default.</summary>
    private void Fill(FlatNode node, Draft draft)
    {
        foreach ((string port, JsonElement value) in node.Constants ?? [])
        {
            if (!draft.Constants.ContainsKey(port) && !draft.IsSettled(port) && node.Shape!.FindInput(port) is { } input)
            {
                // Constants that came from a caller were checked by the type of the workflow input only.
                Take(node, draft, input, value);
            }
        }

        foreach (NodeInput input in node.Shape!.Type.Inputs)
        {
            if (draft.Links.ContainsKey(input.Name) || draft.Constants.ContainsKey(input.Name))
            {
                continue;
            }

            if (input.Default is { } value && !ConstantRules.IsAbsent(value))
            {
                draft.Constants[input.Name] = Convert(input.Type, value);
            }
            else if (input.IsRequired && !draft.HasParts(input) && node.Constants?.ContainsKey(input.Name) != true)
            {
                string message = $"Input '{Quote.Short(input.Name)}' has no value in this run. Give it one, or connect an output of type {input.Type}.";
                Add(WorkflowProblemCodes.MissingInput, message, node, input.Name);
            }
        }
    }

    /// <summary>Brings a constant into the one form executors know: whole numbers without point or exponent, choices as texts.</summary>
    private static JsonElement Convert(PortType type, JsonElement value)
    {
        if (type == PortType.Integer && value.ValueKind == JsonValueKind.Number && !IsPlain(value))
        {
            return JsonElement.Parse(CanonicalJson.ToBytes(value));
        }

        return type == PortType.Choice && value.ValueKind != JsonValueKind.String
            ? JsonSerializer.SerializeToElement(ConstantRules.ChoiceText(value))
            : value;
    }

    private static bool IsPlain(JsonElement number)
    {
        ReadOnlySpan<byte> json = JsonMarshal.GetRawUtf8Value(number);
        return !json.ContainsAny((byte)'.', (byte)'e', (byte)'E') && !json.SequenceEqual("-0"u8);
    }

    /// <summary>Kahn's algorithm, first come first served: nodes that wait for nothing in document order, then as they become ready.</summary>
    private ExecutableGraph Sort(List<(int Node, string Port)>?[] dependents)
    {
        int[] waiting = new int[nodes.Count];
        Queue<int> ready = new();
        int count = 0;
        for (int i = 0; i < nodes.Count; i++)
        {
            if (_drafts[i] is { } draft)
            {
                count++;
                waiting[i] = draft.Links.Count;
                if (waiting[i] == 0)
                {
                    ready.Enqueue(i);
                }
            }
        }

        ImmutableArray<ExecutableNode>.Builder sorted = ImmutableArray.CreateBuilder<ExecutableNode>(count);
        while (ready.TryDequeue(out int node))
        {
            sorted.Add(Executable(node));
            foreach ((int dependent, _) in dependents[node] ?? [])
            {
                if (_drafts[dependent] is not null && --waiting[dependent] == 0)
                {
                    ready.Enqueue(dependent);
                }
            }
        }

        return sorted.Count == count
            ? new ExecutableGraph(sorted.MoveToImmutable())
            : throw new UnreachableException("A valid document has no cycle.");
    }

    private ExecutableNode Executable(int index)
    {
        Draft draft = _drafts[index]!;
        return new ExecutableNode(
            new NodeId(nodes[index].Id),
            nodes[index].Shape!.Type.Name,
            draft.Constants.ToImmutableSortedDictionary(StringComparer.Ordinal),
            draft.Links
                .Select(link => KeyValuePair.Create(link.Key, new NodeLink(new NodeId(nodes[link.Value.Node].Id), link.Value.Slot)))
                .ToImmutableSortedDictionary(StringComparer.Ordinal));
    }

    private void Add(string code, string message, FlatNode node, string? port) =>
        problems.Add(new WorkflowProblem(code, message) { Node = new NodeId(node.Id), Port = port });

    /// <summary>What is known of an executable node so far.</summary>
    private sealed class Draft
    {
        public Dictionary<string, (int Node, int Slot)> Links { get; } = new(StringComparer.Ordinal);

        public Dictionary<string, JsonElement> Constants { get; } = new(StringComparer.Ordinal);

        /// <summary>Gets the inputs whose edge came from a node that does not run: their constants do not count either.</summary>
        public HashSet<string> Unconnected { get; } = new(StringComparer.Ordinal);

        public bool IsDead { get; set; }

        public bool IsSettled(string port) => Links.ContainsKey(port) || Unconnected.Contains(port);

        /// <summary>Whether a growing input of ComfyUI has a part.</summary>
        public bool HasParts(NodeInput input) =>
            input.Type.Name.StartsWith("COMFY_", StringComparison.Ordinal)
            && Links.Keys.Concat(Constants.Keys).Any(name => name.StartsWith(input.Name + ".", StringComparison.Ordinal));
    }
}
