using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using Vortex.Testing;
using Vortex.Workflows;

namespace Vortex.Runs.Tests.Service;

public sealed class RunServiceTests
{
    private static readonly string[] Row = ["1 Source value:=1", "2 Save a=1"];

    [Fact]
    public async Task Submitted_run_is_stored_with_its_snapshot_and_first_event()
    {
        await using RunWorld world = new();
        RunRequest request = new()
        {
            Document = Documents.Of("1 Load file:=\"photo.png\"", "2 Checkpoint model:=\"sd.safetensors\"", "3 Op a=1 b=2", "4 Save a=3"),
            Options = new RunOptions { Tags = ["a"], Priority = 7 },
            ComfyWorkflow = """{"nodes":[]}""",
        };
        RunRecord run = (await world.Service.SubmitAsync(Some.Here, request, "req_9")).Run!;
        Assert.StartsWith("run_", run.Id.Value, StringComparison.Ordinal);
        Assert.Equal(("Test", "req_9", 7), (run.WorkflowName, run.RequestId, run.Options.Priority));
        RunSnapshot snapshot = await world.Artifacts.ReadJsonAsync<RunSnapshot>(Some.Here, run.Snapshot);
        Assert.Equal(Some.Digest("photo"), snapshot.Files[new("1")]["file"].Digest);
        Assert.Equal(Some.Digest("sd"), snapshot.Files[new("2")]["model"].Digest);
        Assert.Equal(["prompt", "vtxw", "workflow"], snapshot.Metadata.Keys.Order(StringComparer.Ordinal));
        Assert.Equal("Test", VtxwReader.Read(Encoding.UTF8.GetBytes(snapshot.Metadata["vtxw"])).Document!.Meta.Name);
        Assert.Equal("Save", JsonElement.Parse(snapshot.Metadata["prompt"]).GetProperty("4").GetProperty("class_type").GetString());
        Assert.Equal("cpu", snapshot.Environment.NumericBackend);
        Assert.Equal(["Checkpoint", "Load", "Op", "Save"], snapshot.Environment.Types.Keys.Order(StringComparer.Ordinal));
        RunEvent first = (await world.EventsAsync(run.Id))[0];
        Assert.Equal((RunEventTypes.RunQueued, 4), (first.Type, first.Payload.GetProperty("nodes").GetInt32()));
        Assert.Equal(RunStatus.Succeeded, (await world.EndAsync(run.Id)).Status);
    }

    [Fact]
    public async Task Results_of_a_backend_that_a_run_asks_for_are_not_taken_for_those_of_another()
    {
        await using RunWorld world = new();
        RunRequest request = new() { Document = Documents.Of(Row), Options = new RunOptions { TargetBackend = "torch" } };
        RunRecord run = (await world.Service.SubmitAsync(Some.Here, request, "req_1")).Run!;
        RunSnapshot snapshot = await world.Artifacts.ReadJsonAsync<RunSnapshot>(Some.Here, run.Snapshot);
        Assert.Equal("torch", snapshot.Environment.NumericBackend);
    }

    [Fact]
    public async Task Snapshot_reads_back_as_it_was_written()
    {
        RunSnapshot snapshot = Snapshots.Of("1 Load file:=@photo", "2 Op a=1 amount:=1.50", "3 Save a=2") with { Metadata = ImmutableSortedDictionary<string, string>.Empty.Add("prompt", "写真") };
        InMemoryArtifactStore store = new();
        Digest digest = await store.PutJsonAsync(Some.Here, snapshot);
        RunSnapshot read = await store.ReadJsonAsync<RunSnapshot>(Some.Here, digest);
        Some.AssertSame(snapshot, read);
        Assert.Equal(snapshot.Keys(), read.Keys());
        await Assert.ThrowsAsync<InvalidDataException>(async () => await store.ReadJsonAsync<RunSnapshot>(Some.There, digest));
        Digest text = (await store.PutAsync(Some.Here, new MemoryStream("no json"u8.ToArray()))).Digest;
        await Assert.ThrowsAsync<InvalidDataException>(async () => await store.ReadJsonAsync<RunSnapshot>(Some.Here, text));
        Digest nothing = (await store.PutAsync(Some.Here, new MemoryStream("null"u8.ToArray()))).Digest;
        await Assert.ThrowsAsync<InvalidDataException>(async () => await store.ReadJsonAsync<RunSnapshot>(Some.Here, nothing));
    }

