using Microsoft.Extensions.Options;
using Vortex.Azure;
using Vortex.Embedded;

namespace Vortex.Runner;

/// <summary>Says in one line why a runner does not start.</summary>
internal static class StartProblem
{
    /// <summary>The code of a setting that is missing or makes no sense.</summary>
    internal const string Settings = "runner.settings";

    /// <summary>Returns the line, with a stable code where there is one; null for what is a mistake of ours.</summary>
    internal static string? Of(Exception exception) => exception switch
    {
        OptionsValidationException or AggregateException => OfSettings(exception),
        // The binder's own words name the setting and the type it wants.
        InvalidOperationException { Source: "Microsoft.Extensions.Configuration.Binder" } => Line(Settings, exception.Message),
        AzureStoreException store => Line(store.Code, store.Message),
        EmbeddedStoreException or IOException or UnauthorizedAccessException => Line(null, exception.Message),
        _ => null,
    };

    /// <summary>Gathers what is wrong with all groups of settings, so that nobody corrects one after the other.</summary>
    private static string? OfSettings(Exception exception)
    {
        IReadOnlyCollection<Exception> all = exception is AggregateException several ? several.InnerExceptions : [exception];
        return all.All(one => one is OptionsValidationException)
            ? Line(Settings, string.Join(' ', all.Cast<OptionsValidationException>().SelectMany(one => one.Failures)) + " In the environment a colon of a setting's name is two underscores.")
            : null;
    }

    private static string Line(string? code, string message) => $"The runner cannot start{(code is null ? "" : $" ({code})")}: {message}";
}
