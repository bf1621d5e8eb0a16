using System.Collections.Immutable;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Vortex.Runs;

namespace Vortex.Api;

/// <summary>Artifacts: their content and where it came from.</summary>
internal static class ArtifactEndpoints
{
    private const string Tag = "Artifacts";
    private const string List = "artifacts";
    private static readonly Dictionary<string, ArtifactKind> s_kinds =
        Enum.GetValues<ArtifactKind>().ToDictionary(kind => kind.ToString().ToLowerInvariant(), StringComparer.Ordinal);
    private static readonly Dictionary<string, int> s_widths =
        SmallPictures.Widths.ToDictionary(width => width.ToString(System.Globalization.CultureInfo.InvariantCulture), StringComparer.Ordinal);

    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("/artifacts", ListAsync).Describe(
            new Operation("listArtifacts", Tag, "Lists the artifacts of all runs, the last to appear first")
            {
                Description = "A part may have few entries, or none, while there is more: only a null next_cursor is the end.",
                Parameters =
                [
                    Parameter.Query("workflow_id", "Only those of runs of this stored workflow."),
                    Parameter.Query("tag", "Only those of runs with this tag."),
                    Parameter.Query("status", "Only those of runs of this status.") with { Choices = [.. RunEndpoints.Statuses.Keys] },
                    Parameter.Query("kind", "Only those for this: results, what is shown while working, or what was brought.") with { Choices = [.. s_kinds.Keys] },
                    Parameter.Query("media", "Only those whose media type begins so, such as image, video, audio or text."),
                    Parameter.Query("created_from", "Only those made from this time on.", ParameterKind.Time),
                    Parameter.Query("created_before", "Only those made before this time.", ParameterKind.Time),
                    Parameter.Cursor,
                    Parameter.Limit,
                ],
                Answers = [new(200, typeof(ListAnswer<ArtifactView>), "A part of the list.") { Example = Examples.Gallery }],
                Errors = [ApiErrorCodes.InvalidParameter, ApiErrorCodes.InvalidCursor],
            });
        api.MapGet("/artifacts/{artifact_id}/lineage", LineageAsync).Describe(
            new Operation("getArtifactLineage", Tag, "Reads what took part in making an artifact")
            {
                Description = "The nodes between the artifact and its sources, as its run executed them: subgraphs written out, values put in, files and models with their digests.",
                Answers = [new(200, typeof(LineageAnswer), "The nodes, nearest first, and what joins them.") { Example = Examples.Lineage }],
                Errors = [ApiErrorCodes.ArtifactNotFound, ApiErrorCodes.RunSnapshotGone],
            });
        api.MapMethods("/artifacts/{artifact_id}", [HttpMethods.Get, HttpMethods.Head], ContentAsync).Describe(
            new Operation("getArtifact", Tag, "Reads the content of an artifact")
            {
                Description = "Supports ranges and revalidation by ETag. Types that a browser could execute (SVG, HTML) come as attachments. "
                    + "With width a picture that is wider comes as a small copy, where the host can make one; everything else comes as it is.",
                Parameters =
                [
                    Parameter.Query("download", "Whether to send it as an attachment.", ParameterKind.Boolean),
                    Parameter.Query("width", "At most so many columns: for lists of pictures.") with { Choices = [.. s_widths.Keys] },
                    Parameter.Header("Range", "One byte range, such as bytes=0-1023."),
                    Parameter.Header("If-None-Match", "The ETag of a copy already held."),
                ],
                Answers = [new(200, null, "The content.", "application/octet-stream"), new(206, null, "A part of it.", "application/octet-stream"), new(304, null, "The copy already held is current.")],
                Errors = [ApiErrorCodes.ArtifactNotFound, ApiErrorCodes.ArtifactContentGone, ApiErrorCodes.RangeNotSatisfiable, ApiErrorCodes.InvalidParameter],
            });
        api.MapGet("/artifacts/{artifact_id}/metadata", MetadataAsync).Describe(
            new Operation("getArtifactMetadata", Tag, "Reads what an artifact is and how it was made")
            {
                Answers = [new(200, typeof(ArtifactMetadata), "The artifact and its lineage.") { Example = Examples.ArtifactMetadata }],
                Errors = [ApiErrorCodes.ArtifactNotFound],
            });
    }

    private static async Task<IResult> ContentAsync(HttpContext context, IRunStore runs, IArtifactStore store, SmallPictures small)
    {
        Query query = new(context);
        bool download = query.Flag("download") ?? false;
        int? width = query.OneOf("width", s_widths);
        if (query.Error is { } error)
        {
            return Answer.Error(error);
        }

        if (await FindAsync(context, runs) is not { } artifact)
        {
            return NotFound(context);
        }

        IResult? copy = width is { } wanted && !download ? await small.AnswerAsync(context, artifact, wanted) : null;
        return copy ?? new ArtifactContent(artifact, store, download);
    }

    private static async Task<IResult> ListAsync(HttpContext context, IRunStore runs)
    {
        Query query = new(context);
        ArtifactQuery wanted = new()
        {
            WorkflowId = query.Text("workflow_id") is { } workflow ? new WorkflowId(workflow) : null,
            Tag = query.Text("tag"),
            Status = query.OneOf("status", RunEndpoints.Statuses),
            Kind = query.OneOf("kind", s_kinds),
            Media = query.Text("media", 32),
            CreatedFrom = query.Time("created_from"),
            CreatedBefore = query.Time("created_before"),
            Cursor = query.Cursor(List),
            Limit = query.Int("limit", 50, 1, 200),
        };
        if (query.Error is { } error)
        {
            return Answer.Error(error);
        }

        Page<ArtifactRecord> page = await runs.ListArtifactsAsync(context.Workspace(), wanted, context.RequestAborted);
        Dictionary<RunId, RunRecord?> makers = [];
        foreach (RunId run in page.Items.Select(artifact => artifact.RunId).Distinct())
        {
            makers.Add(run, await runs.FindAsync(context.Workspace(), run, context.RequestAborted));
        }

        ImmutableArray<ArtifactView> items =
        [
            .. page.Items.Select(artifact => ArtifactView.Of(artifact) with
            {
                WorkflowId = makers[artifact.RunId]?.WorkflowId?.Value,
                WorkflowName = makers[artifact.RunId]?.WorkflowName,
            }),
        ];
        return Answer.Json(new ListAnswer<ArtifactView>(items, Cursors.Wrap(List, page.NextCursor), context.RequestId()));
    }

    private static async Task<IResult> LineageAsync(HttpContext context, IRunStore runs, IArtifactStore store)
    {
        if (await FindAsync(context, runs) is not { } artifact)
        {
            return NotFound(context);
        }

        RunRecord? run = await runs.FindAsync(context.Workspace(), artifact.RunId, context.RequestAborted);
        if (run is null || await RunSnapshots.FindAsync(context.Workspace(), store, run, context.RequestAborted) is not { } snapshot)
        {
            return Answer.Error(new ApiError(ApiErrorCodes.RunSnapshotGone).With("run_id", artifact.RunId.Value));
        }

        return Answer.Json(LineageAnswer.Of(artifact, run, RunLineage.Of(snapshot, artifact.NodeId)) with { RequestId = context.RequestId() });
    }

    private static async Task<IResult> MetadataAsync(HttpContext context, IRunStore runs)
    {
        if (await FindAsync(context, runs) is not { } artifact)
        {
            return NotFound(context);
        }

        RunRecord? run = await runs.FindAsync(context.Workspace(), artifact.RunId, context.RequestAborted);
        ArtifactLineage lineage = new()
        {
            RunId = artifact.RunId.Value,
            NodeId = artifact.NodeId.Value,
            WorkflowId = run?.WorkflowId?.Value,
            WorkflowVersion = run?.WorkflowVersion,
            CacheKey = artifact.Key?.Value,
            Snapshot = run?.Snapshot.Value,
            MadeFrom = [.. artifact.MadeFrom.Select(digest => digest.Value)],
        };
        return Answer.Json(new ArtifactMetadata(ArtifactView.Of(artifact), lineage, context.RequestId()));
    }

    private static async ValueTask<ArtifactRecord?> FindAsync(HttpContext context, IRunStore runs)
    {
        string id = context.Route("artifact_id");
        return Ids.Is("art", id) ? await runs.FindArtifactAsync(context.Workspace(), new ArtifactId(id), context.RequestAborted) : null;
    }

    private static IResult NotFound(HttpContext context) =>
        Answer.Error(new ApiError(ApiErrorCodes.ArtifactNotFound).With("artifact_id", ApiError.Shorten(context.Route("artifact_id"))));
}
