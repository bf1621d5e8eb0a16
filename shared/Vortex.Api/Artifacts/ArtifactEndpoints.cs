using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Vortex.Runs;

namespace Vortex.Api;

/// <summary>Artifacts: their content and where it came from.</summary>
internal static class ArtifactEndpoints
{
    private const string Tag = "Artifacts";

    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapMethods("/artifacts/{artifact_id}", [HttpMethods.Get, HttpMethods.Head], ContentAsync).Describe(
            new Operation("getArtifact", Tag, "Reads the content of an artifact")
            {
                Description = "Supports ranges and revalidation by ETag. Types that a browser could execute (SVG, HTML) come as attachments.",
                Parameters =
                [
                    Parameter.Query("download", "Whether to send it as an attachment.", ParameterKind.Boolean),
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

    private static async Task<IResult> ContentAsync(HttpContext context, IRunStore runs, IArtifactStore store)
    {
        Query query = new(context);
        bool download = query.Flag("download") ?? false;
        return query.Error is { } error
            ? Answer.Error(error)
            : await FindAsync(context, runs) is { } artifact
                ? new ArtifactContent(artifact, store, download)
                : NotFound(context);
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
