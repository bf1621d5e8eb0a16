using Vortex.Testing;

namespace Vortex.Runs.Tests.Batches;

public sealed class FairSharesTests
{
    [Fact]
    public void Fewest_held_for_the_weight_comes_first_then_who_waited_longest_then_the_name()
    {
        FairShares shares = new([new("zenith", 2), new("acme.main", 0.5)]);
        Assert.Equal((0.5, 1, 2), (shares.WeightOf(Some.Here), shares.WeightOf(Some.There), shares.WeightOf(Some.Stranger)));
        AssertBefore(shares, new(Some.Stranger, 3, 9), new(Some.There, 2, 1));
        AssertBefore(shares, new(Some.There, 1, 9), new(Some.Here, 1, 1));
        AssertBefore(shares, new(Some.Stranger, 2, 4), new(Some.There, 1, 5));
        AssertBefore(shares, new(Some.There, 0, null), new(Some.Here, 0, 1));
        AssertBefore(shares, new(Some.Here, 0, null), new(Some.There, 0, null));
        Assert.Equal(0, shares.Compare(new(Some.Here, 1, 1), new(Some.Here, 1, 1)));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(8)]
    public void Nobody_starves_whatever_the_weights_and_the_lengths_of_batches(int runners)
    {
        // Everybody always has work. Runners end in any order; each end serves whose turn it is.
        for (int seed = 0; seed < 50; seed++)
        {
            Random random = new(seed);
            WorkspaceId[] workspaces = [.. Enumerable.Range(0, 5).Select(i => new WorkspaceId("t" + i, "main"))];
            FairShares shares = new(workspaces.Select(workspace => KeyValuePair.Create(workspace.Tenant, Math.Pow(10, (random.NextDouble() * 3) - 1.5))));
            Dictionary<WorkspaceId, int> held = workspaces.ToDictionary(workspace => workspace, _ => 0);
            Dictionary<WorkspaceId, long?> served = workspaces.ToDictionary(workspace => workspace, _ => (long?)null);
            List<WorkspaceId> atWork = [];
            Dictionary<WorkspaceId, int> waited = workspaces.ToDictionary(workspace => workspace, _ => 0);
            for (int turn = 0; turn < 400; turn++)
            {
                if (atWork.Count == runners)
                {
                    WorkspaceId done = atWork[random.Next(runners)];
                    atWork.Remove(done);
                    held[done]--;
                }

                WorkspaceId next = workspaces.Select(workspace => new WorkspaceShare(workspace, held[workspace], served[workspace])).Min(shares).Workspace;
                atWork.Add(next);
                held[next]++;
                served[next] = turn;
                foreach (WorkspaceId workspace in workspaces)
                {
                    waited[workspace] = workspace == next || held[workspace] > 0 ? 0 : waited[workspace] + 1;
                    // Who holds nothing is served before anybody who holds something, and before any of its like comes twice.
                    Assert.InRange(waited[workspace], 0, workspaces.Length - 1);
                }
            }
        }
    }

    [Theory]
    [InlineData("acme", 0.0)]
    [InlineData("acme", double.NaN)]
    [InlineData("acme/main", 101.0)]
    [InlineData("acme/main", -1.0)]
    [InlineData("acme/main/x", 1.0)]
    [InlineData("", 1.0)]
    [InlineData("acme/", 1.0)]
    [InlineData("a b", 1.0)]
    public void Weight_or_name_that_cannot_be_is_refused_with_a_sentence_that_names_it(string name, double weight)
    {
        ArgumentException refused = Assert.Throws<ArgumentException>(() => new FairShares([new(name, weight)]));
        Assert.Contains($"'{name}'", refused.Message, StringComparison.Ordinal);
    }

    private static void AssertBefore(FairShares shares, WorkspaceShare first, WorkspaceShare second)
    {
        Assert.True(shares.Compare(first, second) < 0);
        Assert.True(shares.Compare(second, first) > 0);
    }
}
