using System.Collections.Concurrent;
using System.Net.WebSockets;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using Vortex.Runs;

namespace Vortex.Api;

/// <summary>One client's WebSocket: it follows the client's runs and tells them in ComfyUI's messages.</summary>
/// <remarks>
/// Runs are found in the store by the client's tag, so that a client hears of its runs whichever host took them, and again after it
/// comes back: unfinished runs are told from their beginning. Each run is read from its log, one event after the one before is on the
/// wire, so a slow client costs one event of memory. The queue's length is sent whenever it may have changed, and every few seconds,
/// because clients take a silent server for a dead one.
/// </remarks>
internal sealed class ComfySocket(WebSocket socket, WorkspaceId workspace, string client, ComfySocketServices services) : IDisposable
{
    private static readonly TimeSpan s_heartbeat = TimeSpan.FromSeconds(5);
    private const int MaxMessage = 64 * 1024;
    private const int PageSize = 200;

    private readonly ConcurrentDictionary<RunId, Task> _runs = new();
    private readonly SemaphoreSlim _sending = new(1, 1);
    private readonly Channel<bool> _nudges = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly CancellationTokenSource _leaving = new();
    private readonly DateTimeOffset _connectedAt = services.Time.GetUtcNow();
    private volatile bool _wantsMetadata;

    public WorkspaceId Workspace => workspace;

    public string Client => client;

    /// <summary>Ends the connection soon. May be called at any time.</summary>
    public void Leave()
    {
        try
        {
            _leaving.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // It has ended by itself.
        }
    }

    /// <summary>Makes it look for runs and tell the queue's length.</summary>
    public void Nudge() => _nudges.Writer.TryWrite(true);

    /// <summary>Tells a run from its beginning to its end; does nothing for a run it tells already.</summary>
    public void Follow(RunRecord run) => _runs.GetOrAdd(run.Id, _ => Task.Run(() => TellAsync(run)));

