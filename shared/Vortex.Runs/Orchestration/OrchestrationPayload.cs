using System.Runtime.InteropServices;
using System.Text.Json;

namespace Vortex.Runs;

/// <summary>Payloads of orchestrations: JSON of bounded size, because the managed engines in the cloud bound it, too.</summary>
public static class OrchestrationPayload
{
    /// <summary>The most bytes of JSON.</summary>
    public const int Most = 200 * 1024;

    /// <summary>Makes a payload.</summary>
    /// <returns>The payload, or null with the reason when it is too large.</returns>
    public static JsonElement? TryMake(object? value, string what, out string? problem)
    {
        JsonElement element = JsonSerializer.SerializeToElement(value, value?.GetType() ?? typeof(object), RunsJson.Options);
        int size = JsonMarshal.GetRawUtf8Value(element).Length;
        problem = size <= Most ? null : $"{what} is {size} bytes of JSON; at most 200 KB are allowed. Put the content into the artifact store and pass its digest.";
        return problem is null ? element : null;
    }

    /// <summary>Makes a payload for a caller outside.</summary>
    /// <exception cref="ArgumentException">It is too large.</exception>
    public static JsonElement ForCaller(object? value, string what) =>
        TryMake(value, what, out string? problem) ?? throw new ArgumentException(problem);

    /// <summary>Makes a payload for an orchestrator.</summary>
    /// <exception cref="InvalidOperationException">It is too large.</exception>
    public static JsonElement ForOrchestrator(object? value, string what) =>
        TryMake(value, what, out string? problem) ?? throw new InvalidOperationException(problem);
}
