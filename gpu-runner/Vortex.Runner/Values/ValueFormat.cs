using Vortex.Workflows;

namespace Vortex.Runner;

/// <summary>How one kind of large value is described, measured, written and read.</summary>
/// <remarks>A pack that brings a new kind of value (latents, conditioning) brings a format with it.</remarks>
public abstract class ValueFormat
{
    /// <summary>Gets the media type of the encoded form; it names format and version.</summary>
    public abstract string MediaType { get; }

    /// <summary>Gets the port type the values have.</summary>
    public abstract PortType Type { get; }

    /// <summary>Says whether a runtime value is of this kind.</summary>
    public abstract bool Holds(object value);

    /// <summary>Returns the memory a value takes, in bytes.</summary>
    public abstract long SizeOf(object value);

    /// <summary>Describes a value in a few words, such as <c>Image 1x512x512x3</c>.</summary>
    public abstract string Describe(object value);

    /// <summary>Opens the encoded form for reading. Reads from the value itself, without a copy of it.</summary>
    public abstract Stream Encode(object value);

    /// <summary>Reads a value back.</summary>
    /// <exception cref="InvalidDataException">The bytes are not what <see cref="Encode"/> gives.</exception>
    public abstract ValueTask<object> DecodeAsync(Stream content, long length, CancellationToken cancellationToken = default);
}
