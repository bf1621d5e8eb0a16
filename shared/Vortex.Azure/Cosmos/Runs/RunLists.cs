using System.Text;
using Vortex.Runs;

namespace Vortex.Azure;

/// <summary>Lists of runs, page by page. A page goes on behind the sort key of the last entry, so what arrives meanwhile moves nothing.</summary>
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

    /// <summary>Makes a page of what was read, which is more than the limit when there is more.</summary>
    internal static Page<TEntry> Page<TRead, TEntry>(List<TRead> read, int limit, Func<TRead, TEntry> entry, Func<TRead, string> cursor) => new(
        [.. read.Take(limit).Select(entry)], read.Count <= limit ? null : cursor(read[limit - 1]));
}
