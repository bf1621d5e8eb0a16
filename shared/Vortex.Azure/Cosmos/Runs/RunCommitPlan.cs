using System.Collections.Immutable;
using Vortex.Runs;

namespace Vortex.Azure;

/// <summary>Works out the documents that one commit writes, from the run as it was read.</summary>
internal sealed class RunCommitPlan
{
    private readonly DocumentContainer _documents;
    private readonly Packing _packing;
    private readonly CosmosStoreOptions _options;
    private readonly RunDocument _run;
    private readonly WorkspaceId _workspace;
    private readonly Dictionary<string, SeenDocument> _seen = [];
    private readonly HashSet<string> _changedSeen = [];
    private readonly Dictionary<string, ArtifactsDocument> _rewritten = [];
    private readonly List<StoredEvent> _events = [];
    private readonly List<ArtifactRecord> _appeared = [];

    internal RunCommitPlan(DocumentContainer documents, Packing packing, CosmosStoreOptions options, RunDocument run)
    {
        (_documents, _packing, _options, _run) = (documents, packing, options, run);
        _workspace = run.WorkspaceId;
    }

    private long FirstNew => _run.Record.LastSequence + 1;

    /// <summary>Makes the documents.</summary>
    /// <param name="commit">What is committed.</param>
    /// <param name="appearance">Gives artifacts their place in the lists of the workspace: greater each time.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    /// <returns>The run as it will be, and everything to write, the run included; nothing when nothing changes.</returns>
    internal async ValueTask<(RunDocument Run, IReadOnlyCollection<Document> Documents)> MakeAsync(RunCommit commit, Func<long> appearance, CancellationToken cancellationToken)
    {
        await ReadSeenAsync(commit, cancellationToken);
        foreach (RunEventDraft draft in commit.Events)
        {
            await AcceptAsync(draft, cancellationToken);
        }

        if (_events.Count == 0 && commit.Change is null && commit.Outputs.IsEmpty)
        {
            return (_run, []);
        }

        RunDocument run = Changed(commit.Change);
        List<Document> all = [run];
        if (_events.Count > 0)
        {
            all.Add(Make(
                new EventsDocument
                {
                    Id = $"events-{run.Commits:D9}",
                    Kind = EventsDocument.TheKind,
                    First = FirstNew,
                    Last = run.Record.LastSequence,
                    Events = await _packing.PackAsync(_workspace, _events, cancellationToken),
                }));
        }

        if (!commit.Outputs.IsEmpty)
        {
            all.Add(Make(
                new OutputsDocument
                {
                    Id = $"outputs-{run.Commits:D9}",
                    Kind = OutputsDocument.TheKind,
                    Commit = run.Commits,
                    Nodes = await _packing.PackAsync(_workspace, commit.Outputs.Select(output => output.Node.Value), cancellationToken),
                    Outputs = await _packing.PackAsync(_workspace, commit.Outputs, cancellationToken),
                }));
        }

        AddArtifacts(all, run.Commits, appearance);
        all.AddRange(_rewritten.Values);
        all.AddRange(_changedSeen.Select(id => _seen[id]));
        return (run, all);
    }

    private T Make<T>(T document)
        where T : Document => Document.In(_workspace, _run.Scope, document, _options.RunRetention);

    private async ValueTask ReadSeenAsync(RunCommit commit, CancellationToken cancellationToken)
    {
        IEnumerable<string> names = commit.Events.SelectMany(draft => new[] { draft.OnceKey is { } key ? Once(key) : null, draft.Artifact is { } artifact ? Once(artifact.Id.Value) : null }).OfType<string>();
        string[] ids = [.. names.Select(SeenDocument.IdOf).Distinct()];
        SeenDocument?[] found = await Task.WhenAll(ids.Select(id => _documents.FindAsync<SeenDocument>(_workspace, _run.Scope, id, cancellationToken).AsTask()));
        for (int i = 0; i < ids.Length; i++)
        {
            _seen.Add(ids[i], found[i] ?? Make(new SeenDocument { Id = ids[i], Kind = SeenDocument.TheKind }));
        }
    }

