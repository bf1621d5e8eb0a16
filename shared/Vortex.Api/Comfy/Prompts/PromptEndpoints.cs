using System.Collections.Immutable;
using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Options;
using Vortex.Runs;
using Vortex.Workflows;

namespace Vortex.Api;

/// <summary><c>/prompt</c>: runs a workflow in ComfyUI's API format.</summary>
internal static class PromptEndpoints
{
    private const int FullRetrySeconds = 30;

    /// <summary>The priority of prompts that ask to go before the others.</summary>
    private const int FrontPriority = 1;

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/prompt", InfoAsync);
        routes.MapPost("/prompt", SubmitAsync);
    }

    private static async Task<IResult> InfoAsync(HttpContext context, PromptRecords records) =>
        Answer.Json(new JsonObject { ["exec_info"] = new JsonObject { ["queue_remaining"] = await records.RemainingAsync(context.Workspace(), context.RequestAborted) } });

    private static async Task<IResult> SubmitAsync(
        HttpContext context, RunService runs, WorkflowDesk desk, PromptErrors errors, ComfySockets sockets, IOptions<VortexApiOptions> options)
    {
        Parsed<JsonElement> body = await ComfyAnswer.ReadObjectAsync(context, options.Value, mayBeEmpty: false);
        if (!body.IsGood(out JsonElement root, out ApiError? error))
        {
            return ComfyAnswer.Error(error, context);
        }

        if (ComfyAnswer.Object(root, "prompt") is not { } prompt)
        {
            return PromptErrors.Invalid("No prompt provided", "No prompt provided", type: "no_prompt");
        }

        if (Fault(prompt) is { } fault)
        {
            return fault;
        }

        if (!Settings.Read(root).IsGood(out Settings? settings, out error))
        {
            return ComfyAnswer.Error(error, context);
        }

        ReadOnlyMemory<byte> text = RequestJson.RawBytes(prompt);
        OpenedFile opened = desk.Open(context.Workspace(), text, null);
        if (opened.Document is not { } document)
        {
            ProblemView? first = opened.Problems.FirstOrDefault(problem => problem.Severity == ProblemSeverity.Error);
            return PromptErrors.Invalid(first?.Message ?? "The prompt cannot be read.", "", new JsonObject { ["code"] = first?.Code });
        }

        RunRequest request = new()
        {
            Document = document,
            Options = new RunOptions { Priority = settings.Front ? FrontPriority : 0, Tags = [PromptClients.TagOf(settings.Client)], Outputs = settings.Targets },
            ComfyWorkflow = settings.Workflow,
            Id = settings.Id,
            RequestHash = settings.Id is null ? null : IdempotencyKeys.HashOf(text.Span),
            TraceParent = Activity.Current?.Id,
        };
        RunSubmission submission = await runs.SubmitAsync(context.Workspace(), request, context.RequestId(), context.RequestAborted);
        if (submission.Run is not { } run)
        {
            return submission.Problems.Any(problem => problem.Code == RunProblemCodes.RequestIdReused) ? ComfyAnswer.Error(ApiErrorCodes.IdempotencyConflict, context)
                : submission.Problems.Any(problem => problem.Code == RunProblemCodes.TooManyRuns)
                    ? ComfyAnswer.Error(new ApiError(ApiErrorCodes.QueueFull) { RetryAfterSeconds = FullRetrySeconds }.With("retry_after", FullRetrySeconds), context)
                : errors.Of(context.Workspace(), document, submission.Problems);
        }

        sockets.Announce(context.Workspace(), run, settings.Client);
        return Answer.Json(new JsonObject { ["prompt_id"] = PromptIds.Of(run.Id), ["number"] = PromptRecords.NumberOf(run), ["node_errors"] = new JsonObject() });
    }

    /// <summary>What ComfyUI refuses before it looks at any node type.</summary>
    private static IResult? Fault(JsonElement prompt)
    {
        bool any = false;
        foreach (JsonProperty node in prompt.EnumerateObject())
        {
            any = true;
            if (ComfyAnswer.Text(node.Value, "class_type") is not { Length: > 0 })
            {
                return PromptErrors.Invalid(
                    "Cannot execute because a node is missing the class_type property.",
                    $"Node ID '#{ApiError.Shorten(node.Name)}'",
                    new JsonObject { ["node_id"] = ApiError.Shorten(node.Name) });
            }
        }

        return any ? null : PromptErrors.Invalid("Prompt has no outputs", "", type: "prompt_no_outputs");
    }

    /// <summary>What comes beside the prompt.</summary>
    private sealed record Settings(string? Client, RunId? Id, bool Front, string? Workflow, ImmutableArray<NodeId> Targets)
    {
        public static Parsed<Settings> Read(JsonElement root)
        {
            JsonElement extra = ComfyAnswer.Object(root, "extra_data") ?? default;
            string? client = ComfyAnswer.Text(root, "client_id") ?? ComfyAnswer.Text(extra, "client_id");
            if (client?.Length > PromptClients.MaxLength)
            {
                return ApiError.Field("client_id", $"at most {PromptClients.MaxLength} characters");
            }

            string? asked = ComfyAnswer.Text(root, "prompt_id");
            if (asked is not null && !PromptIds.IsPromptId(asked))
            {
                return ApiError.Field("prompt_id", "a UUID in lower case with dashes, or none");
            }

            PromptIds.TryRead(asked, out RunId? id);
            if (!ComfyAnswer.Texts(root, "partial_execution_targets").IsGood(out IReadOnlyList<string>? targets, out ApiError? error) && error is not null)
            {
                return error;
            }

            bool front = ComfyAnswer.Flag(root, "front")
                || (root.TryGetProperty("number", out JsonElement number) && number.ValueKind == JsonValueKind.Number && number.GetDouble() < 0);
            string? workflow = ComfyAnswer.Object(extra, "extra_pnginfo") is { } info ? ComfyAnswer.Object(info, "workflow")?.GetRawText() : null;
            return new Settings(client, id, front, workflow, [.. (targets ?? []).Select(target => new NodeId(target))]);
        }
    }
}
