using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.DurableTask.Client;
using Vortex.Azure;
using Vortex.Functions.Tests.Orchestration;
using Vortex.Runs;
using Vortex.Testing;

namespace Vortex.Functions.Tests.Results;

/// <summary>What the results queue holds, on its way to the run that waits for it.</summary>
public sealed class ResultFunctionTests
{
    private static readonly string s_instance = "acme.main." + Some.RunId(1);

    [Fact]
    public async Task Result_becomes_the_event_that_its_run_waits_for()
    {
        await using FunctionWorld world = Waiting();
        await TakeAsync(world, Outcome());
        await TakeAgainAsync(world, Outcome());
        Assert.Equal([(s_instance, RunOrchestrator.BatchFinished), (s_instance, RunOrchestrator.BatchFinished)], world.Durable.Raised.Select(one => (one.Instance, one.Event)));
        Assert.Equal(BatchStatus.Succeeded, Raised(world).Status);
    }

    [Fact]
    public async Task Result_of_a_run_that_is_over_is_let_go_of()
    {
        await using FunctionWorld world = new();
        await TakeAsync(world, Outcome());
        Assert.Empty(world.Durable.Raised);
    }

    [Fact]
    public async Task Result_that_was_large_for_a_message_arrives_with_its_problems()
    {
        await using FunctionWorld world = Waiting();
        await TakeAsync(world, await ClaimAsync(world));
        RunProblem told = Assert.Single(Raised(world).Problems);
        Assert.Equal(("node.failed", "It broke."), (told.Code, told.Message));
    }

    [Fact]
    public async Task Result_whose_content_is_gone_is_tried_again_and_arrives_in_the_end_without_its_problems()
    {
        await using FunctionWorld world = Waiting();
        string claim = Claim(Some.Digest("gone"));
        AzureStoreException gone = await Assert.ThrowsAsync<AzureStoreException>(() => TakeAsync(world, claim));
        Assert.Equal("store.missing", gone.Code);
        await TakeAgainAsync(world, claim);
        Assert.Equal((BatchStatus.Failed, 1, 0), (Raised(world).Status, Raised(world).Failed, Raised(world).Problems.Length));
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("{")]
    [InlineData("""{"batch_id":"b"}""")]
    public async Task Message_nobody_can_read_fails_with_a_code_until_the_queue_puts_it_aside_and_is_thrown_away_there(string message)
    {
        await using FunctionWorld world = new();
        InvalidDataException told = await Assert.ThrowsAsync<InvalidDataException>(() => TakeAsync(world, message));
        Assert.StartsWith("result.unreadable: ", told.Message, StringComparison.Ordinal);
        await TakeAgainAsync(world, message);
        Assert.Empty(world.Durable.Raised);
    }

    private static FunctionWorld Waiting()
    {
        FunctionWorld world = new();
        world.Durable.Instances[s_instance] = new OrchestrationMetadata("run-v1", s_instance) { RuntimeStatus = OrchestrationRuntimeStatus.Running };
        return world;
    }

    private static BatchOutcome Raised(FunctionWorld world) => JsonSerializer.Deserialize<BatchOutcome>(world.Durable.Raised[0].Payload, RunsJson.Options)!;

    private static BatchOutcome Report(BatchStatus status) =>
        new() { BatchId = new BatchId(Some.RunId(1) + ".0"), Workspace = Some.Here, RunId = Some.RunId(1), Dispatch = 1, Attempt = 1, RunnerId = "r", Status = status };

    private static string Outcome() => JsonSerializer.Serialize(Report(BatchStatus.Succeeded), RunsJson.Options);

    private static async Task<string> ClaimAsync(FunctionWorld world)
    {
        BatchOutcome whole = Report(BatchStatus.Failed) with { Failed = 1, Problems = [new RunProblem("node.failed", "It broke.")] };
        return Claim(await world.Contents.StoreAsync(Some.Here, JsonSerializer.SerializeToUtf8Bytes(whole, RunsJson.Options), TestContext.Current.CancellationToken));
    }

    private static string Claim(Digest whole)
    {
        JsonNode claim = JsonSerializer.SerializeToNode(Report(BatchStatus.Failed) with { Failed = 1 }, RunsJson.Options)!;
        claim["whole_at"] = whole.Value;
        return claim.ToJsonString();
    }

    private static Task TakeAsync(FunctionWorld world, string message) =>
        world.Get<ResultFunctions>().TakeAsync(message, world.Durable, TestContext.Current.CancellationToken);

    private static Task TakeAgainAsync(FunctionWorld world, string message) =>
        world.Get<ResultFunctions>().TakeAgainAsync(message, world.Durable, TestContext.Current.CancellationToken);
}
