namespace Vortex.Embedded;

/// <summary>Named places between two lines where a test ends the process. In a product process the hook is null and a pass costs one check.</summary>
internal static class CrashPoints
{
    /// <summary>Inside a write transaction, before anything of it is durable.</summary>
    internal const string BeforeCommit = "before-commit";

    /// <summary>The transaction is durable, nobody has been told.</summary>
    internal const string AfterCommit = "after-commit";

    /// <summary>Content is in its temporary file, not yet under its digest.</summary>
    internal const string BeforeRename = "before-rename";

    /// <summary>Content lies under its digest; nothing refers to it.</summary>
    internal const string AfterRename = "after-rename";

    /// <summary>An orchestrator has decided; the decisions are in memory only.</summary>
    internal const string BeforeTurnCommit = "before-turn-commit";

    /// <summary>Decisions are durable; their activities have not begun.</summary>
    internal const string AfterTurnCommit = "after-turn-commit";

    /// <summary>An activity's effects are there, its completion is not.</summary>
    internal const string BeforeActivityCompletion = "before-activity-completion";

    /// <summary>An activity's completion is durable; its orchestrator has not seen it.</summary>
    internal const string AfterActivityCompletion = "after-activity-completion";

    /// <summary>Gets or sets what happens at a point; null outside fault tests.</summary>
    internal static Action<string>? Hook { get; set; }

    /// <summary>Marks that execution got to a point.</summary>
    internal static void Pass(string point) => Hook?.Invoke(point);
}
