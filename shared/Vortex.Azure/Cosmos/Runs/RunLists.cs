using System.Text;
using Vortex.Runs;

namespace Vortex.Azure;

/// <summary>Lists of runs and artifacts, page by page. A page goes on behind the sort key of the last entry, so what arrives meanwhile moves nothing.</summary>
internal static class RunLists
{
    internal static async ValueTask<Page<RunRecord>> RunsAsync(DocumentContainer documents, WorkspaceId workspace, RunQuery query, CancellationToken cancellationToken)
    {
        int limit = Math.Clamp(query.Limit, 1, 200);
        StringBuilder condition = new("c.kind = @kind");
        List<(string, object)> values = [("@kind", RunDocument.TheKind)];
        void And(string text, string name, object? value)
        {
            if (value is not null)
            {
                condition.Append(" AND ").Append(text);
                values.Add((name, value));
            }
        }

        And("c.status = @status", "@status", query.Status);
        And("c.workflow = @workflow", "@workflow", query.WorkflowId?.Value);
        And("ARRAY_CONTAINS(c.tags, @tag)", "@tag", query.Tag);
        And("c.sort >= @from", "@from", query.CreatedFrom is { } from ? DocumentKeys.Time(from) : null);
        And("c.sort < @before", "@before", query.CreatedBefore is { } before ? DocumentKeys.Time(before) : null);
        And("c.sort < @behind", "@behind", PageCursor.Read(query.Cursor)?.Name);
        condition.Append(" ORDER BY c.sort DESC");
        List<RunDocument> found = await documents.QueryAsync<RunDocument>(workspace, null, "*", condition.ToString(), values, limit + 1, cancellationToken);
        return Page(found, limit, run => run.Record, last => PageCursor.Of(0, last.Sort));
    }

    internal static async ValueTask<ArtifactRecord?> ArtifactAsync(DocumentContainer documents, WorkspaceId workspace, ArtifactId artifact, CancellationToken cancellationToken)
    {
        List<ArtifactsDocument> found = await documents.QueryAsync<ArtifactsDocument>(
            workspace, null, "*", "c.kind = @kind AND ARRAY_CONTAINS(c.ids, @id)", [("@kind", ArtifactsDocument.TheKind), ("@id", artifact.Value)], 1, cancellationToken);
        return found.Count == 0 ? null : found[0].Records[found[0].Ids.IndexOf(artifact.Value)];
    }

    internal static async ValueTask<Page<ArtifactRecord>> ArtifactsAsync(
        DocumentContainer documents, WorkspaceId workspace, RunId? run, string? cursor, int limit, CancellationToken cancellationToken)
    {
        limit = Math.Clamp(limit, 1, 200);
        // A cursor names a document and how many of its entries were shown.
        (long shown, string place) = PageCursor.Read(cursor) is { } from ? (from.Number, from.Name) : (0, run is null ? "A" : DocumentKeys.Number(0));
        List<(string, object)> values = [("@kind", ArtifactsDocument.TheKind)];
        List<ArtifactsDocument> found;
        if (run is null)
        {
            values.Add(("@place", place));
            found = await documents.QueryAsync<ArtifactsDocument>(workspace, null, "*", "c.kind = @kind AND c.sort <= @place ORDER BY c.sort DESC", values, limit + 2, cancellationToken);
        }
        else
        {
            values.Add(("@place", long.Parse(place, System.Globalization.CultureInfo.InvariantCulture)));
            found = await documents.QueryAsync<ArtifactsDocument>(workspace, run.Value.Value, "*", "c.kind = @kind AND c.number >= @place ORDER BY c.number", values, limit + 2, cancellationToken);
        }

        List<(ArtifactRecord Record, string Place, int Shown)> entries = [];
        foreach (ArtifactsDocument document in found)
        {
            string here = run is null ? document.Sort : DocumentKeys.Number(document.Number);
            IEnumerable<ArtifactRecord> records = run is null ? document.Records.Reverse() : document.Records;
            entries.AddRange(records.Select((record, index) => (record, here, index + 1)).Skip(here == place ? (int)shown : 0));
        }

        return Page(entries, limit, entry => entry.Record, last => PageCursor.Of(last.Shown, last.Place));
    }

    /// <summary>Makes a page of what was read, which is more than the limit when there is more.</summary>
    internal static Page<TEntry> Page<TRead, TEntry>(List<TRead> read, int limit, Func<TRead, TEntry> entry, Func<TRead, string> cursor) => new(
        [.. read.Take(limit).Select(entry)], read.Count <= limit ? null : cursor(read[limit - 1]));
}