    /// <summary>Serves the client until it goes, is replaced, or <paramref name="cancellationToken"/> ends.</summary>
    public async Task ServeAsync(CancellationToken cancellationToken)
    {
        using CancellationTokenRegistration ending = cancellationToken.Register(Leave);
        Task listening = ListenAsync();
        Task beating = BeatAsync();
        try
        {
            await SendStatusAsync();
            // In the order in which a run goes through them, so that none slips through between two questions.
            await FindAsync(new RunQuery { Status = RunStatus.Queued });
            await FindAsync(new RunQuery { Status = RunStatus.Running });
            await FindAsync(new RunQuery(), run => run.CompletedAt >= _connectedAt);
            while (await _nudges.Reader.WaitToReadAsync(_leaving.Token))
            {
                _nudges.Reader.TryRead(out _);
                await FindAsync(new RunQuery { CreatedFrom = _connectedAt });
                await SendStatusAsync();
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or WebSocketException)
        {
            // The way out.
        }
        finally
        {
            Leave();
            await CloseAsync();
            await Task.WhenAll([listening, beating, .. _runs.Values]);
        }
    }

    public void Dispose()
    {
        _leaving.Dispose();
        _sending.Dispose();
    }

    /// <summary>Follows the client's runs of a kind, and of these those that fit.</summary>
    private async Task FindAsync(RunQuery query, Func<RunRecord, bool>? fits = null)
    {
        foreach (string tag in (string[])[PromptClients.TagOf(client), PromptClients.Everybody])
        {
            string? cursor = null;
            do
            {
                Page<RunRecord> page = await services.Runs.ListAsync(workspace, query with { Tag = tag, Cursor = cursor, Limit = PageSize }, _leaving.Token);
                RunRecord[] fresh = [.. page.Items.Where(run => !_runs.ContainsKey(run.Id) && fits?.Invoke(run) != false)];
                foreach (RunRecord run in fresh.Reverse())
                {
                    Follow(run);
                }

                // Newest first: what is behind a page of known runs is known.
                cursor = fresh.Length == 0 ? null : page.NextCursor;
            }
            while (cursor is not null);
        }
    }

    private async Task TellAsync(RunRecord run)
    {
        try
        {
            RunSnapshot? snapshot = await services.Records.SnapshotAsync(workspace, run, _leaving.Token);
            RunTranslator translator = new(run.Id, PromptRecords.TypesOf(snapshot));
            await foreach (RunEvent one in services.Runs.FollowEventsAsync(workspace, run.Id, 0, _leaving.Token))
            {
                foreach (ComfyMessage message in translator.Apply(one))
                {
                    await SendAsync(message);
                }

                if (RunEventTypes.IsLast(one.Type))
                {
                    services.Sockets.Nudge(workspace);
                }
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or WebSocketException or ObjectDisposedException)
        {
            // The client is gone. When it comes back it hears of the run from the beginning.
        }
#pragma warning disable CA1031 // A run that cannot be told must not end in silence: the client connects again and the log says why.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            services.Log.SubscriptionFailed(exception, run.Id.Value, client);
            Leave();
        }
    }

    private Task SendAsync(ComfyMessage message) =>
        message.Preview is null ? SendTextAsync(message.Type, message.Data)
        : ComfyFrames.Preview(message.Preview, message.Data, _wantsMetadata) is { } frame ? SendAsync(frame, WebSocketMessageType.Binary)
        : Task.CompletedTask;

    private Task SendTextAsync(string type, JsonObject data) => SendAsync(ComfyFrames.Text(type, data), WebSocketMessageType.Text);

    private async Task SendStatusAsync() => await SendTextAsync("status", new JsonObject
    {
        ["status"] = new JsonObject { ["exec_info"] = new JsonObject { ["queue_remaining"] = await services.Records.RemainingAsync(workspace, _leaving.Token) } },
        ["sid"] = client,
    });

    private async Task SendAsync(byte[] frame, WebSocketMessageType type)
    {
        await _sending.WaitAsync(_leaving.Token);
        try
        {
            await socket.SendAsync(frame, type, endOfMessage: true, _leaving.Token);
        }
        finally
        {
            _sending.Release();
        }
    }

    private async Task BeatAsync()
    {
        using PeriodicTimer timer = new(s_heartbeat, services.Time);
        try
        {
            while (await timer.WaitForNextTickAsync(_leaving.Token))
            {
                Nudge();
            }
        }
        catch (OperationCanceledException)
        {
            // The way out.
        }
    }

    private async Task ListenAsync()
    {
        byte[] buffer = new byte[MaxMessage];
        int filled = 0;
        try
        {
            while (socket.State is WebSocketState.Open or WebSocketState.CloseSent)
            {
                // What is longer than any message of this protocol is read and thrown away.
                filled = filled == buffer.Length ? 0 : filled;
                ValueWebSocketReceiveResult received = await socket.ReceiveAsync(buffer.AsMemory(filled), CancellationToken.None);
                if (received.MessageType == WebSocketMessageType.Close)
                {
                    break;
                }

                filled += received.Count;
                if (received.EndOfMessage)
                {
                    await HearAsync(buffer.AsMemory(0, filled));
                    filled = 0;
                }
            }
        }
        catch (Exception exception) when (exception is WebSocketException or OperationCanceledException or ObjectDisposedException)
        {
            // Gone without a goodbye.
        }

        Leave();
    }

    /// <summary>The one message clients send: which features they know. It is answered with ours.</summary>
    private async Task HearAsync(ReadOnlyMemory<byte> message)
    {
        if (RequestJson.ParseDocument(message, 16).Value is not { } document)
        {
            return;
        }

        using (document)
        {
            if (ComfyAnswer.Text(document.RootElement, "type") == "feature_flags")
            {
                _wantsMetadata = ComfyAnswer.Object(document.RootElement, "data") is { } flags && ComfyAnswer.Flag(flags, "supports_preview_metadata");
                await SendTextAsync("feature_flags", SystemEndpoints.Features(services.Options));
            }
        }
    }

    private async Task CloseAsync()
    {
        using CancellationTokenSource patience = new(TimeSpan.FromSeconds(5));
        try
        {
            await _sending.WaitAsync(patience.Token);
            try
            {
                if (socket.State is WebSocketState.Open or WebSocketState.CloseReceived)
                {
                    await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, "", patience.Token);
                }

                // A peer that never says goodbye must not hold the request for ever.
                while (socket.State == WebSocketState.CloseSent && !patience.IsCancellationRequested)
                {
                    await Task.Delay(TimeSpan.FromMilliseconds(20), services.Time, patience.Token);
                }
            }
            finally
            {
                _sending.Release();
            }
        }
        catch (Exception exception) when (exception is WebSocketException or OperationCanceledException)
        {
            // It is aborted.
        }

        socket.Abort();
    }
}