    [Fact]
    public async Task Name_that_a_model_input_lists_itself_is_no_file()
    {
        await using RunWorld world = new();
        Assert.Empty(await world.Service.CheckAsync(Some.Here, new RunRequest { Document = Documents.Of("1 Vae vae:=\"pixel_space\"", "2 Save a=1") }));
        IReadOnlyList<WorkflowProblem> gone = [.. await world.Service.CheckAsync(Some.Here, new RunRequest { Document = Documents.Of("1 Vae vae:=\"other\"", "2 Save a=1") })];
        Assert.Equal(RunProblemCodes.ModelNotFound, Assert.Single(gone).Code);
    }

    [Fact]
    public async Task Every_problem_of_a_request_is_told_with_its_place()
    {
        await using RunWorld world = new();
        RunRequest request = new()
        {
            Document = Documents.Of(
                "1 Load file:=\"gone.png\"", "2 Load file:=\"../secret\"", "3 Checkpoint model:=\"gone.safetensors\"", "4 Unknown a=1", "5 Unknown a=2", "6 Op a=4 b=5", "7 Save a=6", "8 Save a=3"),
            Options = new RunOptions { Priority = 101, Tags = [new string('x', 65)], Outputs = [new("7"), new("99")], Refresh = [new("6"), new("98")], Retry = RetryPolicy.Default with { MaxAttempts = 0 }, TargetBackend = "" },
        };
        RunSubmission submission = await world.Service.SubmitAsync(Some.Here, request, null);
        Assert.Null(submission.Run);
        Assert.Equal(
            [
                "file.outside_folder 2 file", "run.bad_option  priority", "run.bad_option  retry", "run.bad_option  tags", "run.bad_option  target_backend",
                "run.file_not_found 1 file", "run.model_not_found 3 model", "run.type_not_executable 4 ", "run.type_not_executable 5 ", "run.unknown_output 99 ", "run.unknown_refresh 98 ",
            ],
            submission.Problems.Select(problem => $"{problem.Code} {problem.Node} {problem.Port}").Order(StringComparer.Ordinal));
        Assert.All(submission.Problems, problem => Assert.EndsWith(".", problem.Message, StringComparison.Ordinal));
        Some.AssertSame(submission.Problems, await world.Service.CheckAsync(Some.Here, request));
        Assert.Empty((await world.Runs.ListAsync(Some.Here, new RunQuery())).Items);
    }

    [Fact]
    public async Task Broken_documents_are_told_as_the_validator_tells_them()
    {
        await using RunWorld world = new();
        RunSubmission cycle = await world.Service.SubmitAsync(Some.Here, new RunRequest { Document = Documents.Of("1 Op a=2", "2 Op a=1", "3 Save a=2") }, null);
        Assert.Contains(cycle.Problems, problem => problem.Code.Contains("cycle", StringComparison.Ordinal));
        RunSubmission broken = await world.Service.SubmitAsync(Some.Here, new RunRequest { Definition = JsonElement.Parse("""{"nodes":3}""") }, null);
        Assert.NotEmpty(broken.Problems);
        RunSubmission empty = await world.Service.SubmitAsync(Some.Here, new RunRequest { Document = Documents.Of("1 Source value:=1") }, null);
        Assert.Contains(empty.Problems, problem => problem.Code is RunProblemCodes.NoOutputs or WorkflowProblemCodes.NoOutputs);
        Assert.All(new[] { cycle, broken, empty }, submission => Assert.Null(submission.Run));
    }

    [Fact]
    public async Task Exactly_one_workflow_is_asked_for()
    {
        await using RunWorld world = new();
        JsonElement definition = JsonElement.Parse(Encoding.UTF8.GetString(VtxwWriter.Write(Documents.Of(Row))));
        RunRequest[] wrong =
        [
            new(),
            new() { Document = Documents.Of(Row), Definition = definition },
            new() { Definition = definition, WorkflowId = new WorkflowId("wf_1") },
        ];
        foreach (RunRequest request in wrong)
        {
            Assert.Equal(RunProblemCodes.BadRequest, Assert.Single((await world.Service.SubmitAsync(Some.Here, request, null)).Problems).Code);
        }

        Assert.NotNull((await world.Service.SubmitAsync(Some.Here, new RunRequest { Definition = definition }, null)).Run);
    }

