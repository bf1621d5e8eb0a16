using System.Globalization;
using System.Text;
using Vortex.Runs;

namespace Vortex.Azure;

/// <summary>Lists of artifacts, page by page. A cursor names a document and how many of its entries were looked at.</summary>
internal static class ArtifactLists
{
    // Documents that one page looks through at most. What their conditions cannot tell (the status of a run changes after they were
    // written) is looked up, so that a page of a rare status could otherwise read everything there is.
    private const int MostDocuments = 1_000;
    private const int AtOnce = 200;

    internal static async ValueTask<ArtifactRecord?> FindAsync(DocumentContainer documents, WorkspaceId workspace, ArtifactId artifact, CancellationToken cancellationToken)
    {
        List<ArtifactsDocument> found = await documents.QueryAsync<ArtifactsDocument>(
            workspace, null, "*", "c.kind = @kind AND ARRAY_CONTAINS(c.ids, @id)", [("@kind", ArtifactsDocument.TheKind), ("@id", artifact.Value)], 1, cancellationToken);
        return found.Count == 0 ? null : found[0].Records[found[0].Ids.IndexOf(artifact.Value)];
    }

    internal static async ValueTask<Page<ArtifactRecord>> OfRunAsync(
        DocumentContainer documents, WorkspaceId workspace, RunId run, string? cursor, int limit, CancellationToken cancellationToken)
    {
        limit = Math.Clamp(limit, 1, 200);
        (long shown, string place) = PageCursor.Read(cursor) is { } from ? (from.Number, from.Name) : (0, DocumentKeys.Number(0));
        List<ArtifactsDocument> found = await documents.QueryAsync<ArtifactsDocument>(
            workspace,
            run.Value,
            "*",
            "c.kind = @kind AND c.number >= @place ORDER BY c.number",
            [("@kind", ArtifactsDocument.TheKind), ("@place", long.Parse(place, CultureInfo.InvariantCulture))],
            limit + 2,
            cancellationToken);
        List<Entry> entries = [];
        foreach (ArtifactsDocument document in found)
        {
            string here = DocumentKeys.Number(document.Number);
            entries.AddRange(document.Records.Select((record, index) => new Entry(record, here, index + 1)).Skip(here == place ? (int)shown : 0));
        }

        return RunLists.Page(entries, limit, entry => entry.Record, last => PageCursor.Of(last.Shown, last.Place));
    }

    internal static async ValueTask<Page<ArtifactRecord>> OfWorkspaceAsync(DocumentContainer documents, WorkspaceId workspace, ArtifactQuery query, CancellationToken cancellationToken)
    {
        int limit = Math.Clamp(query.Limit, 1, 200);
        (long shown, string place) = PageCursor.Read(query.Cursor) is { } from ? (from.Number, from.Name) : (0, "A");
        (string condition, List<(string, object)> values) = Conditions(query);
        Dictionary<string, RunStatus?> statuses = [];
        List<Entry> entries = [];
        int read = 0;
        string compare = "<=";
        while (true)
        {
            // The first reading takes the document of the cursor again, of which a part may be left.
            List<ArtifactsDocument> found = await documents.QueryAsync<ArtifactsDocument>(
                workspace, null, "*", $"{condition} AND c.sort {compare} @place ORDER BY c.sort DESC", [.. values, ("@place", place)], AtOnce, cancellationToken);
            await LookUpAsync(documents, workspace, query, found, statuses, cancellationToken);
            foreach (ArtifactsDocument document in found)
            {
                int skip = document.Sort == place ? (int)shown : 0;
                entries.AddRange(document.Records.Reverse().Select((record, index) => new Entry(record, document.Sort, index + 1)).Skip(skip)
                    .Where(entry => query.FitsFile(entry.Record) && (query.Status is null || statuses[document.Scope] == query.Status)));
                if (entries.Count > limit)
                {
                    return RunLists.Page(entries, limit, entry => entry.Record, last => PageCursor.Of(last.Shown, last.Place));
                }
            }

            read += found.Count;
            if (found.Count < AtOnce)
            {
                return new Page<ArtifactRecord>([.. entries.Select(entry => entry.Record)], null);
            }

            (place, shown, compare) = (found[^1].Sort, found[^1].Records.Length, "<");
            if (read >= MostDocuments)
            {
                return new Page<ArtifactRecord>([.. entries.Select(entry => entry.Record)], PageCursor.Of(shown, place));
            }
        }
    }

    /// <summary>What the documents can be asked by the service. The rest is looked at here.</summary>
    private static (string Condition, List<(string, object)> Values) Conditions(ArtifactQuery query)
    {
        StringBuilder condition = new("c.kind = @kind");
        List<(string, object)> values = [("@kind", ArtifactsDocument.TheKind)];
        void And(string text, string name, object? value)
        {
            if (value is not null)
            {
                condition.Append(" AND ").Append(text);
                values.Add((name, value));
            }
        }

        And("c.workflow = @workflow", "@workflow", query.WorkflowId?.Value);
        And("ARRAY_CONTAINS(c.tags, @tag)", "@tag", query.Tag);
        And("ARRAY_CONTAINS(c.media, @media)", "@media", query.Media?.ToLowerInvariant());
        And("c.latest >= @from", "@from", query.CreatedFrom is { } from ? DocumentKeys.Time(from) : null);
        And("c.earliest < @before", "@before", query.CreatedBefore is { } before ? DocumentKeys.Time(before) : null);
        return (condition.ToString(), values);
    }

    private static async ValueTask LookUpAsync(
        DocumentContainer documents, WorkspaceId workspace, ArtifactQuery query, List<ArtifactsDocument> found, Dictionary<string, RunStatus?> statuses, CancellationToken cancellationToken)
    {
        if (query.Status is null)
        {
            return;
        }

        string[] missing = [.. found.Select(document => document.Scope).Distinct().Where(scope => !statuses.ContainsKey(scope))];
        RunDocument?[] runs = await Task.WhenAll(missing.Select(scope => documents.FindAsync<RunDocument>(workspace, scope, RunDocument.TheId, cancellationToken).AsTask()));
        foreach ((string scope, RunDocument? run) in missing.Zip(runs))
        {
            statuses.Add(scope, run?.Status);
        }
    }

    private sealed record Entry(ArtifactRecord Record, string Place, int Shown);
}
