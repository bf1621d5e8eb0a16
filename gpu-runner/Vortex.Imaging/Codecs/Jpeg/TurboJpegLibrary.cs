using System.Runtime.InteropServices;
using Vortex.Imaging.Codecs.Native;

namespace Vortex.Imaging.Codecs.Jpeg;

/// <summary>The functions of libturbojpeg that are used, all of its 2.0 interface, which 3.x still exports.</summary>
internal sealed unsafe class TurboJpegLibrary
{
    internal const int PixelRgb = 0;
    internal const int PixelGrey = 6;
    internal const int PixelRgba = 7;
    internal const int PixelCmyk = 11;
    internal const int ColorGrey = 2;
    internal const int ColorCmyk = 3;
    internal const int ColorYcck = 4;
    internal const int Sampling444 = 0;
    internal const int Sampling420 = 2;
    internal const int SamplingGrey = 3;

    /// <summary>Refuse a picture with hundreds of scans, each of which costs a pass over all of it.</summary>
    internal const int LimitScans = 32768;
    internal const int ErrorWarning = 0;

    // A missing library is looked for again at the next picture: somebody may have installed it.
    private static readonly Lazy<TurboJpegLibrary> Loaded =
        new(() => new TurboJpegLibrary(NativeCodec.TurboJpeg.Load()), LazyThreadSafetyMode.PublicationOnly);

    private readonly delegate* unmanaged[Cdecl]<nint> _initCompress;
    private readonly delegate* unmanaged[Cdecl]<nint> _initDecompress;
    private readonly delegate* unmanaged[Cdecl]<nint, int> _destroy;
    private readonly delegate* unmanaged[Cdecl]<byte*, void> _free;
    private readonly delegate* unmanaged[Cdecl]<nint, byte*> _errorText;
    private readonly delegate* unmanaged[Cdecl]<nint, int> _errorCode;

    private TurboJpegLibrary(nint library)
    {
        _initCompress = (delegate* unmanaged[Cdecl]<nint>)Function(library, "tjInitCompress");
        _initDecompress = (delegate* unmanaged[Cdecl]<nint>)Function(library, "tjInitDecompress");
        _destroy = (delegate* unmanaged[Cdecl]<nint, int>)Function(library, "tjDestroy");
        _free = (delegate* unmanaged[Cdecl]<byte*, void>)Function(library, "tjFree");
        _errorText = (delegate* unmanaged[Cdecl]<nint, byte*>)Function(library, "tjGetErrorStr2");
        _errorCode = (delegate* unmanaged[Cdecl]<nint, int>)Function(library, "tjGetErrorCode");
        ReadHeader = (delegate* unmanaged[Cdecl]<nint, byte*, CULong, int*, int*, int*, int*, int>)Function(library, "tjDecompressHeader3");
        Decompress = (delegate* unmanaged[Cdecl]<nint, byte*, CULong, byte*, int, int, int, int, int, int>)Function(library, "tjDecompress2");
        Compress = (delegate* unmanaged[Cdecl]<nint, byte*, int, int, int, int, byte**, CULong*, int, int, int, int>)Function(library, "tjCompress2");
    }

    /// <summary>Gets the library, loading it at the first call.</summary>
    /// <exception cref="ImageFormatException">It is not installed: <see cref="ImageErrorCodes.CodecMissing"/>.</exception>
    internal static TurboJpegLibrary Instance => Loaded.Value;

    /// <summary>Gets (handle, file, length, out width, out height, out subsampling, out colours).</summary>
    internal delegate* unmanaged[Cdecl]<nint, byte*, CULong, int*, int*, int*, int*, int> ReadHeader { get; }

    /// <summary>Gets (handle, file, length, pixels, width, bytes per row, height, pixel format, flags).</summary>
    internal delegate* unmanaged[Cdecl]<nint, byte*, CULong, byte*, int, int, int, int, int, int> Decompress { get; }

    /// <summary>Gets (handle, pixels, width, bytes per row, height, pixel format, out file, out length, subsampling, quality, flags).</summary>
    internal delegate* unmanaged[Cdecl]<nint, byte*, int, int, int, int, byte**, CULong*, int, int, int, int> Compress { get; }

    /// <summary>Returns the version as far as the library's exports tell it; it has no function for it.</summary>
    internal static string? Version(nint library) =>
        NativeLibrary.TryGetExport(library, "tj3Init", out _) ? "3.0 or later"
        : NativeLibrary.TryGetExport(library, "tjGetErrorCode", out _) ? "2.x"
        : "1.x (too old)";

    internal nint NewDecompressor() => NotNull(_initDecompress());

    internal nint NewCompressor() => NotNull(_initCompress());

    internal void Destroy(nint handle) => _ = _destroy(handle);

    internal void Free(byte* memory) => _free(memory);

    /// <summary>Returns whether the last failure was only a warning, after which the pixels are there.</summary>
    internal bool IsWarning(nint handle) => _errorCode(handle) == ErrorWarning;

    /// <summary>Returns the library's own words for the last failure.</summary>
    internal string ErrorText(nint handle) => Marshal.PtrToStringUTF8((nint)_errorText(handle)) ?? "no reason given";

    private nint NotNull(nint handle) => handle != 0
        ? handle
        : throw new ImageFormatException(
            ImageErrorCodes.TooLarge, $"libjpeg-turbo did not start ({ErrorText(0)}); most likely memory is short. Free some and try again.");

    private static nint Function(nint library, string name) =>
        NativeLibrary.TryGetExport(library, name, out nint address) ? address : throw NativeCodec.TurboJpeg.TooOld(name);
}
