using System.Diagnostics;
using System.Globalization;

namespace Vortex.Embedded.CrashHost;

/// <summary>Ends this process at a named point as if the machine had lost it: no handler, no flush, no goodbye.</summary>
internal static class CrashTrigger
{
    internal static void Arm(string? setting)
    {
        if (string.IsNullOrEmpty(setting))
        {
            return;
        }

        string[] parts = setting.Split(':');
        int left = parts.Length > 1 ? int.Parse(parts[1], CultureInfo.InvariantCulture) : 1;
        CrashPoints.Hook = point =>
        {
            if (point == parts[0] && Interlocked.Decrement(ref left) == 0)
            {
                Process.GetCurrentProcess().Kill();
                // The signal is on its way; nothing more may happen here.
                Thread.Sleep(Timeout.Infinite);
            }
        };
    }
}
