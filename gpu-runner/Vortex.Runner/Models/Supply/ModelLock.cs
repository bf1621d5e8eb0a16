namespace Vortex.Runner.Models;

/// <summary>A lock between the runners that share a folder: a file that is open with others or alone. It ends with its process, however that ends.</summary>
/// <remarks>Lock files stay: whoever deleted one would take it from those who have it open. They are empty, and the time of their last change says when they were last held.</remarks>
internal sealed class ModelLock : IDisposable
{
    // EAGAIN on Linux and elsewhere, and Windows' sharing violation.
    private static readonly int[] s_taken = [11, 35, unchecked((int)0x80070020)];

    private readonly FileStream _file;
    private readonly TimeProvider _time;

    private ModelLock(FileStream file, TimeProvider time) => (_file, _time) = (file, time);

    /// <summary>Takes the lock beside others who share it; null where somebody has it alone.</summary>
    public static ModelLock? TryShared(string path, TimeProvider time) => Try(path, FileShare.ReadWrite, time);

    /// <summary>Takes the lock alone; null where anybody has it.</summary>
    public static ModelLock? TryAlone(string path, TimeProvider time) => Try(path, FileShare.None, time);

    /// <summary>Notes that what it stands for is used now.</summary>
    public void Touch() => File.SetLastWriteTimeUtc(_file.SafeFileHandle, _time.GetUtcNow().UtcDateTime);

    public void Dispose() => _file.Dispose();

    private static ModelLock? Try(string path, FileShare share, TimeProvider time)
    {
        try
        {
            return new ModelLock(new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, share, 1), time);
        }
        catch (IOException taken) when (s_taken.Contains(taken.HResult))
        {
            return null;
        }
    }
}
