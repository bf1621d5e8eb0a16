using System.Runtime.InteropServices;

namespace Vortex.Imaging.Codecs.Native;

/// <summary>A system library that reads or writes a picture format: under which names it is found, and how to install it.</summary>
/// <param name="Name">The name a person knows it by.</param>
/// <param name="FileNames">What to try, in order; the first that loads is taken.</param>
/// <param name="Install">What to type or fetch, for each system.</param>
internal sealed record NativeCodec(string Name, IReadOnlyList<string> FileNames, string Install)
{
    internal static NativeCodec TurboJpeg { get; } = new(
        "libjpeg-turbo (libturbojpeg)",
        Candidates(
            linux: ["libturbojpeg.so.0", "libturbojpeg.so"],
            mac: ["libturbojpeg.0.dylib", "libturbojpeg.dylib"],
            windows: ["turbojpeg.dll", "libturbojpeg.dll"]),
        "Debian: apt install libturbojpeg0; Ubuntu: apt install libturbojpeg; macOS: brew install jpeg-turbo; "
        + "Windows: put turbojpeg.dll from libjpeg-turbo.org beside vortex.exe or on PATH");

    internal static NativeCodec WebP { get; } = new(
        "libwebp",
        Candidates(
            linux: ["libwebp.so.7", "libwebp.so.6", "libwebp.so"],
            mac: ["libwebp.7.dylib", "libwebp.dylib"],
            windows: ["libwebp.dll", "libwebp-7.dll", "webp.dll"]),
        "Debian and Ubuntu: apt install libwebp7 (Ubuntu 20.04: libwebp6); macOS: brew install webp; "
        + "Windows: put libwebp.dll from developers.google.com/speed/webp beside vortex.exe or on PATH");

    /// <summary>Loads the first file that is there.</summary>
    /// <exception cref="ImageFormatException">None is: code <see cref="ImageErrorCodes.CodecMissing"/>.</exception>
    internal nint Load() => TryLoad(out nint library) ? library : throw Missing();

    /// <summary>Loads the first file that is there; the library then stays in the process.</summary>
    internal bool TryLoad(out nint library)
    {
        foreach (string file in FileNames)
        {
            if (NativeLibrary.TryLoad(file, typeof(NativeCodec).Assembly, null, out library))
            {
                return true;
            }
        }

        library = 0;
        return false;
    }

    /// <summary>The library is there but lacks a function that is needed.</summary>
    internal ImageFormatException TooOld(string function) => new(
        ImageErrorCodes.CodecMissing,
        $"The installed {Name} lacks the function {function}. Install a newer one: {Install}.");

    private ImageFormatException Missing() => new(
        ImageErrorCodes.CodecMissing,
        $"This picture needs {Name}, which is not installed here. Install it ({Install}), or use a PNG file.");

    private static string[] Candidates(string[] linux, string[] mac, string[] windows)
    {
        if (OperatingSystem.IsWindows())
        {
            return windows;
        }

        // Homebrew's folders are not on the loader's path.
        return OperatingSystem.IsMacOS()
            ? [.. mac, .. mac.Select(file => "/opt/homebrew/lib/" + file), .. mac.Select(file => "/usr/local/lib/" + file)]
            : linux;
    }
}
