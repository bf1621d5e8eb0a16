using System.Globalization;
using Vortex.Testing;
using Vortex.Workflows;

namespace Vortex.Runs.Tests.Planning;

public sealed class RunPlannerTests
{
    private static readonly string[] Portrait =
        ["load Load file:=@photo", "scale Op a=load amount:=2", "blur Op a=scale amount:=3", "sharpen Op a=blur amount:=4", "save Save a=sharpen", "preview Save a=scale", "unused Op a=load"];

    [Fact]
    public void Everything_the_outputs_need_runs_and_nothing_else()
    {
        RunPlan plan = Snapshots.Of(Portrait).Plan();
        Assert.Equal(["load", "scale", "blur", "sharpen", "save", "preview"], plan.Nodes.Select(node => node.Id.Value));
        Assert.Empty(plan.Cached);
        PlannedBatch batch = Assert.Single(plan.Batches);
        Assert.Equal(Enumerable.Range(0, 6), batch.Nodes);
        Assert.Equal(Some.RunId(1) + ".0", batch.Id.Value);
        Assert.Equal(["core"], batch.Requires.Packs);
    }

    [Fact]
    public void Only_the_outputs_asked_for_run()
    {
        RunSnapshot snapshot = Snapshots.Of(new RunOptions { Outputs = [new("preview")] }, Portrait);
        RunPlan plan = snapshot.Plan();
        Assert.Equal(["load", "scale", "preview"], plan.Nodes.Select(node => node.Id.Value));
        Assert.Equal([false, false, true], plan.Nodes.Select(node => node.IsOutput));
    }

    [Fact]
    public void A_node_that_is_no_output_type_can_be_asked_for()
    {
        RunPlan plan = Snapshots.Of(new RunOptions { Outputs = [new("unused")] }, Portrait).Plan();
        Assert.Equal(["load", "unused"], plan.Nodes.Select(node => node.Id.Value));
        Assert.True(plan.Nodes[1] is { IsOutput: true, Keep: true, MayCache: true });
    }

    [Fact]
    public void Repeating_a_run_executes_nothing()
    {
        RunPlan plan = Snapshots.Of(Portrait).Plan(null, "load", "scale", "blur", "sharpen", "save", "preview");
        Assert.Empty(plan.Nodes);
        Assert.Empty(plan.Batches);
        Assert.Equal(["save", "preview"], plan.Cached.Select(node => node.Id.Value));
    }

    [Fact]
    public void Changing_the_last_parameter_executes_only_what_depends_on_it()
    {
        RunSnapshot before = Snapshots.Of(Portrait);
        Dictionary<CacheKey, NodeOutputs> found = before.Results(["load", "scale", "blur", "sharpen", "save", "preview"]);
        string[] changed = [.. Portrait];
        changed[3] = "sharpen Op a=blur amount:=9";
        RunSnapshot after = Snapshots.Of(changed);
        RunPlan plan = RunPlanner.Plan(Some.RunId(2), after, after.Keys(), found, new PlannerOptions());
        Assert.Equal(["sharpen", "save"], plan.Nodes.Select(node => node.Id.Value));
        Assert.Equal(["blur", "preview"], plan.Cached.Select(node => node.Id.Value));
        Assert.Equal(after.KeyOf("blur"), plan.Cached[0].Key);
        Assert.Equal("blur", plan.Nodes[0].Links["a"].Node.Value);
    }

    [Fact]
    public void Changing_the_first_parameter_executes_everything_after_it()
    {
        RunSnapshot before = Snapshots.Of(Portrait);
        string[] changed = [.. Portrait];
        changed[1] = "scale Op a=load amount:=9";
        RunSnapshot after = Snapshots.Of(changed);
        RunPlan plan = RunPlanner.Plan(Some.RunId(2), after, after.Keys(), before.Results(["load", "scale", "blur", "sharpen", "save", "preview"]), new PlannerOptions());
        Assert.Equal(["scale", "blur", "sharpen", "save", "preview"], plan.Nodes.Select(node => node.Id.Value));
        Assert.Equal(["load"], plan.Cached.Select(node => node.Id.Value));
    }

