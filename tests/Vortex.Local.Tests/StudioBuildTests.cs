using Vortex.Local.Hosting;

namespace Vortex.Local.Tests;

public sealed class StudioBuildTests : IDisposable
{
    private static readonly DateTime s_then = new(2030, 1, 1, 0, 0, 0, DateTimeKind.Utc);
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Page_that_was_never_built_is_stale()
    {
        Write("index.html", s_then);
        Assert.True(Studio.IsStale(_folder.Path));
    }

    [Theory]
    [InlineData("src/deep/inside.ts")]
    [InlineData("public/favicon.svg")]
    [InlineData("package-lock.json")]
    public void Page_older_than_one_of_its_sources_is_stale_until_it_is_built_again(string source)
    {
        Write("src/main.ts", s_then);
        Write("dist/index.html", s_then.AddHours(1));
        Assert.False(Studio.IsStale(_folder.Path));
        Write(source, s_then.AddHours(2));
        Assert.True(Studio.IsStale(_folder.Path));
        Write("dist/index.html", s_then.AddHours(3));
        Assert.False(Studio.IsStale(_folder.Path));
    }

    [Fact]
    public void Tests_and_installed_packages_do_not_make_the_page_stale()
    {
        Write("src/main.ts", s_then);
        Write("dist/index.html", s_then.AddHours(1));
        Write("test/one.test.ts", s_then.AddHours(2));
        Write("node_modules/lit/index.js", s_then.AddHours(2));
        Assert.False(Studio.IsStale(_folder.Path));
    }

    [Fact]
    public async Task Build_of_a_current_page_asks_for_nothing_and_leaves_nothing()
    {
        Write("src/main.ts", s_then);
        Write("dist/index.html", s_then.AddHours(1));
        Assert.Null(await Studio.BuildAsync(_folder.Path, TestContext.Current.CancellationToken));
        Assert.False(File.Exists(_folder.File(".building")));
    }

    private void Write(string name, DateTime time)
    {
        string path = _folder.File(name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, "");
        File.SetLastWriteTimeUtc(path, time);
    }
}
