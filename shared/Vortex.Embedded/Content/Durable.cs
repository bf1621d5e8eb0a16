using System.ComponentModel;
using System.Runtime.InteropServices;

namespace Vortex.Embedded;

/// <summary>Makes names durable: a new or renamed file survives a power cut only when its folder was written, too.</summary>
internal static class Durable
{
    /// <summary>Writes a folder's entries to the disk. Windows does so with the rename itself.</summary>
    internal static void FlushFolder(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        int folder = open(path, 0);
        if (folder < 0)
        {
            throw new IOException($"Cannot open '{path}': {new Win32Exception(Marshal.GetLastPInvokeError()).Message}", Marshal.GetLastPInvokeError());
        }

        try
        {
            const int InvalidArgument = 22;
            // Some network file systems know no fsync of a folder and say so; there is nothing more to do then.
            if (fsync(folder) != 0 && Marshal.GetLastPInvokeError() != InvalidArgument)
            {
                throw new IOException($"Cannot flush '{path}': {new Win32Exception(Marshal.GetLastPInvokeError()).Message}", Marshal.GetLastPInvokeError());
            }
        }
        finally
        {
            _ = close(folder);
        }
    }

    /// <summary>Makes a folder and those above it, each entry durable.</summary>
    internal static void CreateFolder(string path)
    {
        if (Directory.Exists(path))
        {
            return;
        }

        string parent = Path.GetDirectoryName(path)!;
        CreateFolder(parent);
        Directory.CreateDirectory(path);
        FlushFolder(parent);
    }

#pragma warning disable SYSLIB1054, CA2101 // A source-generated import needs unsafe code for three calls; the path is marshalled as UTF-8.
    [DllImport("libc", SetLastError = true)]
    private static extern int open([MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags);

    [DllImport("libc", SetLastError = true)]
    private static extern int fsync(int file);

    [DllImport("libc", SetLastError = true)]
    private static extern int close(int file);
#pragma warning restore SYSLIB1054, CA2101
}
