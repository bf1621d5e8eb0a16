using System.Diagnostics;
using System.Globalization;

namespace Vortex.Benchmarks;

/// <summary>PyTorch running one of the networks in a process of its own, in the strongest configuration that is known.</summary>
internal sealed class DiffusionPeer : IDisposable
{
    private readonly Process _process;

    private DiffusionPeer(Process process) => _process = process;

    /// <summary>Starts it; null where Python or PyTorch is not installed.</summary>
    public static DiffusionPeer? Start(string network, int threads)
    {
        string count = threads.ToString(CultureInfo.InvariantCulture);
        string script = Path.Combine(AppContext.BaseDirectory, "Peers", "diffusion.py");
        foreach (string python in (string[])["/usr/bin/python3", "python3"])
        {
            ProcessStartInfo start = new(python, [script, count, network]) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };

            // Debian's OpenBLAS does not heed PyTorch's own setting, and fresh pages for each result cost more than the arithmetic.
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
                    return new DiffusionPeer(process);
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

    /// <summary>Runs once and returns milliseconds; null when it failed.</summary>
    public double? Run()
    {
        _process.StandardInput.WriteLine();
        _process.StandardInput.Flush();
        return double.TryParse(_process.StandardOutput.ReadLine(), CultureInfo.InvariantCulture, out double time) ? time : null;
    }

    /// <summary>Ends it and returns the peak of its memory in bytes, 0 where it did not say.</summary>
    public long End()
    {
        _process.StandardInput.Close();
        string? line = _process.StandardOutput.ReadLine();
        _process.WaitForExit();
        return long.TryParse(line, CultureInfo.InvariantCulture, out long bytes) ? bytes : 0;
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        _process.Dispose();
    }
}
