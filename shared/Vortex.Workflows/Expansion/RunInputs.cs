using System.Text.Json;

namespace Vortex.Workflows;

/// <summary>Takes the values that a caller gave for a run, and the defaults of those that were not given.</summary>
internal static class RunInputs
{
    public static Dictionary<(NodeId Node, string Port), JsonElement> Take(
        WorkflowDocument document,
        DocumentShapes shapes,
        IReadOnlyDictionary<string, JsonElement>? values,
        WorkflowLimits limits,
        ProblemList problems)
    {
        Dictionary<(NodeId Node, string Port), JsonElement> taken = [];
        HashSet<string> names = new(document.Inputs.Select(input => input.Name), StringComparer.Ordinal);
        IEnumerable<string> given = values?.Keys ?? [];
        foreach (string name in given.Where(name => !names.Contains(name)).Order(StringComparer.Ordinal))
        {
            string known = names.Count == 0 ? "It has none." : $"It has {string.Join(", ", document.Inputs.Take(8).Select(input => $"'{Quote.Short(input.Name)}'"))}.";
            string message = $"The workflow has no input '{Quote.Short(name)}'. {known}";
            problems.Add(new WorkflowProblem(WorkflowProblemCodes.UnknownRunInput, message) { Port = name });
        }

        Dictionary<NodeId, WorkflowNode>? nodes = document.Inputs.IsEmpty ? null : document.Nodes.ToDictionary(node => node.Id);
        foreach (WorkflowInput input in document.Inputs)
        {
            JsonElement value = default;
            bool isGiven = values?.TryGetValue(input.Name, out value) == true && !ConstantRules.IsAbsent(value);
            if (!isGiven && (input.Default is not { } standard || ConstantRules.IsAbsent(value = standard)))
            {
                continue;
            }

            if (PromotedInputCheck.CheckValue(input, value, limits) is { } problem)
            {
                problems.Add(problem);
                continue;
            }

            foreach (PortRef target in input.Targets)
            {
                if (shapes.Of(nodes![target.Node])?.FindInput(target.Port) is { } port)
                {
                    taken[(target.Node, port.Name)] = value;
                }
            }
        }

        return taken;
    }
}