    [Fact]
    public void Nodes_to_compute_anew_run_with_what_depends_on_them_and_the_rest_is_taken()
    {
        RunSnapshot snapshot = Snapshots.Of(new RunOptions { Refresh = [new("blur")] }, Portrait);
        RunPlan plan = RunPlanner.Plan(Some.RunId(2), snapshot, snapshot.Keys(), snapshot.Results(["load", "scale", "blur", "sharpen", "save", "preview"]), new PlannerOptions());
        Assert.Equal(["blur", "sharpen", "save"], plan.Nodes.Select(node => node.Id.Value));
        Assert.All(plan.Nodes, node => Assert.True(node.IsFresh));
        Assert.Equal(["scale", "preview"], plan.Cached.Select(node => node.Id.Value));
    }

    [Fact]
    public void What_leads_to_a_node_to_compute_anew_is_not_anew_where_its_result_is_missing()
    {
        RunSnapshot snapshot = Snapshots.Of(new RunOptions { Refresh = [new("sharpen")], Outputs = [new("save")] }, Portrait);
        RunPlan plan = RunPlanner.Plan(Some.RunId(2), snapshot, snapshot.Keys(), snapshot.Results(["load", "scale", "sharpen", "save"]), new PlannerOptions());
        Assert.Equal(["blur False", "sharpen True", "save True"], plan.Nodes.Select(node => $"{node.Id} {node.IsFresh}"));
    }

    [Fact]
    public void Result_that_lacks_a_slot_needed_now_does_not_count()
    {
        RunSnapshot snapshot = Snapshots.Of("1 Two", "2 Save a=1#1");
        Dictionary<CacheKey, NodeOutputs> found = new() { [snapshot.KeyOf("1")] = Some.Outputs(1) with { Slots = [Some.Outputs(1).Slots[0], null] } };
        Assert.Equal(2, RunPlanner.Plan(Some.RunId(1), snapshot, snapshot.Keys(), found, new PlannerOptions()).Nodes.Length);
        snapshot = Snapshots.Of("1 Two", "2 Save a=1#0");
        Assert.Single(RunPlanner.Plan(Some.RunId(1), snapshot, snapshot.Keys(), found, new PlannerOptions()).Nodes);
    }

    [Fact]
    public void Parts_that_share_nothing_are_batches_of_their_own()
    {
        RunPlan plan = Snapshots.Of("1 Source value:=1", "2 Save a=1", "3 Source value:=2", "4 Save a=3").Plan();
        Assert.Equal(2, plan.Batches.Length);
        Assert.All(plan.Batches, batch => Assert.Empty(batch.DependsOn));
        Assert.All(plan.Nodes.Where(node => !node.IsOutput), node => Assert.False(node.Keep));
    }

    [Fact]
    public void A_thousand_light_nodes_in_a_row_are_one_batch()
    {
        RunPlan plan = Snapshots.Of(Chain(1_000)).Plan();
        Assert.Single(plan.Batches);
        Assert.Equal(1, plan.Nodes.Count(node => node.Keep));
    }

    [Fact]
    public void A_row_longer_than_a_batch_is_cut_into_batches_in_a_row()
    {
        RunPlan plan = Snapshots.Of(Chain(1_000)).Plan(new PlannerOptions { MaxBatchNodes = 300 });
        Assert.Equal([300, 300, 300, 100], plan.Batches.Select(batch => batch.Nodes.Length));
        Assert.Equal(["", "0", "1", "2"], plan.Batches.Select(batch => string.Join(',', batch.DependsOn)));
        // What the next batch needs is stored.
        Assert.Equal(4, plan.Nodes.Count(node => node.Keep));
    }

    [Fact]
    public void Gpu_nodes_share_a_batch_with_what_lies_between_them()
    {
        RunPlan plan = Snapshots.Of(
            "load Load file:=@photo", "prepare Op a=load", "model Gpu", "sample1 Gpu a=model b=prepare", "between Op a=sample1", "sample2 Gpu a=between b=model",
            "finish Op a=sample2", "save Save a=finish").Plan(new PlannerOptions { GpuBackend = "cuda" });
        Assert.Equal(["load,prepare", "model,sample1,between,sample2", "finish,save"], plan.Batches.Select(batch => string.Join(',', batch.Nodes.Select(node => plan.Nodes[node].Id))));
        Assert.Equal([null, "cuda", null], plan.Batches.Select(batch => batch.Requires.Backend));
        Assert.Equal(["", "0", "1"], plan.Batches.Select(batch => string.Join(',', batch.DependsOn)));
        Assert.Equal(["prepare", "model", "sample1", "sample2", "save"], plan.Nodes.Where(node => node.Keep).Select(node => node.Id.Value));
    }

