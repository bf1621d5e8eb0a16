namespace Vortex.Api.Tests.Http;

public sealed class CursorTests
{
    [Fact]
    public void Cursor_reads_back_and_one_changed_character_shows()
    {
        Random random = new(5);
        for (int i = 0; i < 500; i++)
        {
            string inner = string.Concat(Enumerable.Range(0, random.Next(1, 60)).Select(_ => (char)random.Next(0x20, 0x3000)));
            string cursor = Cursors.Wrap("list", inner)!;
            Assert.Equal(inner, Cursors.Unwrap("list", cursor).Value);
            char[] changed = cursor.ToCharArray();
            int at = random.Next(changed.Length - 1);
            changed[at] = changed[at] == 'A' ? 'B' : 'A';
            Assert.Equal("request.invalid_cursor", Cursors.Unwrap("list", new string(changed)).Error?.Code.Code);
            Assert.Equal("request.invalid_cursor", Cursors.Unwrap("other", cursor).Error?.Code.Code);
        }
    }

    [Fact]
    public void No_cursor_is_the_beginning()
    {
        Assert.Null(Cursors.Wrap("list", null));
        Assert.Null(Cursors.Unwrap("list", null).Value);
        Assert.Null(Cursors.Unwrap("list", "").Error);
    }

    [Fact]
    public void Garbage_is_refused_and_never_thrown_at()
    {
        Random random = new(6);
        for (int i = 0; i < 1000; i++)
        {
            string garbage = string.Concat(Enumerable.Range(0, random.Next(1, 80)).Select(_ => (char)random.Next(1, 0x200)));
            Assert.NotNull(Cursors.Unwrap("list", garbage).Error);
        }
    }
}
