using System.Collections.Immutable;
using System.Text.Json.Nodes;

namespace Vortex.Workflows;

/// <summary>One step from a version of the format to the next.</summary>
/// <param name="From">The version it takes.</param>
/// <param name="To">The version it gives.</param>
/// <param name="Apply">
/// Changes the JSON in place. What it does not understand it leaves as it is, for the reader to report: entries keep their places in
/// arrays, so that a problem can be shown in the text it came from.
/// </param>
public sealed record WorkflowMigration(WorkflowVersion From, WorkflowVersion To, Action<JsonObject> Apply);

/// <summary>The steps that bring old documents up to date, in order.</summary>
public static class WorkflowMigrations
{
    /// <summary>Gets all steps, oldest first.</summary>
    public static ImmutableArray<WorkflowMigration> All { get; } =
    [
        new WorkflowMigration(new WorkflowVersion(0, 9), new WorkflowVersion(1, 0), Migration09.Apply),
    ];

    /// <summary>Returns whether a document of that version can be brought up to date.</summary>
    public static bool CanMigrate(WorkflowVersion version) => All.Any(migration => migration.From == version);

    /// <summary>Brings a document up to date, one version after the other.</summary>
    /// <param name="document">The root object; changed in place, <c>vtxw_version</c> included.</param>
    /// <param name="version">Its version.</param>
    /// <returns>The version it has now.</returns>
    public static WorkflowVersion Migrate(JsonObject document, WorkflowVersion version)
    {
        foreach (WorkflowMigration migration in All)
        {
            if (migration.From == version)
            {
                migration.Apply(document);
                version = migration.To;
                document["vtxw_version"] = version.ToString();
            }
        }

        return version;
    }
}
