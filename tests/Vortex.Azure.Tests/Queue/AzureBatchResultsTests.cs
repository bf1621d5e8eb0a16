using System.Text;
using System.Text.Json;
using Vortex.Runs;
using Vortex.Testing;
using Vortex.Workflows;

namespace Vortex.Azure.Tests.Queue;

/// <summary>What a runner reports, and what arrives.</summary>
public sealed class AzureBatchResultsTests
{
    private readonly ManualTimeProvider _time = new(Some.Time);
    private readonly DeskBroker _broker;
    private readonly Packing _packing;
    private readonly AzureBatchResults _results;

    public AzureBatchResultsTests()
    {
        _broker = new DeskBroker(_time);
        _packing = new Packing(new InMemoryArtifactStore(), 2_000);
        _results = new AzureBatchResults(_broker, _packing, "results");
    }

    [Fact]
    public async Task Outcome_arrives_as_it_was_reported()
    {
        BatchOutcome outcome = Outcome() with { Failed = 1, Problems = [new RunProblem("node.failed", "It says 'こんにちは'.") { Detail = "line 1\nline 2" }] };
        await _results.ReportAsync(outcome);
        (string queue, OutcomeMessage message) = Assert.Single(_broker.Outcomes);
        Assert.Equal("results", queue);
        Some.AssertSame(outcome, await ReadAsync(message));
        Assert.DoesNotContain(OutcomeMessage.WholeAt, Encoding.UTF8.GetString(message.Body.Span), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Reported_twice_it_arrives_once()
    {
        await _results.ReportAsync(Outcome());
        _time.Advance(TimeSpan.FromMinutes(5));
        await _results.ReportAsync(Outcome());
        Assert.Single(_broker.Outcomes);
    }

    [Fact]
    public async Task Other_batches_dispatches_attempts_and_workspaces_are_other_messages()
    {
        BatchOutcome[] outcomes =
        [
            Outcome(),
            Outcome() with { BatchId = Some.Batch(1, 1).BatchId },
            Outcome() with { Dispatch = 2 },
            Outcome() with { Attempt = 2 },
            Outcome() with { Workspace = Some.There },
            Outcome() with { Workspace = Some.Stranger },
        ];
        foreach (BatchOutcome outcome in outcomes)
        {
            await _results.ReportAsync(outcome);
        }

        Assert.Equal(outcomes.Length, _broker.Outcomes.Count);
    }

    [Fact]
    public async Task Outcome_that_is_large_for_a_message_travels_by_claim_check()
    {
        BatchOutcome large = Large();
        await _results.ReportAsync(large);
        await _results.ReportAsync(large);
        OutcomeMessage message = Assert.Single(_broker.Outcomes).Message;
        Assert.InRange(message.Body.Length, 2, 2_000);
        Some.AssertSame(large, await ReadAsync(message));
    }

    [Fact]
    public async Task Reader_that_knows_no_claim_check_still_learns_what_the_run_needs()
    {
        await _results.ReportAsync(Large());
        BatchOutcome seen = JsonSerializer.Deserialize<BatchOutcome>(Assert.Single(_broker.Outcomes).Message.Body.Span, RunsJson.Options)!;
        Some.AssertSame(Large() with { Problems = [] }, seen);
    }

    [Fact]
    public async Task Content_of_one_workspace_is_not_read_for_another()
    {
        await _results.ReportAsync(Large());
        string body = Encoding.UTF8.GetString(Assert.Single(_broker.Outcomes).Message.Body.Span);
        string stolen = body.Replace("\"main\"", "\"other\"", StringComparison.Ordinal);
        Assert.NotEqual(body, stolen);
        AzureStoreException error = await Assert.ThrowsAsync<AzureStoreException>(async () => await new OutcomeReader(_packing).ReadAsync(stolen));
        Assert.Equal(AzureErrors.Missing, error.Code);
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("{\"batch_id\":1}")]
    public async Task Message_of_somebody_else_is_refused(string body) =>
        await Assert.ThrowsAnyAsync<JsonException>(async () => await new OutcomeReader(_packing).ReadAsync(body));

    private ValueTask<BatchOutcome> ReadAsync(OutcomeMessage message) => new OutcomeReader(_packing).ReadAsync(Encoding.UTF8.GetString(message.Body.Span));

    private static BatchOutcome Large() => Outcome() with
    {
        Status = BatchStatus.Failed,
        Failed = 50,
        Problems = [.. Enumerable.Range(0, 50).Select(i => new RunProblem("node.failed", $"Problem {i}.") { Node = new NodeId("n" + i), Detail = new string('x', 6_000) })],
    };

    private static BatchOutcome Outcome() => new()
    {
        BatchId = Some.Batch().BatchId,
        Workspace = Some.Here,
        RunId = Some.RunId(1),
        Dispatch = 1,
        Attempt = 1,
        RunnerId = "runner-1",
        Status = BatchStatus.Succeeded,
        Succeeded = 3,
    };
}
