namespace Vortex.Diffusion;

/// <summary>A model file, or a value given to a model, is not what can be worked with. Becomes a problem of the node with that code.</summary>
/// <param name="code">A stable code of <see cref="DiffusionCodes"/>.</param>
/// <param name="message">A sentence that says what to do.</param>
/// <param name="argument">The node input at fault where one is, in snake_case.</param>
public sealed class DiffusionException(string code, string message, string? argument = null) : Exception(message)
{
    /// <summary>Gets the stable code.</summary>
    public string Code { get; } = code;

    /// <summary>Gets the node input at fault.</summary>
    public string? Argument { get; } = argument;
}
