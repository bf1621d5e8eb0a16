using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Options;

namespace Vortex.Api;

/// <summary>What clients ask of a server before they use it. Nothing of it says anything about a workspace.</summary>
internal static class SystemEndpoints
{
    /// <summary>The version of ComfyUI whose API this follows.</summary>
    private const string ComfyVersion = "0.3.64";

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/system_stats", Stats);
        routes.MapGet("/features", (IOptions<VortexApiOptions> options) => Answer.Json(Features(options.Value)));
        routes.MapGet("/extensions", () => Answer.Json(new JsonArray()));
        routes.MapGet("/users", () => Answer.Json(new JsonObject { ["storage"] = "server", ["migrated"] = true }));
        routes.MapGet("/settings", () => Answer.Json(new JsonObject()));
        routes.MapGet("/settings/{id}", () => Results.Text("null", "application/json"));
        routes.MapGet("/workflow_templates", () => Answer.Json(new JsonObject()));
        // A client subscribes to the server's log as it starts, and reads nothing of the answer. There is no log to send.
        routes.MapPatch("/internal/logs/subscribe", ComfyAnswer.Done);
    }

    public static JsonObject Features(VortexApiOptions options) => new() { ["supports_preview_metadata"] = true, ["max_upload_size"] = options.MaxUploadBytes };

    private static IResult Stats(IOptions<VortexApiOptions> options)
    {
        GCMemoryInfo memory = GC.GetGCMemoryInfo();
        long free = Math.Max(0, memory.TotalAvailableMemoryBytes - memory.MemoryLoadBytes);
        string os = OperatingSystem.IsWindows() ? "win32" : OperatingSystem.IsMacOS() ? "darwin" : "linux";
        return Answer.Json(new JsonObject
        {
            ["system"] = new JsonObject
            {
                ["os"] = os,
                ["ram_total"] = memory.TotalAvailableMemoryBytes,
                ["ram_free"] = free,
                ["comfyui_version"] = ComfyVersion,
                ["vortex_version"] = options.Value.Version,
                ["required_frontend_version"] = "",
                ["python_version"] = "",
                ["pytorch_version"] = "",
                ["embedded_python"] = false,
                ["argv"] = new JsonArray(),
            },
            // Runners have the devices, and this host need not know them. Clients want at least one.
            ["devices"] = new JsonArray(new JsonObject
            {
                ["name"] = "cpu",
                ["type"] = "cpu",
                ["index"] = null,
                ["vram_total"] = memory.TotalAvailableMemoryBytes,
                ["vram_free"] = free,
                ["torch_vram_total"] = 0,
                ["torch_vram_free"] = 0,
            }),
        });
    }
}
