using System.Text.RegularExpressions;
using Vortex.Runs;
using Vortex.Testing;

namespace Vortex.Api.Tests.Pages;

public sealed partial class PageTests
{
    [Fact]
    public async Task Start_page_of_an_empty_server_says_how_to_begin()
    {
        await using ApiHost host = await ApiHost.StartAsync(options => options.Version = "9.8.7");
        Reply page = (await host.Client.GetReplyAsync("/")).Is(200);
        Assert.Equal("text/html; charset=utf-8", page.Header("Content-Type"));
        Assert.Contains("Version 9.8.7", page.Text, StringComparison.Ordinal);
        Assert.Contains("Nothing has run here yet", page.Text, StringComparison.Ordinal);
        Assert.Contains("4 of ", page.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("<script", page.Text, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Start_page_counts_runs_and_shows_the_latest_with_nothing_unescaped()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        for (int i = 1; i <= 12; i++)
        {
            await host.Ports.Runs.CreateAsync(Some.Here, Some.Run(i) with { WorkflowName = $"<b>{i}</b>" }, Some.Event(RunEventTypes.RunQueued));
        }

        await host.Ports.Runs.CommitAsync(Some.Here, Some.RunId(12), Some.End());
        await host.Ports.Queue.SetPausedAsync(Some.Here, true);
        string page = (await host.Client.GetReplyAsync("/")).Is(200).Text;
        Assert.Contains("<dt>queued</dt><dd>11</dd>", page, StringComparison.Ordinal);
        Assert.Contains("<dt>succeeded</dt><dd>1</dd>", page, StringComparison.Ordinal);
        Assert.Contains("&lt;b&gt;12&lt;/b&gt;", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<b>", page, StringComparison.Ordinal);
        Assert.DoesNotContain(Some.RunId(2).Value, page, StringComparison.Ordinal);
        Assert.Contains("paused", page, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/", "text/html; charset=utf-8")]
    [InlineData("/docs", "text/html; charset=utf-8")]
    [InlineData("/docs/docs.js", "text/javascript; charset=utf-8")]
    [InlineData("/docs/pages.css", "text/css; charset=utf-8")]
    public async Task Pages_load_nothing_from_elsewhere_and_forbid_it(string path, string type)
    {
        await using ApiHost host = await ApiHost.StartAsync();
        Reply page = (await host.Client.GetReplyAsync(path)).Is(200);
        Assert.Equal(type, page.Header("Content-Type"));
        Assert.DoesNotMatch("https?://|//cdn|@import", page.Text);
        Assert.Contains("default-src 'none'", page.Header("Content-Security-Policy"), StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe", page.Header("Content-Security-Policy"), StringComparison.Ordinal);
        Assert.Equal("nosniff", page.Header("X-Content-Type-Options"));
    }

    [Fact]
    public async Task Every_link_of_the_pages_works()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        await host.Ports.Runs.CreateAsync(Some.Here, Some.Run(1), Some.Event(RunEventTypes.RunQueued));
        foreach (string page in new[] { "/", "/docs" })
        {
            MatchCollection links = Links().Matches((await host.Client.GetReplyAsync(page)).Text);
            Assert.NotEmpty(links);
            foreach (string link in links.Select(match => match.Groups[1].Value.Split('#')[0]).Where(link => link.Length > 0 && !link.StartsWith("data:", StringComparison.Ordinal)))
            {
                (await host.Client.GetReplyAsync(link)).Is(200);
            }
        }
    }

    [Fact]
    public async Task Pages_say_their_language_have_a_title_and_know_small_screens_and_dark_ones()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        foreach (string path in new[] { "/", "/docs" })
        {
            string page = (await host.Client.GetReplyAsync(path)).Text;
            Assert.Contains("<html lang=\"en\">", page, StringComparison.Ordinal);
            Assert.Contains("width=device-width", page, StringComparison.Ordinal);
            Assert.Single(Regex.Matches(page, "<h1>"));
            Assert.Single(Regex.Matches(page, "<main>"));
            Assert.Contains("<title>", page, StringComparison.Ordinal);
        }

        Assert.Contains("prefers-color-scheme: dark", (await host.Client.GetReplyAsync("/docs/pages.css")).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Files_of_the_pages_are_revalidated()
    {
        await using ApiHost host = await ApiHost.StartAsync();
        Reply first = (await host.Client.GetReplyAsync("/docs/docs.js")).Is(200);
        Assert.Equal(304, (int)(await host.Client.GetReplyAsync("/docs/docs.js", ("If-None-Match", first.Header("ETag")))).Status);
    }

    [GeneratedRegex("(?:href|src)=\"([^\"]*)\"")]
    private static partial Regex Links();
}
