namespace Vortex.Workflows;

/// <summary>Checks the edges of one graph.</summary>
internal sealed class EdgeCheck
{
    private const int Inside = -1;
    private const int Unknown = -2;

    private readonly WorkflowGraph _graph;
    private readonly Dictionary<NodeId, int> _index;
    private readonly NodeShape?[] _shapes;
    private readonly NodeCatalog _catalog;
    private readonly ProblemList _problems;
    private readonly NodeShape? _inside;
    private readonly HashSet<(int Node, string Port)> _fed;
    private readonly List<(int From, int To)> _links;
    private readonly Dictionary<(PortType From, PortType To), NodeType?> _converters = [];
    private List<string>?[]? _ports;

    public EdgeCheck(
        WorkflowGraph graph, Dictionary<NodeId, int> index, NodeShape?[] shapes, NodeShape? inside, NodeCatalog catalog, ProblemList problems)
    {
        _graph = graph;
        _index = index;
        _shapes = shapes;
        _catalog = catalog;
        _problems = problems;
        _fed = new HashSet<(int Node, string Port)>(graph.Edges.Length);
        _links = new List<(int From, int To)>(graph.Edges.Length);
        _inside = inside;
    }

    /// <summary>Returns whether an edge feeds an input.</summary>
    public bool IsFed(int node, string port) => _fed.Contains((node, port));

    /// <summary>Returns the inputs of a node that edges feed.</summary>
    public IEnumerable<string> PortsOf(int node)
    {
        if (_ports is null)
        {
            _ports = new List<string>?[_graph.Nodes.Length];
            foreach ((int to, string port) in _fed)
            {
                if (to >= 0)
                {
                    (_ports[to] ??= []).Add(port);
                }
            }
        }

        return _ports[node] ?? [];
    }

    public void Run()
    {
        foreach (WorkflowEdge edge in _graph.Edges)
        {
            Check(edge);
        }
    }

    public void CheckCycles()
    {
        GraphLinks links = new(_graph.Nodes.Length, _links);
        foreach (int[] cycle in Cycles.Find(links, Cycles.Components(links)))
        {
            string names = Cycles.Describe(cycle, node => Quote.Short(_graph.Nodes[node].Id.Value));
            _problems.Add(new WorkflowProblem(WorkflowProblemCodes.Cycle, $"These nodes depend on themselves: {names}. Remove one of the edges.")
            {
                Node = _graph.Place(_graph.Nodes[cycle[0]].Id),
            });
        }
    }

    private void Check(WorkflowEdge edge)
    {
        int from = Find(edge.From, NodeId.SubgraphInput);
        int to = Find(edge.To, NodeId.SubgraphOutput);
        if (from == Unknown || to == Unknown)
        {
            ReportUnknownNode(edge, from == Unknown ? edge.From : edge.To);
            if (from == Unknown && to == Unknown)
            {
                ReportUnknownNode(edge, edge.To);
            }

            return;
        }

        NodeShape? source = from == Inside ? _inside : _shapes[from];
        NodeShape? target = to == Inside ? _inside : _shapes[to];
        int slot = source?.FindOutput(edge.From.Port) ?? -1;
        NodeInput? input = target?.FindInput(edge.To.Port);
        if (source is not null && slot < 0)
        {
            ReportUnknownPort(edge.From, source.Type, "output", [.. source.Type.Outputs.Select(output => output.Name)]);
        }

        if (target is not null && input is null)
        {
            ReportUnknownPort(edge.To, target.Type, "input", [.. target.Type.Inputs.Select(known => known.Name)]);
        }

        if (!_fed.Add((to, input?.Name ?? edge.To.Port)))
        {
            string message = $"More than one edge leads to input '{Quote.Short(edge.To.Port)}'. Keep one.";
            Add(WorkflowProblemCodes.InputFedTwice, message, edge.To);
        }

        if (from >= 0 && to >= 0 && _graph.Nodes[from].Mode != NodeMode.Muted && _graph.Nodes[to].Mode != NodeMode.Muted)
        {
            _links.Add((from, to));
        }

        if (slot >= 0 && input is not null && IsActive(from) && IsActive(to))
        {
            CheckTypes(edge, source!.Type.Outputs[slot].Type, input.Type);
        }
    }

    private bool IsActive(int node) => node == Inside || _graph.Nodes[node].Mode == NodeMode.Active;

    private int Find(PortRef end, NodeId pseudo)
    {
        if (_inside is not null && end.Node == pseudo)
        {
            return Inside;
        }

        return _index.TryGetValue(end.Node, out int found) ? found : Unknown;
    }

    private void CheckTypes(WorkflowEdge edge, PortType from, PortType to)
    {
        if (PortAdapters.Fits(from, to))
        {
            return;
        }

        if (_problems.IsFull)
        {
            _problems.AddUnsaid(ProblemSeverity.Error);
            return;
        }

        if (!_converters.TryGetValue((from, to), out NodeType? converter))
        {
            converter = PortAdapters.FindConverter(_catalog, from, to);
            _converters.Add((from, to), converter);
        }

        string help = converter is null ? "Connect an output of that type." : $"Put a '{converter.Name}' node between them.";
        string message = $"'{Quote.Short(edge.From.Node.Value)}' gives {from} at '{Quote.Short(edge.From.Port)}', but '{Quote.Short(edge.To.Port)}' takes {to}. {help}";
        Add(WorkflowProblemCodes.TypeMismatch, message, edge.To);
    }

    private void ReportUnknownNode(WorkflowEdge edge, PortRef end)
    {
        string message = $"An edge from '{Quote.Short(edge.From.Node.Value)}' to '{Quote.Short(edge.To.Node.Value)}' names node "
            + $"'{Quote.Short(end.Node.Value)}', which is not in this graph. Remove the edge or add the node.";
        Add(WorkflowProblemCodes.UnknownNode, message, end);
    }

    private void ReportUnknownPort(PortRef end, NodeType type, string kind, IReadOnlyCollection<string> names)
    {
        if (_problems.IsFull)
        {
            _problems.AddUnsaid(ProblemSeverity.Error);
            return;
        }

        string known = names.Count == 0 ? "none" : string.Join(", ", names.Take(8).Select(name => $"'{Quote.Short(name)}'"));
        string message = $"'{Quote.Short(type.Name)}' has no {kind} '{Quote.Short(end.Port)}'. It has {known}.";
        Add(WorkflowProblemCodes.UnknownPort, message, end);
    }

    private void Add(string code, string message, PortRef end) =>
        _problems.Add(new WorkflowProblem(code, message) { Node = _graph.Place(end.Node), Port = end.Port });
}