    [Fact]
    public async Task Stored_workflow_runs_in_the_version_asked_for()
    {
        await using RunWorld world = new();
        WorkflowId id = new("wf_1");
        await world.Workflows.CreateAsync(Some.Here, id, new WorkflowContent("one", "h1", VtxwWriter.Write(Documents.Of(Row)), Some.Time));
        await world.Workflows.UpdateAsync(Some.Here, id, new WorkflowContent("two", "h2", VtxwWriter.Write(Documents.Of("1 Source value:=2", "2 Save a=1")), Some.Time), 1);
        RunRecord newest = (await world.Service.SubmitAsync(Some.Here, new RunRequest { WorkflowId = id }, null)).Run!;
        Assert.Equal((id, 2), (newest.WorkflowId, newest.WorkflowVersion));
        RunRecord first = (await world.Service.SubmitAsync(Some.Here, new RunRequest { WorkflowId = id, WorkflowVersion = 1 }, null)).Run!;
        Assert.Equal(1, first.WorkflowVersion);
        RunSnapshot snapshot = await world.Artifacts.ReadJsonAsync<RunSnapshot>(Some.Here, first.Snapshot);
        Assert.Equal(1, snapshot.Graph.Nodes[0].Constants["value"].GetInt32());
        foreach (RunRequest missing in new[] { new RunRequest { WorkflowId = id, WorkflowVersion = 3 }, new RunRequest { WorkflowId = new WorkflowId("wf_2") } })
        {
            Assert.Equal(RunProblemCodes.WorkflowNotFound, Assert.Single((await world.Service.SubmitAsync(Some.Here, missing, null)).Problems).Code);
        }

        Assert.Null((await world.Service.SubmitAsync(Some.There, new RunRequest { WorkflowId = id }, null)).Run);
    }

    [Fact]
    public async Task Seed_goes_into_every_seed_input_that_holds_a_constant()
    {
        await using RunWorld world = new();
        RunRequest request = new()
        {
            Document = Documents.Of("n Source value:=1", "1 Sampler seed:=5", "2 SmallSeed a=1 noise_seed:=5", "3 Sampler a=2 seed=n", "4 Save a=3"),
            Options = new RunOptions { Seed = ulong.MaxValue },
        };
        RunRecord run = (await world.Service.SubmitAsync(Some.Here, request, null)).Run!;
        Dictionary<string, ExecutableNode> nodes = (await world.Artifacts.ReadJsonAsync<RunSnapshot>(Some.Here, run.Snapshot)).Graph.Nodes.ToDictionary(node => node.Id.Value);
        Assert.Equal("18446744073709551615", nodes["1"].Constants["seed"].GetRawText());
        Assert.Equal("4294967295", nodes["2"].Constants["noise_seed"].GetRawText());
        Assert.False(nodes["3"].Constants.ContainsKey("seed"));
        Assert.True(nodes["3"].Links.ContainsKey("seed"));
    }

    [Fact]
    public async Task Inputs_by_name_reach_the_nodes_and_unknown_ones_are_told()
    {
        await using RunWorld world = new();
        WorkflowDocument document = Documents.Of(Row) with { Inputs = [new WorkflowInput("strength", PortType.Number, [new PortRef(new NodeId("1"), "value")])] };
        RunRequest request = new() { Document = document, Inputs = new Dictionary<string, JsonElement> { ["strength"] = JsonElement.Parse("42") } };
        RunRecord run = (await world.Service.SubmitAsync(Some.Here, request, null)).Run!;
        RunSnapshot snapshot = await world.Artifacts.ReadJsonAsync<RunSnapshot>(Some.Here, run.Snapshot);
        Assert.Equal(42, snapshot.Graph.Nodes[0].Constants["value"].GetInt32());
        Assert.Equal(42, snapshot.Inputs["strength"].GetInt32());
        RunSubmission unknown = await world.Service.SubmitAsync(Some.Here, request with { Inputs = new Dictionary<string, JsonElement> { ["nope"] = JsonElement.Parse("1") } }, null);
        Assert.Null(unknown.Run);
    }

