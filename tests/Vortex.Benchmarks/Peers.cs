using System.Diagnostics;
using System.Globalization;

namespace Vortex.Benchmarks;

/// <summary>Other programs to compare with, where they are installed.</summary>
internal static class Peers
{
    /// <summary>Runs a Python snippet that prints milliseconds, one figure a line, with Pillow imported; null without Pillow.</summary>
    public static double[]? Pillow(string code, params string[] arguments)
    {
        foreach (string python in (string[])["/usr/bin/python3", "python3"])
        {
            if (Figures(python, ["-c", "import sys, time, io\nfrom PIL import Image\n" + code, .. arguments]) is { Length: > 0 } figures)
            {
                return figures;
            }
        }

        return null;
    }

    /// <summary>Times a whole command; null when it is not there or fails.</summary>
    public static double[]? Command(int runs, string program, params string[] arguments)
    {
        double[] times = new double[runs];
        for (int i = 0; i < runs; i++)
        {
            long began = Stopwatch.GetTimestamp();
            if (Output(program, arguments) is null)
            {
                return null;
            }

            times[i] = Stopwatch.GetElapsedTime(began).TotalMilliseconds;
        }

        Array.Sort(times);
        return times;
    }

    private static double[]? Figures(string program, string[] arguments)
    {
        if (Output(program, arguments) is not { } output)
        {
            return null;
        }

        double[] figures = [.. output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => double.Parse(line, CultureInfo.InvariantCulture))];
        Array.Sort(figures);
        return figures;
    }

    private static string? Output(string program, string[] arguments)
    {
        try
        {
            using Process process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
            process.ErrorDataReceived += (_, _) => { };
            process.BeginErrorReadLine();
            string output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0 ? output : null;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }
}
