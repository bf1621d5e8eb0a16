using Vortex.Runs;
using Vortex.Testing;

namespace Vortex.Embedded.Tests;

/// <summary>What the database does when things go wrong below it, and how writes share a commit.</summary>
public sealed class DatabaseTests : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Opening_twice_migrates_once_and_keeps_what_is_there()
    {
        EmbeddedStore store = await _folder.OpenAsync();
        await store.Runs.CreateAsync(Some.Here, Some.Run(1), Some.Event());
        await store.DisposeAsync();
        store = await _folder.OpenAsync();
        Assert.NotNull(await store.Runs.FindAsync(Some.Here, Some.RunId(1)));
        Assert.Equal(Schema.Newest, await store.Database.ReadAsync(db => db.Scalar("PRAGMA user_version")));
    }

    [Fact]
    public async Task Database_of_the_first_release_is_brought_up_and_keeps_what_is_there()
    {
        EmbeddedStore store = await _folder.OpenAsync();
        await store.Runs.CreateAsync(Some.Here, Some.Run(1), Some.Event());
        await store.DisposeAsync();
        Raw("DROP TABLE hooks");
        ForgetLater();
        Raw("PRAGMA user_version = 1");
        store = await _folder.OpenAsync();
        Assert.NotNull(await store.Runs.FindAsync(Some.Here, Some.RunId(1)));
        Assert.Empty((await store.Hooks.ListAsync(Some.Here, null, 10)).Items);
        Assert.Equal(Schema.Newest, await store.Database.ReadAsync(db => db.Scalar("PRAGMA user_version")));
        await store.Queue.SendAsync(Some.Batch());
        Assert.NotNull(await store.Queue.LeaseAsync(Some.Runner(), TimeSpan.Zero));
    }

    [Fact]
    public async Task Artifacts_of_before_are_found_by_what_their_records_say()
    {
        EmbeddedStore store = await _folder.OpenAsync();
        await store.Runs.CreateAsync(Some.Here, Some.Run(1), Some.Event());
        RunEventDraft made = Some.ArtifactEvent(1, "a.webm");
        made = made with { Artifact = made.Artifact! with { CreatedAt = Some.Time + TimeSpan.FromMilliseconds(250), File = made.Artifact.File with { MediaType = "Video/WebM", Kind = ArtifactKind.Preview } } };
        await store.Runs.CommitAsync(Some.Here, Some.RunId(1), Some.Commit(made));
        await store.DisposeAsync();
        ForgetLater();
        Raw("PRAGMA user_version = 2");
        store = await _folder.OpenAsync();
        ArtifactQuery fits = new() { Media = "video", Kind = ArtifactKind.Preview, CreatedFrom = Some.Time, CreatedBefore = Some.Time + TimeSpan.FromSeconds(1) };
        Assert.Single((await store.Runs.ListArtifactsAsync(Some.Here, fits)).Items);
        Assert.Empty((await store.Runs.ListArtifactsAsync(Some.Here, fits with { Kind = ArtifactKind.Output })).Items);
        Assert.Empty((await store.Runs.ListArtifactsAsync(Some.Here, fits with { CreatedFrom = Some.Time + TimeSpan.FromSeconds(1), CreatedBefore = null })).Items);
    }

    [Fact]
    public void Key_of_hooks_is_made_once_and_only_its_owner_may_read_it()
    {
        string key = HookKeyFile.ReadOrMake(_folder.Data);
        Assert.Equal(32, Convert.FromBase64String(key).Length);
        Assert.Equal(key, HookKeyFile.ReadOrMake(_folder.Data));
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(_folder.Data.Path, "hooks.key")));
        }
    }

    [Fact]
    public async Task Every_tables_key_begins_with_tenant_and_workspace()
    {
        EmbeddedStore store = await _folder.OpenAsync();
        List<string> others = await store.Database.ReadAsync(db =>
        {
            List<string> found = [];
            using Statement tables = db.Use("""
                SELECT m.name FROM sqlite_master m WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%' AND NOT (
                    EXISTS (SELECT 1 FROM pragma_table_info(m.name) WHERE pk = 1 AND name = 'tenant')
                    AND EXISTS (SELECT 1 FROM pragma_table_info(m.name) WHERE pk = 2 AND name = 'workspace'))
                """);
            while (tables.Read())
            {
                found.Add(tables.Text(0));
            }

            return found;
        });
        Assert.Empty(others);
    }

    [Fact]
    public async Task Commits_are_flushed_to_the_disk_and_readers_do_not_block_them()
    {
        EmbeddedStore store = await _folder.OpenAsync();
        Assert.Equal(2, await store.Database.WriteAsync(scope => scope.Db.Scalar("PRAGMA synchronous")));
        string mode = await store.Database.WriteAsync(scope =>
        {
            using Statement journal = scope.Db.Use("PRAGMA journal_mode");
            journal.Read();
            return journal.Text(0);
        });
        Assert.Equal("wal", mode);
    }

    [Fact]
    public async Task Database_of_a_newer_version_is_refused_and_left_alone()
    {
        (await _folder.OpenAsync()).Dispose();
        Raw("PRAGMA user_version = 999");
        EmbeddedStoreException refused = await Assert.ThrowsAsync<EmbeddedStoreException>(() => _folder.OpenAsync());
        Assert.Equal("store.too_new", refused.Code);
        Assert.Contains("999", refused.Message, StringComparison.Ordinal);
        Raw($"PRAGMA user_version = {Schema.Newest}");
        await _folder.OpenAsync();
    }

    [Fact]
    public async Task Database_of_another_program_is_refused_and_left_alone()
    {
        Raw("CREATE TABLE theirs (a)");
        EmbeddedStoreException refused = await Assert.ThrowsAsync<EmbeddedStoreException>(() => _folder.OpenAsync());
        Assert.Equal("store.corrupt", refused.Code);
        Raw("INSERT INTO theirs VALUES (1)");
    }

    [Fact]
    public async Task File_that_is_no_database_is_called_corrupt()
    {
        await File.WriteAllBytesAsync(_folder.Data.DatabasePath, [.. Enumerable.Range(0, 8192).Select(i => (byte)(i * 7))]);
        Assert.Equal("store.corrupt", (await Assert.ThrowsAsync<EmbeddedStoreException>(() => _folder.OpenAsync())).Code);
    }

    [Fact]
    public async Task Damaged_page_is_called_corrupt_when_it_is_read()
    {
        EmbeddedStore store = await _folder.OpenAsync();
        for (int i = 0; i < 200; i++)
        {
            await store.Runs.CreateAsync(Some.Here, Some.Run(i), Some.Event());
        }

        await store.DisposeAsync();
        using (FileStream file = File.OpenWrite(_folder.Data.DatabasePath))
        {
            // All but the first page, which holds the header.
            file.Position = 4096;
            file.Write([.. Enumerable.Repeat((byte)0xA5, (int)file.Length - 4096)]);
        }

        EmbeddedStoreException refused = await Assert.ThrowsAsync<EmbeddedStoreException>(async () =>
            await (await _folder.OpenAsync()).Runs.FindAsync(Some.Here, Some.RunId(7)));
        Assert.Equal("store.corrupt", refused.Code);
    }

    [Fact]
    public async Task Database_that_another_process_keeps_locked_is_said_to_be_so_and_works_again_afterwards()
    {
        EmbeddedStore store = await _folder.OpenAsync(options: new EmbeddedOptions { BusyTimeout = TimeSpan.Zero });
        using (Connection other = Connection.Open(_folder.Data.DatabasePath, TimeSpan.Zero, readOnly: false))
        {
            other.Execute("BEGIN IMMEDIATE");
            EmbeddedStoreException refused = await Assert.ThrowsAsync<EmbeddedStoreException>(async () =>
                await store.Runs.CreateAsync(Some.Here, Some.Run(1), Some.Event()));
            Assert.Equal("store.locked", refused.Code);
            // Reading goes on meanwhile.
            Assert.Null(await store.Runs.FindAsync(Some.Here, Some.RunId(1)));
            other.Execute("ROLLBACK");
        }

        await store.Runs.CreateAsync(Some.Here, Some.Run(1), Some.Event());
        Assert.Single(await store.Runs.ReadEventsAsync(Some.Here, Some.RunId(1), 0, 10));
    }

    [Fact]
    public async Task Full_disk_fails_what_does_not_fit_and_nothing_of_it_is_visible()
    {
        EmbeddedStore store = await _folder.OpenAsync();
        await store.Runs.CreateAsync(Some.Here, Some.Run(1), Some.Event());
        // SQLite takes this limit for the end of the disk.
        await store.Database.WriteAsync(scope => scope.Db.Execute($"PRAGMA max_page_count = {scope.Db.Scalar("PRAGMA page_count") + 4}"));
        RunCommit large = Some.Commit([.. Enumerable.Range(0, 50).Select(_ => Some.Event(payload: new { text = new string('x', 10_000) }))]);
        Task<CommitResult> tooMuch = store.Runs.CommitAsync(Some.Here, Some.RunId(1), large).AsTask();
        Task<CommitResult>[] small = [.. Enumerable.Range(0, 5).Select(i => store.Runs.CommitAsync(Some.Here, Some.RunId(1), Some.Commit(Some.Event())).AsTask())];
        EmbeddedStoreException refused = await Assert.ThrowsAsync<EmbeddedStoreException>(() => tooMuch);
        Assert.Equal("store.disk_full", refused.Code);
        await Task.WhenAll(small);
        Assert.Equal(Enumerable.Range(1, 6).Select(i => (long)i), (await store.Runs.ReadEventsAsync(Some.Here, Some.RunId(1), 0, 100)).Select(one => one.Sequence));
        await store.Database.WriteAsync(scope => scope.Db.Execute("PRAGMA max_page_count = 1000000"));
        Assert.Equal(56, (await store.Runs.CommitAsync(Some.Here, Some.RunId(1), large)).LastSequence);
    }

    [Fact]
    public async Task Write_that_throws_takes_nothing_with_it_and_leaves_nothing()
    {
        EmbeddedStore store = await _folder.OpenAsync();
        Task<int>[] writes = [.. Enumerable.Range(0, 50).Select(i => store.Database.WriteAsync(scope =>
        {
            using Statement insert = scope.Db.Use("INSERT INTO lanes VALUES (?, ?, 0)");
            insert.Bind(new WorkspaceId("t", $"w{i}")).Execute();
            return i % 7 == 3 ? throw new FormatException($"no {i}") : i;
        }))];
        for (int i = 0; i < writes.Length; i++)
        {
            if (i % 7 == 3)
            {
                Assert.Equal($"no {i}", (await Assert.ThrowsAsync<FormatException>(() => writes[i])).Message);
            }
            else
            {
                Assert.Equal(i, await writes[i]);
            }
        }

        Assert.Equal(writes.Count(write => write.IsCompletedSuccessfully), await store.Database.ReadAsync(db => db.Scalar("SELECT count(*) FROM lanes")));
    }

    [Fact]
    public async Task Write_canceled_before_it_begins_does_not_happen()
    {
        EmbeddedStore store = await _folder.OpenAsync();
        using CancellationTokenSource stop = new();
        using ManualResetEventSlim busy = new();
        Task<bool> first = store.Database.WriteAsync(_ =>
        {
            busy.Wait();
            return true;
        });
        Task<RunRecord> second = store.Runs.CreateAsync(Some.Here, Some.Run(1), Some.Event(), stop.Token).AsTask();
        await stop.CancelAsync();
        busy.Set();
        Assert.True(await first);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second);
        Assert.Null(await store.Runs.FindAsync(Some.Here, Some.RunId(1)));
    }

    [Fact]
    public async Task Closing_finishes_what_was_queued_and_refuses_the_rest()
    {
        EmbeddedStore store = await _folder.OpenAsync();
        Task<RunRecord>[] queued = [.. Enumerable.Range(0, 100).Select(i => store.Runs.CreateAsync(Some.Here, Some.Run(i), Some.Event()).AsTask())];
        await store.DisposeAsync();
        await Task.WhenAll(queued);
        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await store.Runs.CreateAsync(Some.Here, Some.Run(999), Some.Event()));
        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await store.Runs.FindAsync(Some.Here, Some.RunId(1)));
        store = await _folder.OpenAsync();
        Assert.Equal(100, (await store.Runs.ListAsync(Some.Here, new RunQuery { Limit = 200 })).Items.Length);
    }

    [Theory]
    [InlineData("")]
    [InlineData("!!!")]
    [InlineData("bm9wZQ")]
    [InlineData("bnVsbA")]
    public async Task Cursor_that_no_list_returned_is_refused(string cursor)
    {
        EmbeddedStore store = await _folder.OpenAsync();
        await Assert.ThrowsAsync<ArgumentException>(async () => await store.Runs.ListAsync(Some.Here, new RunQuery { Cursor = cursor }));
    }

    [Fact]
    public async Task Text_is_kept_to_the_last_character()
    {
        EmbeddedStore store = await _folder.OpenAsync();
        string odd = "a\0b 写真 📷 '\"; --" + new string('x', 2_000);
        RunRecord run = Some.Run(1) with { WorkflowName = odd, Options = new RunOptions { Tags = [odd, ""] } };
        await store.Runs.CreateAsync(Some.Here, run, Some.Event(node: odd));
        Assert.Equal(odd, (await store.Runs.FindAsync(Some.Here, run.Id))!.WorkflowName);
        Assert.Equal(odd, Assert.Single(await store.Runs.ReadEventsAsync(Some.Here, run.Id, 0, 1)).NodeId!.Value.Value);
        Assert.Single((await store.Runs.ListAsync(Some.Here, new RunQuery { Tag = odd })).Items);
        Assert.Single((await store.Runs.ListAsync(Some.Here, new RunQuery { Tag = "" })).Items);
        Assert.Empty((await store.Runs.ListAsync(Some.Here, new RunQuery { Tag = "a" })).Items);
    }

    /// <summary>Takes back what the versions of the tables after the second brought.</summary>
    private void ForgetLater()
    {
        Raw("DROP TABLE runners");
        Raw("DROP INDEX artifacts_by_media");
        foreach (string column in new[] { "kind", "media", "made_at" })
        {
            Raw($"ALTER TABLE artifacts DROP COLUMN {column}");
        }

        Raw("DROP TABLE lane_turns");
        Raw("DROP TABLE batches");
        foreach (string statement in SchemaVersion1.Script.Split(';').Where(statement => statement.Contains(" batches ", StringComparison.Ordinal)))
        {
            Raw(statement);
        }
    }

    private void Raw(string sql)
    {
        using Connection connection = Connection.Open(_folder.Data.DatabasePath, TimeSpan.Zero, readOnly: false);
        connection.Execute(sql);
    }
}
