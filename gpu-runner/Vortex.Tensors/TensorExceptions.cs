namespace Vortex.Tensors;

/// <summary>Shapes or number formats do not fit an op. The message names the op and the shapes.</summary>
public sealed class TensorShapeException(string message) : Exception(message);

/// <summary>A backend's memory does not suffice for an op; nothing was computed and the backend goes on working.</summary>
/// <param name="requested">What was asked for, in bytes.</param>
/// <param name="inUse">What tensors hold, in bytes.</param>
/// <param name="limit">The backend's limit, in bytes; 0 where the machine itself refused.</param>
public sealed class TensorMemoryException(long requested, long inUse, long limit)
    : Exception($"A tensor of {requested:N0} bytes does not fit: {inUse:N0} bytes are in use{(limit > 0 ? $" of {limit:N0}" : "")}.")
{
    /// <summary>Gets the bytes asked for.</summary>
    public long Requested { get; } = requested;

    /// <summary>Gets the bytes in use.</summary>
    public long InUse { get; } = inUse;

    /// <summary>Gets the limit in bytes; 0 where the machine itself refused.</summary>
    public long Limit { get; } = limit;
}
