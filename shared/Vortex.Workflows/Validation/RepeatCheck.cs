namespace Vortex.Workflows;

/// <summary>Checks the loop of a node.</summary>
internal static class RepeatCheck
{
    public static void Run(WorkflowGraph graph, WorkflowNode node, NodeShape? shape, WorkflowLimits limits, ProblemList problems)
    {
        if (node.Repeat is not { } repeat)
        {
            return;
        }

        if (node.SubgraphId is null)
        {
            Add(WorkflowProblemCodes.RepeatNotSubgraph, "Only an instance of a subgraph can be repeated. Put the node into a subgraph.", null);
            return;
        }

        if (repeat.Count < 1 || repeat.Count > limits.MaxRepeat)
        {
            string message = $"The loop has {repeat.Count} passes; it must have 1 to {limits.MaxRepeat}.";
            Add(WorkflowProblemCodes.RepeatCount, message, null);
        }

        if (shape is null)
        {
            return;
        }

        HashSet<string> fed = new(StringComparer.Ordinal);
        foreach (CarriedPort carried in repeat.Carry)
        {
            NodeInput? input = Input(carried.Input);
            int output = shape.FindOutput(carried.Output);
            if (output < 0)
            {
                Add(WorkflowProblemCodes.UnknownPort, $"The loop carries output '{Quote.Short(carried.Output)}', which the subgraph does not have.", carried.Output);
            }
            else if (input is not null && !PortAdapters.Fits(shape.Type.Outputs[output].Type, input.Type))
            {
                string message = $"The loop carries '{carried.Output}' ({shape.Type.Outputs[output].Type}) to '{carried.Input}', which takes {input.Type}.";
                Add(WorkflowProblemCodes.TypeMismatch, message, carried.Input);
            }
        }

        if (repeat.IndexPort is { } indexPort && Input(indexPort) is { } index && !PortAdapters.Fits(PortType.Integer, index.Type))
        {
            Add(WorkflowProblemCodes.TypeMismatch, $"'{indexPort}' is to receive the number of the pass, but takes {index.Type}.", indexPort);
        }

        NodeInput? Input(string port)
        {
            NodeInput? input = shape.FindInput(port);
            if (input is null)
            {
                Add(WorkflowProblemCodes.UnknownPort, $"The loop feeds input '{Quote.Short(port)}', which the subgraph does not have.", port);
            }
            else if (!fed.Add(port))
            {
                Add(WorkflowProblemCodes.InputFedTwice, $"The loop feeds input '{Quote.Short(port)}' twice. Keep one.", port);
            }

            return input;
        }

        void Add(string code, string message, string? port) =>
            problems.Add(new WorkflowProblem(code, message) { Node = graph.Place(node.Id), Port = port });
    }
}