    private static string Once(string key) => DocumentKeys.Hash(key)[..16];

    private async ValueTask AcceptAsync(RunEventDraft draft, CancellationToken cancellationToken)
    {
        if (draft.OnceKey is { } key && !Note(Once(key)))
        {
            return;
        }

        _events.Add(new StoredEvent(draft.Type, draft.Timestamp, draft.NodeId, draft.Payload));
        if (draft.Artifact is not { } artifact)
        {
            return;
        }

        // An artifact that is made again keeps its place and has its record replaced.
        int again = _appeared.FindIndex(one => one.Id == artifact.Id);
        if (again >= 0)
        {
            _appeared[again] = artifact;
        }
        else if (_seen[SeenDocument.IdOf(Once(artifact.Id.Value))].Artifacts.TryGetValue(artifact.Id.Value, out string? place))
        {
            await RewriteAsync(place, artifact, cancellationToken);
        }
        else
        {
            _appeared.Add(artifact);
        }
    }

    private bool Note(string hash)
    {
        string id = SeenDocument.IdOf(hash);
        SeenDocument seen = _seen[id];
        if (seen.Once.Contains(hash))
        {
            return false;
        }

        _seen[id] = seen with { Once = seen.Once.Add(hash) };
        _changedSeen.Add(id);
        return true;
    }

    private async ValueTask RewriteAsync(string place, ArtifactRecord artifact, CancellationToken cancellationToken)
    {
        if (!_rewritten.TryGetValue(place, out ArtifactsDocument? document))
        {
            document = await _documents.FindAsync<ArtifactsDocument>(_workspace, _run.Scope, place, cancellationToken)
                ?? throw new AzureStoreException(AzureErrors.Corrupt, $"Run {_run.Scope} names the artifact document '{place}', which does not exist.");
        }

        int at = document.Ids.IndexOf(artifact.Id.Value);
        _rewritten[place] = (document with { Records = document.Records.SetItem(at, artifact) }).Indexed();
    }

    private void AddArtifacts(List<Document> all, int commit, Func<long> appearance)
    {
        int piece = 0;
        foreach (ArtifactRecord[] records in _appeared.Chunk(ArtifactsDocument.Most))
        {
            string id = $"artifacts-{commit:D9}-{piece:D4}";
            all.Add(Make(new ArtifactsDocument
            {
                Id = id,
                Kind = ArtifactsDocument.TheKind,
                Sort = $"{DocumentKeys.Number(appearance())}/{_run.Scope}",
                Number = ((long)commit * 10_000) + piece,
                Ids = [.. records.Select(record => record.Id.Value)],
                Workflow = _run.Workflow,
                Tags = _run.Tags,
                Records = [.. records],
            }.Indexed()));
            foreach (ArtifactRecord record in records)
            {
                string seenId = SeenDocument.IdOf(Once(record.Id.Value));
                _seen[seenId] = _seen[seenId] with { Artifacts = _seen[seenId].Artifacts.SetItem(record.Id.Value, id) };
                _changedSeen.Add(seenId);
            }

            piece++;
        }
    }

    private RunDocument Changed(RunChange? change)
    {
        RunRecord record = _run.Record with { LastSequence = _run.Record.LastSequence + _events.Count };
        if (change is not null)
        {
            record = record with
            {
                Status = change.Status ?? record.Status,
                StartedAt = change.StartedAt ?? record.StartedAt,
                CompletedAt = change.CompletedAt ?? record.CompletedAt,
                Summary = change.Summary ?? record.Summary,
                CancelRequested = change.CancelRequested ?? record.CancelRequested,
            };
        }

        return _run with { Record = record, Status = record.Status, Open = !record.Status.IsOver(), Commits = _run.Commits + 1 };
    }
}
