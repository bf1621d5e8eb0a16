namespace Vortex.Imaging;

/// <summary>An operation cannot be done with these pictures and settings, for a reason that a user can see and change.</summary>
/// <remarks>
/// <see cref="Code"/> is one of <see cref="ImagingCodes"/>, <see cref="Argument"/> names the picture or setting at fault, and the
/// message is a sentence that says what to do. Whoever runs an operation for a user turns it into that user's kind of problem.
/// </remarks>
public sealed class ImagingException : Exception
{
    /// <summary>Makes the problem from its code, the argument at fault and its sentence.</summary>
    public ImagingException(string code, string argument, string message, Exception? innerException = null)
        : base(message, innerException) => (Code, Argument) = (code, argument);

    /// <summary>Gets the stable code, one of <see cref="ImagingCodes"/>.</summary>
    public string Code { get; }

    /// <summary>Gets the setting or picture at fault, in the words of the operation: <c>mask</c>, <c>width</c>, <c>blur_radius</c>.</summary>
    public string Argument { get; }

    internal static ImagingException OutOfRange(string argument, double value, double min, double max) => new(
        ImagingCodes.Setting,
        argument,
        FormattableString.Invariant($"'{argument}' is {value}; it must lie between {min} and {max}."));

    internal static ImagingException Batches(string argument, int expected, int actual) => new(
        ImagingCodes.BatchMismatch,
        argument,
        $"'{argument}' has {actual} entries and goes with {expected}. Give one entry, or as many as the other has.");
}
