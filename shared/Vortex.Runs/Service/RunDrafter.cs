using System.Collections.Immutable;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using Vortex.Workflows;

namespace Vortex.Runs;

/// <summary>Makes a snapshot of a request, or finds everything that keeps it from being one. Changes nothing anywhere.</summary>
internal sealed class RunDrafter(IWorkflowStore workflows, IFileResolver files, Func<WorkspaceId, NodeCatalog> catalogOf, RunServiceOptions options)
{
    private const int MaxTags = 20;
    private const int MaxTagLength = 64;
    private const int MaxPriority = 100;
    private const int MaxAttempts = 100;

    public async ValueTask<RunDraft> DraftAsync(WorkspaceId workspace, RunRequest request, CancellationToken cancellationToken)
    {
        List<WorkflowProblem> problems = [];
        CheckOptions(request.Options, problems);
        (WorkflowDocument? document, WorkflowRecord? stored) = await ReadAsync(workspace, request, problems, cancellationToken);
        if (document is null)
        {
            return new RunDraft(null, stored, null, [.. problems]);
        }

        NodeCatalog catalog = catalogOf(workspace);
        ExpansionResult expansion = WorkflowExpander.Expand(document, catalog, request.Inputs, options.Limits);
        problems.AddRange(expansion.Problems.Where(problem => problem.Code != WorkflowProblemCodes.TypeNotExecutable || expansion.Graph is null));
        if (expansion.Graph is not { } graph)
        {
            return new RunDraft(document, stored, null, [.. problems]);
        }

        Dictionary<string, NodeType> types = Types(graph, catalog, problems);
        CheckOutputs(graph, types, request.Options, problems);
        graph = SeedInputs.Replace(graph, types, request.Options.Seed);
        ImmutableSortedDictionary<NodeId, RetryPolicy> retries = NodeRetries.Read(document, graph, problems);
        var frozen = await FreezeFilesAsync(workspace, graph, types, problems, cancellationToken);
        if (problems.Exists(problem => problem.Severity == ProblemSeverity.Error))
        {
            return new RunDraft(document, stored, null, [.. problems]);
        }

        RunSnapshot snapshot = new()
        {
            Graph = graph,
            Inputs = (request.Inputs ?? ImmutableDictionary<string, JsonElement>.Empty).ToImmutableSortedDictionary(StringComparer.Ordinal),
            Files = frozen,
            PromptFiles = await new PromptFiles(files).FreezeAsync(workspace, graph, types, cancellationToken),
            Retries = retries,
            Options = request.Options,
            Environment = new RunEnvironment(
                request.Options.TargetBackend ?? options.NumericBackend, types.ToImmutableSortedDictionary(type => type.Key, type => NodeTypeFacts.Of(type.Value), StringComparer.Ordinal)),
            Nonce = IdSource.NewNonce(),
            Metadata = EmbeddedMetadata.Of(document, request.Inputs, catalog, request.ComfyWorkflow),
        };
        return new RunDraft(document, stored, snapshot, [.. problems]);
    }

    private async ValueTask<(WorkflowDocument? Document, WorkflowRecord? Stored)> ReadAsync(
        WorkspaceId workspace, RunRequest request, List<WorkflowProblem> problems, CancellationToken cancellationToken)
    {
        if (request.WorkflowId is null && (request.Document is null) == (request.Definition is null))
        {
            problems.Add(new WorkflowProblem(RunProblemCodes.BadRequest, "Give exactly one of 'workflow_id' and 'definition'."));
            return (null, null);
        }

        if (request.WorkflowId is not { } id)
        {
            return (request.Document ?? Read(Encoding.UTF8.GetBytes(request.Definition!.Value.GetRawText()), problems), null);
        }

        if (request.Definition is not null)
        {
            problems.Add(new WorkflowProblem(RunProblemCodes.BadRequest, "Give 'workflow_id' or 'definition', not both."));
            return (null, null);
        }

        WorkflowRecord? stored = await workflows.FindAsync(workspace, id, request.WorkflowVersion, cancellationToken);
        if (stored is null)
        {
            string which = request.WorkflowVersion is { } version ? $"version {version} of workflow '{id}'" : $"workflow '{id}'";
            problems.Add(new WorkflowProblem(RunProblemCodes.WorkflowNotFound, $"There is no {which}. List the workflows to see what there is."));
            return (null, null);
        }

        return (request.Document ?? Read(stored.Document, problems), stored);
    }

    private WorkflowDocument? Read(ReadOnlyMemory<byte> utf8, List<WorkflowProblem> problems)
    {
        WorkflowReading reading = VtxwReader.Read(utf8, options.Limits);
        problems.AddRange(reading.Problems);
        return reading.Document;
    }

    private static void CheckOptions(RunOptions asked, List<WorkflowProblem> problems)
    {
        void Check(bool good, string name, string what)
        {
            if (!good)
            {
                problems.Add(new WorkflowProblem(RunProblemCodes.BadOption, $"'{name}' must be {what}.") { Port = name });
            }
        }

        Check(asked.Priority is >= -MaxPriority and <= MaxPriority, "priority", $"between -{MaxPriority} and {MaxPriority}");
        Check(asked.Tags.Length <= MaxTags && asked.Tags.All(tag => tag is { Length: > 0 and <= MaxTagLength } && !tag.Any(char.IsControl)), "tags", $"at most {MaxTags} words of 1 to {MaxTagLength} characters");
        Check(asked.TargetBackend is null or { Length: > 0 and <= 64 }, "target_backend", "the name of a backend, at most 64 characters");
        Check(IsGood(asked.Retry), "retry", $"1 to {MaxAttempts} attempts, delays from 0 to a day, and a factor from 1 to 100");
    }

