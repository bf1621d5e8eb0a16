using System.Runtime.InteropServices;

namespace Vortex.Tensors.Torch.Memory;

/// <summary>Reads libtorch's errors, which reach us as text.</summary>
internal static class TorchErrors
{
    // The allocators of CPU and CUDA, and the libraries that keep work space of their own.
    private static readonly string[] s_outOfMemory = ["out of memory", "can't allocate memory", "not enough memory", "ALLOC_FAILED", "bad_alloc", "bad allocation"];

    /// <summary>Says whether an allocator refused.</summary>
    public static bool IsOutOfMemory(Exception exception) => exception is OutOfMemoryException
        || (exception is ExternalException && s_outOfMemory.Any(words => exception.Message.Contains(words, StringComparison.OrdinalIgnoreCase)));
}
