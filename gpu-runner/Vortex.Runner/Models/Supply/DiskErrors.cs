namespace Vortex.Runner.Models;

/// <summary>Tells a full disk from other failures.</summary>
internal static class DiskErrors
{
    // ENOSPC and EDQUOT where errno is the result, and their names on Windows.
    private static readonly int[] s_full = [28, 122, unchecked((int)0x80070070), unchecked((int)0x80070027)];

    /// <summary>Says whether there is no room left, or none that this user may take.</summary>
    public static bool IsFull(IOException failure) => s_full.Contains(failure.HResult);
}
