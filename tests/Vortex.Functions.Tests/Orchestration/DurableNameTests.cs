using Vortex.Runs;
using Vortex.Testing;

namespace Vortex.Functions.Tests.Orchestration;

public sealed class DurableNameTests
{
    [Theory]
    [InlineData("run", 1, "run-v1")]
    [InlineData("a-v2-b", 12, "a-v2-b-v12")]
    public void Name_of_an_orchestrator_has_its_version_and_reads_back(string name, int version, string expected)
    {
        Assert.Equal(expected, DurableNames.Orchestrator(name, version));
        Assert.Equal((name, version), DurableNames.Read(expected));
    }

    [Fact]
    public void Name_without_a_version_is_of_version_0() => Assert.Equal(("run", 0), DurableNames.Read("run"));

    [Fact]
    public void Instance_ids_are_printable_short_and_different_for_different_instances()
    {
        OrchestrationId[] all =
        [
            new(Some.Here, "run_1"), new(Some.There, "run_1"), new(Some.Stranger, "run_1"), new(Some.Here, "run_2"),
            new(new WorkspaceId(new string('t', 128), new string('w', 128)), "run_1"), new(new WorkspaceId(new string('t', 128), new string('w', 127)), "run_1"),
            new(Some.Here, "a.b"), new(Some.Here, "a/b"), new(Some.Here, "写真"), new(new WorkspaceId("acme", "main"), "x#?\\"),
        ];
        string[] ids = [.. all.Select(DurableNames.Instance)];
        Assert.Equal(ids.Distinct(), ids);
        Assert.All(ids, id => Assert.True(id.Length is > 0 and <= 100 && id.All(c => c is > ' ' and < '\x7f' and not '/' and not '\\' and not '#' and not '?'), id));
        Assert.Equal("acme.main.run_1", ids[0]);
    }
}