    [Fact]
    public async Task One_file_named_often_is_looked_up_once()
    {
        await using RunWorld world = new();
        await world.SubmitAsync(["1 Load file:=\"photo.png\"", "2 Load file:=\"photo.png\"", "3 Op a=1 b=2", "4 Save a=3"]);
        Assert.Equal(1, world.Files.Lookups);
    }

    [Fact]
    public async Task Request_under_one_id_gives_one_run_and_another_request_under_it_is_refused()
    {
        await using RunWorld world = new();
        RunRequest request = new() { Document = Documents.Of(Row), Id = new RunId("run_mine"), RequestHash = "h1" };
        RunSubmission[] both = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(async () => await world.Service.SubmitAsync(Some.Here, request, null))));
        Assert.All(both, submission => Assert.Equal("run_mine", submission.Run?.Id.Value));
        await world.EndAsync(new RunId("run_mine"));
        Assert.Equal(RunStatus.Succeeded, (await world.Service.SubmitAsync(Some.Here, request, null)).Run!.Status);
        RunSubmission other = await world.Service.SubmitAsync(Some.Here, request with { RequestHash = "h2" }, null);
        Assert.Equal(RunProblemCodes.RequestIdReused, Assert.Single(other.Problems).Code);
        Assert.Equal(1, (await world.EventsAsync(new RunId("run_mine"))).Count(one => one.Type == RunEventTypes.RunQueued));
    }

    [Fact]
    public async Task Runs_beyond_the_bound_are_refused_until_some_have_ended()
    {
        await using RunWorld world = new(options => options.MaxUnfinishedRuns = 2);
        RunRecord first = await world.SubmitAsync(Row);
        await world.SubmitAsync(Row);
        RunRequest third = new() { Document = Documents.Of(Row) };
        Assert.Equal(RunProblemCodes.TooManyRuns, Assert.Single((await world.Service.SubmitAsync(Some.Here, third, null)).Problems).Code);
        Assert.NotNull((await world.Service.SubmitAsync(Some.There, third, null)).Run);
        await world.EndAsync(first.Id);
        Assert.NotNull((await world.Service.SubmitAsync(Some.Here, third, null)).Run);
    }

    [Theory]
    [InlineData("3")]
    [InlineData("""{"max_attempts":0}""")]
    [InlineData("""{"max_attempts":1.5}""")]
    [InlineData("""{"max_attempts":"2"}""")]
    [InlineData("""{"delay_ms":-1}""")]
    [InlineData("""{"backoff":0.5}""")]
    [InlineData("""{"max_delay_ms":1e12}""")]
    public async Task Retry_policy_that_cannot_be_read_is_told_with_its_node(string retry)
    {
        await using RunWorld world = new();
        WorkflowDocument document = Documents.Of(Row);
        document = document with { Nodes = document.Nodes.SetItem(1, document.Nodes[1] with { Meta = JsonElement.Parse($$"""{"retry":{{retry}}}""") }) };
        WorkflowProblem problem = Assert.Single((await world.Service.SubmitAsync(Some.Here, new RunRequest { Document = document }, null)).Problems);
        Assert.Equal((RunProblemCodes.BadRetry, "2"), (problem.Code, problem.Node?.Value));
    }

    [Fact]
    public async Task Retry_policy_inside_a_subgraph_holds_for_each_of_its_instances()
    {
        await using RunWorld world = new();
        WorkflowNode inner = new() { Id = new("7"), Type = "Source", Meta = JsonElement.Parse("""{"retry":{"max_attempts":9}}""") };
        WorkflowDocument document = new()
        {
            Nodes = [new WorkflowNode { Id = new("g"), Type = "subgraph:s" }, new WorkflowNode { Id = new("end"), Type = "Save" }],
            Edges = [new WorkflowEdge(new PortRef(new("g"), "out"), new PortRef(new("end"), "a"))],
            Subgraphs = ImmutableSortedDictionary<string, WorkflowSubgraph>.Empty.Add("s", new WorkflowSubgraph
            {
                Name = "S",
                Outputs = [new SubgraphPort("out", PortType.Any)],
                Nodes = [inner],
                Edges = [new WorkflowEdge(new PortRef(new("7"), "out"), new PortRef(NodeId.SubgraphOutput, "out"))],
            }),
        };
        RunSubmission submission = await world.Service.SubmitAsync(Some.Here, new RunRequest { Document = document }, null);
        RunSnapshot snapshot = await world.Artifacts.ReadJsonAsync<RunSnapshot>(Some.Here, submission.Run!.Snapshot);
        Assert.Equal(9, Assert.Single(snapshot.Retries).Value.MaxAttempts);
        Assert.Contains(snapshot.Graph.Nodes, node => node.Id == snapshot.Retries.Keys.Single());
    }

    [Fact]
    public async Task Run_that_no_runner_can_take_says_why_and_others_wait_for_their_turn()
    {
        await using RunWorld world = new();
        RunId run = (await world.SubmitAsync(Row)).Id;
        await world.QuietAsync();
        Assert.Null(Assert.Single((await world.Service.QueueAsync(Some.Here)).Items).Waits);
        world.Offers = [];
        CapacityState waits = Assert.Single((await world.Service.QueueAsync(Some.Here)).Items).Waits!;
        Assert.Equal((CapacityStatus.Missing, CapacityCodes.NoRunner, Some.Time), (waits.Status, waits.Code, waits.Since));
        LaneState lane = await world.Queue.ReadAsync(Some.Here);
        Assert.Equal(waits, await world.Service.WaitsAsync(lane, run));
        Assert.Null(await world.Service.WaitsAsync(lane, Some.RunId(99)));
        await world.Service.PauseAsync(Some.Here);
        Assert.Null(Assert.Single((await world.Service.QueueAsync(Some.Here)).Items).Waits);
        await world.Service.ResumeAsync(Some.Here);
        await world.Queue.LeaseAsync(Some.Runner(), TimeSpan.Zero);
        Assert.Null(Assert.Single((await world.Service.QueueAsync(Some.Here)).Items).Waits);
    }

    [Fact]
    public async Task Queue_shows_order_place_holder_and_lag()
    {
        await using RunWorld world = new();
        await world.EndAsync((await world.SubmitAsync(Row)).Id);
        List<RunId> ids = [];
        for (int i = 0; i < 4; i++)
        {
            ids.Add((await world.SubmitAsync([$"1 Source value:={i + 10}", "2 Save a=1"])).Id);
            await world.QuietAsync();
            world.Time.Advance(TimeSpan.FromSeconds(1));
        }

        await world.Queue.LeaseAsync(Some.Runner("worker-7"), TimeSpan.Zero);
        Assert.True(await world.Service.MoveAsync(Some.Here, ids[3], before: ids[1]));
        QueuePicture queue = await world.Service.QueueAsync(Some.Here);
        Assert.Equal([ids[0], ids[3], ids[1], ids[2]], queue.Items.Select(item => item.Run.Id));
        Assert.Equal([null, 1, 2, 3], queue.Items.Select(item => item.Position));
        Assert.Equal("worker-7", queue.Items[0].RunnerId);
        Assert.All(queue.Items.Skip(1), item => Assert.NotNull(item.Eta));
        Assert.Equal(3_000, queue.LagMs);
        await world.Service.PauseAsync(Some.Here);
        Assert.True((await world.Service.QueueAsync(Some.Here)).Paused);
        await world.Service.ResumeAsync(Some.Here);
        Assert.False((await world.Service.QueueAsync(Some.Here)).Paused);
        Assert.Empty((await world.Service.QueueAsync(Some.There)).Items);
        Assert.Equal(2, (await world.Service.QueueAsync(Some.Here, limit: 2)).Items.Length);
        Assert.Equal(5, (await world.Service.ListAsync(Some.Here, new RunQuery())).Items.Length);
        Assert.NotNull(await world.Service.FindAsync(Some.Here, ids[0]));
    }
}
