namespace Vortex.Api;

/// <summary>A stable error code with the HTTP status it is answered with. Messages are in the catalog, by code and language.</summary>
internal sealed record ApiErrorCode(string Code, int Status)
{
    public override string ToString() => Code;
}

/// <summary>Every error code of the API. A code never changes its meaning; its message may improve.</summary>
internal static class ApiErrorCodes
{
    public static readonly ApiErrorCode InvalidJson = new("request.invalid_json", 400);
    public static readonly ApiErrorCode JsonTooDeep = new("request.json_too_deep", 400);
    public static readonly ApiErrorCode InvalidField = new("request.invalid_field", 400);
    public static readonly ApiErrorCode InvalidParameter = new("request.invalid_parameter", 400);
    public static readonly ApiErrorCode InvalidHeader = new("request.invalid_header", 400);
    public static readonly ApiErrorCode InvalidCursor = new("request.invalid_cursor", 400);
    public static readonly ApiErrorCode InvalidMultipart = new("request.invalid_multipart", 400);
    public static readonly ApiErrorCode EmptyBody = new("request.empty_body", 400);
    public static readonly ApiErrorCode BadRequest = new("request.bad", 400);
    public static readonly ApiErrorCode Unauthorized = new("request.unauthorized", 401);
    public static readonly ApiErrorCode Forbidden = new("request.forbidden", 403);
    public static readonly ApiErrorCode HostRefused = new("request.host_refused", 403);
    public static readonly ApiErrorCode OriginRefused = new("request.origin_refused", 403);
    public static readonly ApiErrorCode RouteNotFound = new("request.route_not_found", 404);
    public static readonly ApiErrorCode MethodNotAllowed = new("request.method_not_allowed", 405);
    public static readonly ApiErrorCode BodyTooLarge = new("request.body_too_large", 413);
    public static readonly ApiErrorCode UnsupportedMediaType = new("request.unsupported_media_type", 415);
    public static readonly ApiErrorCode RangeNotSatisfiable = new("request.range_not_satisfiable", 416);
    public static readonly ApiErrorCode PreconditionRequired = new("request.precondition_required", 428);
    public static readonly ApiErrorCode TooManyRequests = new("request.too_many", 429);
    public static readonly ApiErrorCode RunNotFound = new("run.not_found", 404);
    public static readonly ApiErrorCode RunEnded = new("run.ended", 409);
    public static readonly ApiErrorCode RunSnapshotGone = new("run.snapshot_gone", 404);
    public static readonly ApiErrorCode RunInvalid = new("run.invalid", 422);
    public static readonly ApiErrorCode IdempotencyConflict = new("run.idempotency_conflict", 409);
    public static readonly ApiErrorCode WorkflowNotFound = new("workflow.not_found", 404);
    public static readonly ApiErrorCode WorkflowVersionNotFound = new("workflow.version_not_found", 404);
    public static readonly ApiErrorCode WorkflowChanged = new("workflow.changed", 412);
    public static readonly ApiErrorCode WorkflowUnreadable = new("workflow.unreadable", 422);
    public static readonly ApiErrorCode WorkflowNotExportable = new("workflow.not_exportable", 422);
    public static readonly ApiErrorCode QueueFull = new("queue.full", 429);
    public static readonly ApiErrorCode QueueNothingWaiting = new("queue.nothing_waiting", 409);
    public static readonly ApiErrorCode ArtifactNotFound = new("artifact.not_found", 404);
    public static readonly ApiErrorCode ArtifactContentGone = new("artifact.content_gone", 404);
    public static readonly ApiErrorCode PictureEditingUnavailable = new("picture.editing_unavailable", 501);
    public static readonly ApiErrorCode UploadInvalidName = new("upload.invalid_name", 400);
    public static readonly ApiErrorCode UploadMissingName = new("upload.missing_name", 400);
    public static readonly ApiErrorCode NodeTypeNotFound = new("node_type.not_found", 404);
    public static readonly ApiErrorCode HookNotFound = new("hook.not_found", 404);
    public static readonly ApiErrorCode HookUnproved = new("hook.unproved", 401);
    public static readonly ApiErrorCode HookStale = new("hook.stale", 401);
    public static readonly ApiErrorCode HookPayloadMismatch = new("hook.payload_mismatch", 422);
    public static readonly ApiErrorCode HookChanged = new("hook.changed", 409);
    public static readonly ApiErrorCode HookSigningUnavailable = new("hook.signing_unavailable", 409);
    public static readonly ApiErrorCode HookSecretUnreadable = new("hook.secret_unreadable", 503);
    public static readonly ApiErrorCode UpgradeRequired = new("realtime.upgrade_required", 400);
    public static readonly ApiErrorCode WorkspaceStreamUnavailable = new("realtime.workspace_stream_unavailable", 400);
    public static readonly ApiErrorCode TooManySubscriptions = new("realtime.too_many_subscriptions", 400);
    public static readonly ApiErrorCode Internal = new("server.internal", 500);
    public static readonly ApiErrorCode StorageFull = new("server.storage_full", 503);
    public static readonly ApiErrorCode StorageFailed = new("server.storage_failed", 503);
    public static readonly ApiErrorCode NotReady = new("server.not_ready", 503);

    /// <summary>Gets all of them, by reflection over this class, so that none can be forgotten.</summary>
    public static IReadOnlyList<ApiErrorCode> All { get; } =
    [
        .. typeof(ApiErrorCodes).GetFields().Where(field => field.FieldType == typeof(ApiErrorCode)).Select(field => (ApiErrorCode)field.GetValue(null)!),
    ];
}