    [Fact]
    public void Without_gpu_runners_nothing_is_cut_for_them()
    {
        string[] lines = ["1 Source value:=1", "2 Gpu a=1", "3 Op a=2", "4 Save a=3"];
        Assert.Null(Assert.Single(Snapshots.Of(lines).Plan().Batches).Requires.Backend);
        RunSnapshot wanted = Snapshots.Of(new RunOptions { TargetBackend = "cpu" }, lines);
        Assert.Equal("cpu", Assert.Single(wanted.Plan(new PlannerOptions { GpuBackend = "cuda" }).Batches).Requires.Backend);
    }

    [Fact]
    public void Packs_of_their_own_have_batches_of_their_own_and_common_ones_share()
    {
        RunPlan plan = Snapshots.Of("1 Source value:=1", "2 Imaging a=1", "3 Video a=2", "4 Op a=3", "5 Save a=4").Plan();
        Assert.Equal(["core,core.imaging", "video", "core"], plan.Batches.Select(batch => string.Join(',', batch.Requires.Packs)));
    }

    [Fact]
    public void Packs_that_alternate_along_a_long_row_share_batches_after_all()
    {
        string[] lines = [.. Enumerable.Range(0, 1_000).Select(i => i == 0 ? "0 Source value:=1" : $"{i} {(i % 2 == 0 ? "Op" : "Video")} a={i - 1}"), "end Save a=999"];
        RunPlan plan = Snapshots.Of(lines).Plan();
        Assert.Equal(["core", "video"], Assert.Single(plan.Batches).Requires.Packs);
    }

    [Fact]
    public void Thousands_of_loose_parts_share_a_few_hundred_batches()
    {
        string[] lines = [.. Enumerable.Range(0, 5_000).SelectMany(i => new[] { $"s{i} Source value:={i}", $"e{i} Save a=s{i}" })];
        RunPlan plan = Snapshots.Of(lines).Plan();
        Assert.InRange(plan.Batches.Length, 200, 256);
        Assert.All(plan.Batches, batch => Assert.InRange(batch.Nodes.Length, 38, 42));
    }

    [Fact]
    public void Trivial_parts_share_one_batch()
    {
        RunSnapshot snapshot = Snapshots.Of(new RunOptions { Outputs = [new("a"), new("b"), new("c")] }, "a Tiny", "b Tiny", "c Tiny");
        Assert.Single(snapshot.Plan().Batches);
    }

    [Fact]
    public void What_may_be_kept_follows_cost_chance_and_wish()
    {
        string[] lines = ["1 Tiny", "2 Op a=1", "3 Dice a=2", "4 Gpu a=3", "5 Save a=4"];
        RunPlan plan = Snapshots.Of(lines).Plan();
        Assert.Equal([false, true, false, true, true], plan.Nodes.Select(node => node.MayCache));
        Assert.Equal([false, false, false, true, true], plan.Nodes.Select(node => node.Keep));
        Assert.All(Snapshots.Of(new RunOptions { CachePolicy = CachePolicy.Bypass }, lines).Plan().Nodes, node => Assert.False(node.MayCache));
    }

    [Fact]
    public void Node_keeps_its_files_constants_and_retry_policy()
    {
        RetryPolicy policy = new(7, TimeSpan.Zero, 1, TimeSpan.Zero);
        RunSnapshot snapshot = Snapshots.Of("1 Load file:=@photo", "2 Save a=1 name:=\"x\"");
        RunPlan plan = (snapshot with { Retries = snapshot.Retries.Add(new NodeId("1"), policy), Metadata = snapshot.Metadata.Add("prompt", "{}") }).Plan();
        Assert.Equal(Some.Digest("@photo"), plan.Nodes[0].Files["file"].Digest);
        Assert.Equal(policy, plan.Nodes[0].Retry);
        Assert.Null(plan.Nodes[1].Retry);
        Assert.Equal("x", plan.Nodes[1].Constants["name"].GetString());
        Assert.Equal("{}", plan.Metadata["prompt"]);
    }

    private static string[] Chain(int length) =>
        [.. Enumerable.Range(0, length).Select(i => i == 0 ? "0 Source value:=1" : i == length - 1 ? $"{i} Save a={i - 1}" : string.Create(CultureInfo.InvariantCulture, $"{i} Op a={i - 1}"))];
}
