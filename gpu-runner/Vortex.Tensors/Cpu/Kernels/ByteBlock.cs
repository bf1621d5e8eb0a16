using System.Runtime.InteropServices;

namespace Vortex.Tensors.Cpu;

/// <summary>A piece of memory of any length.</summary>
internal readonly unsafe struct ByteBlock(byte* pointer, long length)
{
    public void Clear() => NativeMemory.Clear(pointer, (nuint)length);
}