    internal static bool IsGood(RetryPolicy retry) =>
        retry.MaxAttempts is >= 1 and <= MaxAttempts
        && retry.InitialDelay >= TimeSpan.Zero && retry.MaxDelay >= TimeSpan.Zero && retry.MaxDelay <= TimeSpan.FromDays(1) && retry.InitialDelay <= TimeSpan.FromDays(1)
        && retry.BackoffFactor is >= 1 and <= 100;

    /// <summary>Finds the types of a graph, and names every node whose type nothing here executes.</summary>
    private static Dictionary<string, NodeType> Types(ExecutableGraph graph, NodeCatalog catalog, List<WorkflowProblem> problems)
    {
        Dictionary<string, NodeType> types = new(StringComparer.Ordinal);
        foreach (ExecutableNode node in graph.Nodes)
        {
            ref NodeType? type = ref CollectionsMarshal.GetValueRefOrAddDefault(types, node.Type, out _);
            type ??= catalog.Find(node.Type) ?? new NodeType { Name = node.Type, DisplayName = node.Type };
            if (!type.IsExecutable)
            {
                string message = $"Node '{node.Id}' is a '{node.Type}', which no runner of this build can execute. Replace it, mute it or install a pack that brings it.";
                problems.Add(new WorkflowProblem(RunProblemCodes.TypeNotExecutable, message) { Node = node.Id });
            }
        }

        return types;
    }

    private static void CheckOutputs(ExecutableGraph graph, Dictionary<string, NodeType> types, RunOptions asked, List<WorkflowProblem> problems)
    {
        HashSet<NodeId> there = [.. graph.Nodes.Select(node => node.Id)];
        foreach (NodeId output in asked.Outputs.Where(output => !there.Contains(output)))
        {
            string message = $"The output '{output}' that was asked for is no node that runs. Check its id and that it is neither muted nor bypassed.";
            problems.Add(new WorkflowProblem(RunProblemCodes.UnknownOutput, message) { Node = output });
        }

        foreach (NodeId node in asked.Refresh.Where(node => !there.Contains(node)))
        {
            string message = $"The node '{node}' that was to be computed anew is no node that runs. Check its id and that it is neither muted nor bypassed.";
            problems.Add(new WorkflowProblem(RunProblemCodes.UnknownRefresh, message) { Node = node });
        }

        bool saidSo = problems.Exists(problem => problem.Code is WorkflowProblemCodes.NoOutputs or WorkflowProblemCodes.Empty);
        if (asked.Outputs.IsEmpty && !saidSo && !graph.Nodes.Any(node => types[node.Type].IsOutput))
        {
            problems.Add(new WorkflowProblem(RunProblemCodes.NoOutputs, "Nothing in the workflow saves or shows anything. Add a node such as SaveImage, or name the outputs to run."));
        }
    }

    private async ValueTask<ImmutableSortedDictionary<NodeId, ImmutableSortedDictionary<string, FileRef>>> FreezeFilesAsync(
        WorkspaceId workspace, ExecutableGraph graph, Dictionary<string, NodeType> types, List<WorkflowProblem> problems, CancellationToken cancellationToken)
    {
        var frozen = ImmutableSortedDictionary.CreateBuilder<NodeId, ImmutableSortedDictionary<string, FileRef>>();
        // Graphs name one file many times; it is looked up once, and means one content.
        Dictionary<(string Name, string? Folder), FileResolution> known = [];
        foreach (ExecutableNode node in graph.Nodes)
        {
            var found = ImmutableSortedDictionary.CreateBuilder<string, FileRef>(StringComparer.Ordinal);
            foreach (NodeInput input in types[node.Type].Inputs)
            {
                bool isModel = input.Type == PortType.ModelRef;
                if ((!isModel && input.Type != PortType.File)
                    || !node.Constants.TryGetValue(input.Name, out JsonElement value) || value.ValueKind != JsonValueKind.String
                    || input.Choices.Contains(value.GetString()!, StringComparer.Ordinal))
                {
                    continue;
                }

                (string, string?) name = (value.GetString()!, isModel ? input.ModelFolder ?? "" : null);
                if (!known.TryGetValue(name, out FileResolution? resolution))
                {
                    known[name] = resolution = await files.ResolveAsync(workspace, name.Item1, name.Item2, cancellationToken);
                }

                if (resolution.File is { } file)
                {
                    found[input.Name] = file;
                }
                else
                {
                    problems.Add(FileProblem(node, input, name.Item1, resolution.Problem));
                }
            }

            if (found.Count > 0)
            {
                frozen.Add(node.Id, found.ToImmutable());
            }
        }

        return frozen.ToImmutable();
    }

    private static WorkflowProblem FileProblem(ExecutableNode node, NodeInput input, string name, RunProblem? why)
    {
        bool isModel = input.Type == PortType.ModelRef;
        why ??= isModel
            ? new RunProblem(RunProblemCodes.ModelNotFound, $"There is no model '{name}' in '{input.ModelFolder}'. Put it there or choose another.")
            : new RunProblem(RunProblemCodes.FileNotFound, $"There is no file '{name}'. Upload it or choose another.");
        return new WorkflowProblem(why.Code, $"Node '{node.Id}', input '{input.Name}': {why.Message}") { Node = node.Id, Port = input.Name };
    }
}
