using System.Diagnostics;
using System.Globalization;

namespace Vortex.Benchmarks;

/// <summary>Starts PyTorch in a process of its own, in the strongest configuration that is known.</summary>
internal static class PythonPeer
{
    /// <summary>Starts it and waits until it says <c>ready</c>; null where Python or PyTorch is not installed.</summary>
    /// <param name="threads">How many threads it may use.</param>
    /// <param name="arguments">What Python is to run.</param>
    public static Process? Start(int threads, params string[] arguments)
    {
        string count = threads.ToString(CultureInfo.InvariantCulture);
        foreach (string python in (string[])["/usr/bin/python3", "python3"])
        {
            ProcessStartInfo start = new(python, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };

            // Debian's OpenBLAS does not heed PyTorch's own setting, and fresh pages for each result cost more than the arithmetic: memory is kept.
            start.Environment["OPENBLAS_NUM_THREADS"] = count;
            start.Environment["OMP_NUM_THREADS"] = count;
            start.Environment["OMP_WAIT_POLICY"] = "PASSIVE";
            start.Environment["MALLOC_MMAP_THRESHOLD_"] = "4294967296";
            start.Environment["MALLOC_TRIM_THRESHOLD_"] = "17179869184";
            start.Environment["MALLOC_TOP_PAD_"] = "268435456";
            try
            {
                Process process = Process.Start(start)!;
                process.ErrorDataReceived += (_, _) => { };
                process.BeginErrorReadLine();
                if (process.StandardOutput.ReadLine() == "ready")
                {
                    return process;
                }

                process.WaitForExit();
                process.Dispose();
            }
            catch (System.ComponentModel.Win32Exception)
            {
            }
        }

        return null;
    }
}
