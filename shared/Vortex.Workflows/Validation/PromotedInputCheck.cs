using System.Buffers;
using System.Text.Json;

namespace Vortex.Workflows;

/// <summary>Checks the values a workflow offers to its callers.</summary>
internal static class PromotedInputCheck
{
    private const int LongestName = 128;

    private static readonly SearchValues<char> NameCharacters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-.");

    /// <summary>Adds the problems of all workflow inputs, and to <paramref name="fed"/> the node inputs they give a value.</summary>
    public static void Run(
        WorkflowDocument document,
        DocumentShapes shapes,
        WorkflowLimits limits,
        ProblemList problems,
        HashSet<(NodeId Node, string Port)> fed)
    {
        if (document.Inputs.IsEmpty)
        {
            return;
        }

        Dictionary<NodeId, WorkflowNode> nodes = [];
        foreach (WorkflowNode node in document.Nodes)
        {
            nodes.TryAdd(node.Id, node);
        }

        HashSet<(NodeId Node, string Port)> edges = [.. document.Edges.Select(edge => (edge.To.Node, edge.To.Port))];
        HashSet<string> names = new(StringComparer.Ordinal);
        foreach (WorkflowInput input in document.Inputs)
        {
            CheckName(input.Name, names, problems);
            CheckDefault(input, limits, problems);
            foreach (PortRef target in input.Targets)
            {
                CheckTarget(input, target, nodes, shapes, edges, problems, fed);
            }
        }
    }

    /// <summary>Returns what is wrong with a value for a workflow input, by its declared type; null when nothing is.</summary>
    public static WorkflowProblem? CheckValue(WorkflowInput input, JsonElement value, WorkflowLimits limits)
    {
        NodeInput port = new() { Name = input.Name, Type = input.Type };
        return ConstantRules.Check(port, value, limits) is { } wrong
            ? new WorkflowProblem(wrong.Code, $"Workflow input: {wrong.Message}") { Port = input.Name }
            : null;
    }

    private static void CheckName(string name, HashSet<string> names, ProblemList problems)
    {
        if (name.Length is 0 or > LongestName || name.AsSpan().ContainsAnyExcept(NameCharacters))
        {
            problems.Add(new WorkflowProblem(
                WorkflowProblemCodes.BadInputName,
                $"A workflow input cannot be named '{Quote.Short(name)}': use 1 to {LongestName} letters, digits, '_', '-' and '.'.")
            {
                Port = name,
            });
        }
        else if (!names.Add(name))
        {
            string message = $"Two workflow inputs are named '{name}'. Rename one.";
            problems.Add(new WorkflowProblem(WorkflowProblemCodes.DuplicateInput, message) { Port = name });
        }
    }

    private static void CheckDefault(WorkflowInput input, WorkflowLimits limits, ProblemList problems)
    {
        if (input.Targets.IsEmpty)
        {
            problems.Add(new WorkflowProblem(
                WorkflowProblemCodes.InputWithoutTarget,
                $"Workflow input '{Quote.Short(input.Name)}' feeds no node, so its value changes nothing.")
            {
                Port = input.Name,
                Severity = ProblemSeverity.Warning,
            });
        }

        if (input.Default is { } value && CheckValue(input, value, limits) is { } problem)
        {
            problems.Add(problem);
        }
    }

    private static void CheckTarget(
        WorkflowInput input,
        PortRef target,
        Dictionary<NodeId, WorkflowNode> nodes,
        DocumentShapes shapes,
        HashSet<(NodeId Node, string Port)> edges,
        ProblemList problems,
        HashSet<(NodeId Node, string Port)> fed)
    {
        string name = Quote.Short(input.Name);
        if (!nodes.TryGetValue(target.Node, out WorkflowNode? node))
        {
            string message = $"Workflow input '{name}' feeds node '{Quote.Short(target.Node.Value)}', which is not in the top graph.";
            Report(problems, WorkflowProblemCodes.UnknownNode, message, target);
            return;
        }

        if (shapes.Of(node) is not { } shape)
        {
            // The unknown type is reported with the node.
            fed.Add((target.Node, target.Port));
            return;
        }

        if (shape.FindInput(target.Port) is not { } port)
        {
            string message = $"Workflow input '{name}' feeds '{Quote.Short(target.Port)}', which a '{shape.Type.Name}' does not have.";
            Report(problems, WorkflowProblemCodes.UnknownPort, message, target);
            return;
        }

        if (!fed.Add((target.Node, port.Name)))
        {
            Report(problems, WorkflowProblemCodes.InputFedTwice, $"More than one workflow input feeds '{port.Name}'. Keep one.", target);
        }

        if (!PortAdapters.Fits(input.Type, port.Type) && !(port.Type.Name is "File" or "ModelRef" && input.Type.Name is "Text" or "Choice"))
        {
            string message = $"Workflow input '{name}' is {input.Type}, but '{port.Name}' takes {port.Type}.";
            Report(problems, WorkflowProblemCodes.TypeMismatch, message, target);
        }
        else if (edges.Contains((target.Node, target.Port)))
        {
            string message = $"Workflow input '{name}' feeds '{port.Name}', but an edge does so too and wins.";
            Report(problems, WorkflowProblemCodes.InputShadowed, message, target, ProblemSeverity.Warning);
        }
    }

    private static void Report(
        ProblemList problems, string code, string message, PortRef target, ProblemSeverity severity = ProblemSeverity.Error) =>
        problems.Add(new WorkflowProblem(code, message) { Node = target.Node, Port = target.Port, Severity = severity });
}
