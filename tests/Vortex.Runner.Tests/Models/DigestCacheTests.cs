using System.Security.Cryptography;
using Vortex.Runner.Models;

namespace Vortex.Runner.Tests.Models;

public sealed class DigestCacheTests : IDisposable
{
    private readonly string _folder = Directory.CreateDirectory(Path.Combine(Path.GetTempPath(), "vortex-digest-tests", Guid.NewGuid().ToString("N"))).FullName;

    private string Notes => Path.Combine(_folder, "digests.json");

    private string Model => Path.Combine(_folder, "model.safetensors");

    [Fact]
    public void Digest_is_that_of_the_content_and_follows_a_change()
    {
        DigestCache digests = new(Notes);
        File.WriteAllText(Model, "one");
        Assert.Equal(Sha256("one"), digests.DigestOf(Model));
        File.WriteAllText(Model, "three");
        Assert.Equal(Sha256("three"), digests.DigestOf(Model));
        Assert.Equal([Model], digests.PathsOf(Sha256("three")));
    }

    [Fact]
    public void Next_process_trusts_the_notes_while_size_and_times_are_the_same()
    {
        File.WriteAllText(Model, "one");
        new DigestCache(Notes).DigestOf(Model);
        File.WriteAllText(Notes, File.ReadAllText(Notes).Replace(Sha256("one"), Sha256("noted"), StringComparison.Ordinal));
        Assert.Equal(Sha256("noted"), new DigestCache(Notes).DigestOf(Model));
        File.SetLastWriteTimeUtc(Model, new DateTime(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        Assert.Equal(Sha256("one"), new DigestCache(Notes).DigestOf(Model));
    }

    [Fact]
    public void What_is_known_of_a_file_is_told_without_reading_it()
    {
        DigestCache digests = new(Notes);
        Assert.Null(digests.KnownDigestOf(Model));
        File.WriteAllText(Model, "one");
        Assert.Null(digests.KnownDigestOf(Model));
        digests.DigestOf(Model);
        Assert.Equal(Sha256("one"), digests.KnownDigestOf(Model));
        Assert.Equal(Sha256("one"), new DigestCache(Notes).KnownDigestOf(Model));
        File.WriteAllText(Model, "three");
        Assert.Null(digests.KnownDigestOf(Model));
        File.Delete(Model);
        Assert.Null(digests.KnownDigestOf(Model));
    }

    [Fact]
    public void Damaged_notes_are_begun_anew()
    {
        File.WriteAllText(Model, "one");
        File.WriteAllText(Notes, "{ not json");
        Assert.Equal(Sha256("one"), new DigestCache(Notes).DigestOf(Model));
        Assert.Contains(Sha256("one"), File.ReadAllText(Notes), StringComparison.Ordinal);
    }

    [Fact]
    public void Missing_file_is_asked_for_again_when_it_comes()
    {
        DigestCache digests = new(null);
        Assert.ThrowsAny<IOException>(() => digests.DigestOf(Model));
        File.WriteAllText(Model, "one");
        Assert.Equal(Sha256("one"), digests.DigestOf(Model));
    }

    [Fact]
    public async Task Many_at_once_get_the_same_digest()
    {
        File.WriteAllText(Model, "one");
        DigestCache digests = new(Notes);
        string[] all = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => Task.Run(() => digests.DigestOf(Model))));
        Assert.All(all, digest => Assert.Equal(Sha256("one"), digest));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static string Sha256(string text) => Convert.ToHexStringLower(SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(text)));
}
