namespace Vortex.Local.Terminal;

/// <summary>What the command's exit status means.</summary>
internal static class ExitCodes
{
    /// <summary>Done.</summary>
    public const int Done = 0;

    /// <summary>What was given is at fault: the command line, a file, a workflow.</summary>
    public const int BadInput = 2;

    /// <summary>The run, or what was to be done, failed.</summary>
    public const int Failed = 3;

    /// <summary>Stopped by the person.</summary>
    public const int Canceled = 130;
}
