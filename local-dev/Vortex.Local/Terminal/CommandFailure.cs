namespace Vortex.Local.Terminal;

/// <summary>Ends a command with a sentence for the person and an exit status, without a stack trace.</summary>
/// <param name="exitCode">One of <see cref="ExitCodes"/>.</param>
/// <param name="message">What is wrong and what to do.</param>
internal sealed class CommandFailure(int exitCode, string message) : Exception(message)
{
    /// <summary>Gets the exit status.</summary>
    public int ExitCode { get; } = exitCode;

    /// <summary>What was given is at fault.</summary>
    public static CommandFailure BadInput(string message) => new(ExitCodes.BadInput, message);

    /// <summary>What was to be done failed.</summary>
    public static CommandFailure Failed(string message) => new(ExitCodes.Failed, message);
}
