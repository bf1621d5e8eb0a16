using Vortex.Runs;
using Vortex.Testing;

namespace Vortex.Api.Tests.Runs;

public sealed class IdempotencyTests
{
    [Fact]
    public async Task Same_key_and_body_make_one_run()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        string body = Documents.Run(Documents.Invert);
        Reply first = (await host.Client.PostJsonAsync("/v1/runs", body, ("Idempotency-Key", "k1"))).Is(202);
        Reply second = (await host.Client.PostJsonAsync("/v1/runs", body, ("Idempotency-Key", "k1"))).Is(202);
        Assert.Equal((first["run_id"], first["status"]), (second["run_id"], second["status"]));
        Assert.Single((await host.Ports.Runs.ListAsync(Some.Here, new RunQuery())).Items);
    }

    [Fact]
    public async Task Same_key_with_another_body_is_a_conflict()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        Reply first = (await host.Client.PostJsonAsync("/v1/runs", Documents.Run(Documents.Invert), ("Idempotency-Key", "k1"))).Is(202);
        Reply conflict = await host.Client.PostJsonAsync("/v1/runs", Documents.Run(Documents.Invert, """{"priority":1}"""), ("Idempotency-Key", "k1"));
        conflict.IsError(409, "run.idempotency_conflict");
        Assert.Equal(first["run_id"], conflict.Json.GetProperty("details").GetProperty("run_id").GetString());
    }

    [Fact]
    public async Task Many_at_once_with_one_key_make_one_run()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        string body = Documents.Run(Documents.Invert);
        Reply[] all = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => host.Client.PostJsonAsync("/v1/runs", body, ("Idempotency-Key", "k"))));
        Assert.Single(all.Select(reply => reply.Is(202)["run_id"]).Distinct());
        Assert.Single((await host.Ports.Runs.ListAsync(Some.Here, new RunQuery())).Items);
    }

    [Fact]
    public async Task Key_that_made_nothing_can_be_used_again()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        (await host.Client.PostJsonAsync("/v1/runs", """{"definition":{}}""", ("Idempotency-Key", "k"))).IsError(422, "workflow.unreadable");
        (await host.Client.PostJsonAsync("/v1/runs", Documents.Run(Documents.Invert), ("Idempotency-Key", "k"))).Is(202);
    }

    [Fact]
    public async Task Check_does_not_use_up_a_key()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        (await host.Client.PostJsonAsync("/v1/runs?mode=check", Documents.Run(Documents.Invert), ("Idempotency-Key", "k"))).Is(200);
        (await host.Client.PostJsonAsync("/v1/runs", Documents.Run(Documents.Invert, """{"priority":1}"""), ("Idempotency-Key", "k"))).Is(202);
    }

    [Theory]
    [InlineData("two words")]
    [InlineData("ü")]
    public async Task Unusable_keys_are_refused(string key)
    {
        await using ApiHost host = await ApiHost.StartAsync();
        (await host.Client.PostJsonAsync("/v1/runs", Documents.Run(Documents.Invert), ("Idempotency-Key", Uri.EscapeDataString(key).Replace("%20", " ", StringComparison.Ordinal) + new string('x', 200)))).IsError(400, "request.invalid_header");
    }

    [Fact]
    public void Run_id_of_a_key_looks_like_any_other_and_depends_on_the_workspace()
    {
        RunId here = IdempotencyKeys.RunIdOf(Some.Here, "k");
        Assert.Matches("^run_[0-7][0-9A-HJKMNP-TV-Z]{25}$", here.Value);
        Assert.Equal(here, IdempotencyKeys.RunIdOf(Some.Here, "k"));
        Assert.NotEqual(here, IdempotencyKeys.RunIdOf(Some.There, "k"));
        Assert.NotEqual(here, IdempotencyKeys.RunIdOf(Some.Here, "K"));
    }
}
