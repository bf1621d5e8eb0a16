using System.IO.MemoryMappedFiles;
using Vortex.Tensors;

namespace Vortex.Diffusion.Files;

/// <summary>A file mapped into memory for reading. What was lent keeps the mapping alive, through the garbage collector.</summary>
/// <remarks>Whoever cuts a file short while it is mapped ends the process, as with every program that maps files; models are replaced, not rewritten.</remarks>
internal sealed unsafe class MappedFile : IDisposable
{
    private readonly MemoryMappedFile? _file;
    private readonly MemoryMappedViewAccessor? _view;
    private byte* _pointer;
    private int _state;

    private MappedFile(string path)
    {
        // A shared delete lets a model be replaced while it is in use.
        using FileStream stream = new(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, 1);
        Length = stream.Length;
        if (Length == 0)
        {
            return;
        }

        _file = MemoryMappedFile.CreateFromFile(stream, null, 0, MemoryMappedFileAccess.Read, HandleInheritability.None, true);
        _view = _file.CreateViewAccessor(0, Length, MemoryMappedFileAccess.Read);
        _view.SafeMemoryMappedViewHandle.AcquirePointer(ref _pointer);
        _pointer += _view.PointerOffset;
    }

    ~MappedFile() => Unmap();

    /// <summary>Gets the length in bytes.</summary>
    public long Length { get; }

    /// <summary>Maps a file.</summary>
    /// <exception cref="DiffusionException">It cannot be read: <see cref="DiffusionCodes.FileDamaged"/>.</exception>
    public static MappedFile Open(string path, string displayName)
    {
        try
        {
            return new MappedFile(path);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new DiffusionException(DiffusionCodes.FileDamaged, $"The model file '{displayName}' cannot be read: {problem.Message}");
        }
    }

    /// <summary>Returns bytes of the file; valid until it is disposed of.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The range lies outside of the file.</exception>
    public ReadOnlySpan<byte> Span(long offset, int length)
    {
        Check(offset, length);
        return new ReadOnlySpan<byte>(_pointer + offset, length);
    }

    /// <summary>Returns a stream over a range; valid until the file is disposed of.</summary>
    public UnmanagedMemoryStream Stream(long offset, long length)
    {
        Check(offset, length);
        return new UnmanagedMemoryStream(_pointer + offset, length);
    }

    /// <summary>Lends a range out for as long as somebody holds the region.</summary>
    public NativeRegion Lend(long offset, long length)
    {
        Check(offset, length);
        ObjectDisposedException.ThrowIf(Interlocked.CompareExchange(ref _state, 1, 0) == 2, this);
        return new NativeRegion((nint)(_pointer + offset), length, this);
    }

    /// <summary>Ends the mapping at once where nothing was lent; otherwise the last borrower's end does.</summary>
    public void Dispose()
    {
        if (Interlocked.CompareExchange(ref _state, 2, 0) == 0)
        {
            Unmap();
            GC.SuppressFinalize(this);
        }
    }

    private void Check(long offset, long length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(offset, Length - length);
        ObjectDisposedException.ThrowIf(_state == 2, this);
    }

    private void Unmap()
    {
        if (_pointer is not null)
        {
            _pointer = null;
            _view!.SafeMemoryMappedViewHandle.ReleasePointer();
            _view.Dispose();
            _file!.Dispose();
        }
    }
}
