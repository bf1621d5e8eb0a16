using System.Runtime.InteropServices;
using Vortex.Tensors;

namespace Vortex.Diffusion.Files;

/// <summary>Native memory for a tensor that a file cannot lend as it is; lives as long as somebody holds it.</summary>
internal sealed unsafe class NativeCopy
{
    private readonly void* _pointer;
    private readonly long _length;

    public NativeCopy(long length)
    {
        _length = length;
        _pointer = NativeMemory.AlignedAlloc((nuint)Math.Max(length, 1), 64);
        GC.AddMemoryPressure(Math.Max(length, 1));
    }

    ~NativeCopy()
    {
        NativeMemory.AlignedFree(_pointer);
        GC.RemoveMemoryPressure(Math.Max(_length, 1));
    }

    public byte* Pointer => (byte*)_pointer;

    public NativeRegion Region => new((nint)_pointer, _length, this);
}
