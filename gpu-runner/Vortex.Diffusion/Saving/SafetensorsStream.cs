using Vortex.Diffusion.Files;
using Vortex.Tensors;

namespace Vortex.Diffusion.Saving;

/// <summary>A safetensors file that is made while it is read: of the weights one is in memory at a time. Read once, from its begin to its end.</summary>
internal sealed class SafetensorsStream : Stream
{
    private readonly IReadOnlyList<SavedWeight> _weights;
    private readonly CancellationToken _cancellation;
    private ReadOnlyMemory<byte> _current;
    private int _next;
    private long _position;

    /// <summary>Makes a stream.</summary>
    /// <param name="weights">The weights in the file's order; keys must differ.</param>
    /// <param name="marks">Small tensors behind them.</param>
    /// <param name="metadata">Texts for the header.</param>
    /// <param name="cancellation">Looked at before every weight.</param>
    public SafetensorsStream(
        IReadOnlyList<SavedWeight> weights, IReadOnlyList<SafetensorsEntry> marks, IReadOnlyDictionary<string, string> metadata, CancellationToken cancellation)
    {
        (_weights, Marks, _cancellation) = (weights, marks, cancellation);
        _current = SafetensorsWriter.Start([.. weights.Select(weight => (weight.Name, weight.Type, weight.Shape)), .. marks.Select(mark => (mark.Name, mark.Type, mark.Shape))], metadata);
        Length = _current.Length + weights.Sum(weight => weight.Shape.Count * weight.Type.Size()) + marks.Sum(mark => (long)mark.Data.Length);
    }

    public override long Length { get; }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Position
    {
        get => _position;
        set => throw new NotSupportedException();
    }

    private IReadOnlyList<SafetensorsEntry> Marks { get; }

    public override int Read(Span<byte> buffer)
    {
        while (_current.IsEmpty && _next < _weights.Count + Marks.Count)
        {
            _cancellation.ThrowIfCancellationRequested();
            _current = _next < _weights.Count ? _weights[_next].Read() : Marks[_next - _weights.Count].Data;
            _next++;
        }

        int count = Math.Min(buffer.Length, _current.Length);
        _current.Span[..count].CopyTo(buffer);
        _current = _current[count..];
        _position += count;
        return count;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
