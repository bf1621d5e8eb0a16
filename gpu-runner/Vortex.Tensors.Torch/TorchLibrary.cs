using System.Reflection;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;
using TorchSharp;

namespace Vortex.Tensors.Torch;

/// <summary>What of libtorch this process can load.</summary>
public static class TorchLibrary
{
    internal const string Auto = "auto";

    private static readonly Lazy<string?> s_problem = new(FindProblem);
    private static readonly Lazy<string?> s_cudaProblem = new(FindCudaProblem);

    /// <summary>Gets why nothing of libtorch can be used, in one sentence; null when it can. The first call loads the library.</summary>
    public static string? Problem => s_problem.Value;

    /// <summary>Gets why CUDA cannot be used, in one sentence; null when it can.</summary>
    public static string? CudaProblem => s_cudaProblem.Value;

    /// <summary>Gets libtorch's version, such as <c>2.10</c>.</summary>
    internal static string Version => string.Join('.', torch.__version__.Split('.')[..2]);

    /// <summary>Returns the device a name means.</summary>
    /// <exception cref="NotSupportedException">It cannot be used here; the message says why.</exception>
    /// <exception cref="ArgumentException">There is no such device name.</exception>
    internal static torch.Device Find(string name)
    {
        string[] parts = name.Split(':');
        int index = 0;
        bool isCuda = parts[0] == "cuda" && (parts.Length == 1 || (parts.Length == 2 && int.TryParse(parts[1], out index) && index >= 0));
        if (!isCuda && name is not ("cpu" or Auto))
        {
            throw new ArgumentException($"'{name}' is not a device. Use cpu, cuda, cuda:N or auto.", nameof(name));
        }

        if (Problem is { } problem)
        {
            throw new NotSupportedException(problem);
        }

        if (name == "cpu" || (name == Auto && CudaProblem is not null))
        {
            return torch.CPU;
        }

        return (CudaProblem ?? (index < torch.cuda.device_count() ? null : $"There are {torch.cuda.device_count()} CUDA devices, and none with number {index}.")) is { } missing
            ? throw new NotSupportedException(missing)
            : torch.device(DeviceType.CUDA, index);
    }

    /// <summary>Returns what decides about the bits of results on a device, besides libtorch's version: the kind of processor.</summary>
    internal static string Processor(torch.Device device) => device.type == DeviceType.CPU
        ? Avx512F.IsSupported ? "avx512" : Avx2.IsSupported ? "avx2" : RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant()
        : CudaModel() ?? "gpu";

    private static string? FindProblem()
    {
        try
        {
            _ = torch.get_num_threads();
            return null;
        }
        catch (Exception exception) when (IsMissing(exception))
        {
            return $"libtorch cannot be loaded ({FirstLine(exception)}). Ship a package with its native files (TorchSharp-cpu or TorchSharp-cuda-linux), "
                + "on a system whose libstdc++ is that of GCC 13 or later.";
        }
    }

    private static string? FindCudaProblem()
    {
        if (Problem is { } problem)
        {
            return problem;
        }

        try
        {
            return torch.cuda.is_available() && torch.cuda.device_count() > 0
                ? null
                : "No CUDA device can be used: this needs an NVIDIA GPU, a driver for CUDA 12.8 or later, and a program that ships TorchSharp-cuda-linux.";
        }
        catch (Exception exception) when (IsMissing(exception))
        {
            return $"CUDA cannot be used ({FirstLine(exception)}).";
        }
    }

    private static bool IsMissing(Exception exception) =>
        exception is TypeInitializationException or NotSupportedException or DllNotFoundException or EntryPointNotFoundException or BadImageFormatException or ExternalException or TargetInvocationException;

    private static string FirstLine(Exception exception)
    {
        Exception inner = exception;
        while (inner is TypeInitializationException or TargetInvocationException && inner.InnerException is { } cause)
        {
            inner = cause;
        }

        return inner.Message.Split('\n', 2)[0].Trim().TrimEnd('.');
    }

    // The binding does not tell the GPU's name; the driver's own file does.
    private static string? CudaModel()
    {
        const string Folder = "/proc/driver/nvidia/gpus";
        if (!Directory.Exists(Folder))
        {
            return null;
        }

        IEnumerable<string> lines = Directory.EnumerateDirectories(Folder).Select(gpu => Path.Combine(gpu, "information")).Where(File.Exists).SelectMany(File.ReadLines);
        string[] models = [.. lines.Where(line => line.StartsWith("Model:", StringComparison.Ordinal)).Select(line => line[6..].Trim().ToLowerInvariant().Replace(' ', '-')).Distinct()];
        return models is [string only] ? only : null;
    }
}
