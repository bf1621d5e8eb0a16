using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Vortex.Runs;
using Vortex.Workflows;

namespace Vortex.Api;

/// <summary>Tells what is wrong with a prompt in ComfyUI's words: one error for the whole, and errors by node.</summary>
/// <remarks>Every node with something wrong is named, and nothing runs. Our own code is in <c>extra_info.code</c> of each.</remarks>
internal sealed class PromptErrors(Func<WorkspaceId, NodeCatalog> catalogOf)
{
    private const int Bad = StatusCodes.Status400BadRequest;

    public static IResult Invalid(string message, string details, JsonObject? extra = null, string type = "invalid_prompt") =>
        ComfyAnswer.Error(Bad, type, message, details, extra);

    public IResult Of(WorkspaceId workspace, WorkflowDocument document, ImmutableArray<WorkflowProblem> problems)
    {
        WorkflowProblem[] errors = [.. problems.Where(problem => problem.Severity == ProblemSeverity.Error)];
        Dictionary<NodeId, WorkflowNode> nodes = document.Nodes.ToDictionary(node => node.Id);
        if (errors.FirstOrDefault(problem => problem.Code is WorkflowProblemCodes.UnknownType or WorkflowProblemCodes.TypeNotExecutable or RunProblemCodes.TypeNotExecutable) is { } missing)
        {
            string type = missing.Node is { } id && nodes.TryGetValue(id, out WorkflowNode? node) ? node.Type : "";
            JsonObject extra = new() { ["node_id"] = missing.Node?.Value, ["class_type"] = type, ["code"] = missing.Code };
            return ComfyAnswer.Error(Bad, "missing_node_type", missing.Message, $"Node ID '#{missing.Node?.Value}'", extra);
        }

        if (errors.Any(problem => problem.Code is WorkflowProblemCodes.NoOutputs or WorkflowProblemCodes.Empty or RunProblemCodes.NoOutputs))
        {
            return ComfyAnswer.Error(Bad, "prompt_no_outputs", "Prompt has no outputs", "");
        }

        if (!errors.Any(problem => problem.Node is not null))
        {
            WorkflowProblem first = errors[0];
            return Invalid(first.Message, string.Join('\n', errors.Skip(1).Select(problem => problem.Message)), new JsonObject { ["code"] = first.Code });
        }

        JsonObject byNode = [];
        foreach (IGrouping<NodeId, WorkflowProblem> group in errors.Where(problem => problem.Node is not null).GroupBy(problem => problem.Node!.Value))
        {
            WorkflowNode? node = nodes.GetValueOrDefault(group.Key);
            byNode[group.Key.Value] = new JsonObject
            {
                ["errors"] = new JsonArray([.. group.Select(problem => Entry(problem, node))]),
                ["dependent_outputs"] = new JsonArray([.. OutputsBehind(document, group.Key, catalogOf(workspace)).Select(id => (JsonNode)id.Value)]),
                ["class_type"] = node?.Type ?? "",
            };
        }

        string details = string.Join('\n', errors.Select(problem => problem.Message).Take(50));
        return ComfyAnswer.Error(Bad, "prompt_outputs_failed_validation", "Prompt outputs failed validation", details, null, byNode);
    }

    private static JsonObject Entry(WorkflowProblem problem, WorkflowNode? node)
    {
        (string type, string message) = Words(problem.Code);
        JsonObject extra = new() { ["code"] = problem.Code };
        if (problem.Port is { } port)
        {
            extra["input_name"] = port;
            if (node is not null && node.Inputs.TryGetValue(port, out System.Text.Json.JsonElement value) && value.GetRawText() is { Length: <= 1000 } text)
            {
                extra["received_value"] = JsonNode.Parse(text);
            }
        }

        return new JsonObject { ["type"] = type, ["message"] = message, ["details"] = problem.Message, ["extra_info"] = extra };
    }

    /// <summary>ComfyUI's coded errors and their sentences, which its clients show.</summary>
    private static (string Type, string Message) Words(string code) => code switch
    {
        WorkflowProblemCodes.MissingInput => ("required_input_missing", "Required input is missing"),
        WorkflowProblemCodes.TypeMismatch => ("return_type_mismatch", "Return type mismatch between linked nodes"),
        WorkflowProblemCodes.UnknownPort or WorkflowProblemCodes.UnknownNode or WorkflowProblemCodes.EdgeRequired =>
            ("bad_linked_input", "Bad linked input, must be a length-2 list of [node_id, slot_index]"),
        WorkflowProblemCodes.WrongConstantType => ("invalid_input_type", "Failed to convert an input value to its type"),
        WorkflowProblemCodes.ValueTooSmall => ("value_smaller_than_min", "Value smaller than min"),
        WorkflowProblemCodes.ValueTooBig => ("value_bigger_than_max", "Value bigger than max"),
        WorkflowProblemCodes.ValueNotInList => ("value_not_in_list", "Value not in list"),
        WorkflowProblemCodes.Cycle => ("exception_during_inner_validation", "The links of the nodes form a cycle"),
        _ when code.StartsWith("run.model", StringComparison.Ordinal) => ("value_not_in_list", "Value not in list"),
        _ => ("custom_validation_failed", "Custom validation failed for node"),
    };

    private static IEnumerable<NodeId> OutputsBehind(WorkflowDocument document, NodeId start, NodeCatalog catalog)
    {
        ILookup<NodeId, NodeId> next = document.Edges.ToLookup(edge => edge.From.Node, edge => edge.To.Node);
        HashSet<NodeId> seen = [start];
        Queue<NodeId> open = new(seen);
        while (open.TryDequeue(out NodeId node))
        {
            foreach (NodeId one in next[node].Where(seen.Add))
            {
                open.Enqueue(one);
            }
        }

        return document.Nodes.Where(node => seen.Contains(node.Id) && catalog.Find(node.Type) is { IsOutput: true }).Select(node => node.Id);
    }
}
