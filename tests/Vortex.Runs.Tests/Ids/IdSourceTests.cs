using Vortex.Testing;

namespace Vortex.Runs.Tests.Ids;

public sealed class IdSourceTests
{
    [Fact]
    public void Ids_sort_in_the_order_they_were_made_even_within_a_millisecond_and_when_the_clock_goes_back()
    {
        ManualTimeProvider time = new();
        IdSource source = new(time);
        List<string> ids = [];
        for (int i = 0; i < 500; i++)
        {
            ids.Add(source.NewRunId().Value);
            if (i % 100 == 99)
            {
                time.JumpClock(i % 200 == 99 ? TimeSpan.FromHours(-1) : TimeSpan.FromDays(1));
            }
        }

        Assert.Equal(ids.Order(StringComparer.Ordinal), ids);
        Assert.Equal(500, ids.Distinct().Count());
        Assert.All(ids, id => Assert.Matches("^run_[0-7][0-9A-HJKMNP-TV-Z]{25}$", id));
    }

    [Fact]
    public void Id_tells_its_time()
    {
        Assert.StartsWith("wf_" + Base32(1_893_499_200_000), new IdSource(new ManualTimeProvider()).NewWorkflowId().Value, StringComparison.Ordinal);
    }

    [Fact]
    public void Nonces_differ() => Assert.NotEqual(IdSource.NewNonce(), IdSource.NewNonce());

    private static string Base32(long milliseconds)
    {
        string text = "";
        for (int i = 0; i < 10; i++)
        {
            text = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"[(int)(milliseconds % 32)] + text;
            milliseconds /= 32;
        }

        return text;
    }
}
