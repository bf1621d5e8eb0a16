using System.ComponentModel;
using System.Runtime.CompilerServices;
using Vortex.Tensors.Torch.Memory;

namespace Vortex.Tensors.Torch.Tests;

/// <summary>What tensors hold, whose memory may be written to, and what happens when there is none left.</summary>
public sealed class MemoryTests
{
    [Fact]
    public unsafe void Memory_of_others_is_read_and_never_written_to()
    {
        using TorchBackend backend = Natives.Open();
        float[] file = [1, 2, 3, 4];
        fixed (float* first = file)
        {
            NativeRegion region = new((nint)first, 16, file);
            using Tensor wrapped = backend.Wrap(region, DType.Float32, [2, 2]);
            Assert.Equal(file, wrapped.ToArray());
            Assert.Throws<InvalidOperationException>(() => backend.UnaryInPlace(UnaryOp.Negate, wrapped));
            using Tensor row = wrapped.Slice(0, 1, 1);
            Assert.Throws<InvalidOperationException>(() => backend.BinaryInPlace(BinaryOp.Add, row, 1));
            Assert.Throws<InvalidOperationException>(() => backend.CopyInto(wrapped, row));
            Assert.Throws<TensorShapeException>(() => backend.Wrap(region, DType.Float16, [2, 2]));
        }

        Assert.Equal([1, 2, 3, 4], file);
    }

    [Fact]
    public unsafe void Stored_formats_are_read_from_bytes_that_are_not_aligned()
    {
        using TorchBackend backend = Natives.Open();
        byte[] bytes = [0, 0x00, 0x3C, 0x00, 0xC0];
        fixed (byte* first = bytes)
        {
            using Tensor halves = backend.Wrap(new NativeRegion((nint)(first + 1), 4, bytes), DType.Float16, [2]);
            Assert.Equal([1f, -2f], halves.ToArray());
            using Tensor eighths = backend.Wrap(new NativeRegion((nint)(first + 1), 4, bytes), DType.Float8E5M2, [4]);
            Assert.Equal([0f, 1f, 0f, -2f], eighths.ToArray());
        }
    }

    [Fact]
    public void What_an_op_widens_on_the_way_shows_in_the_peak_and_is_gone_after_it()
    {
        using TorchBackend backend = Natives.Open();
        using TensorScope scope = TensorScope.Begin();
        Tensor weight = backend.Full([64, 64], 0.5f).To(DType.Float8E4M3);
        Tensor x = backend.Full([1, 64], 1);
        long before = backend.Memory.InUse;
        backend.ResetPeak();
        Assert.Equal(32, backend.Linear(x, weight).ToArray()[0]);
        Assert.True(backend.Memory.Peak >= before + (64 * 4) + (64 * 64 * 4));
        Assert.Equal(before + (64 * 4), backend.Memory.InUse);
    }

    [Fact]
    public void Tensors_that_nobody_holds_any_more_are_given_back_by_a_trim()
    {
        using TorchBackend backend = Natives.Open();
        Leave(backend);
        backend.Trim();
        Assert.Equal(0, backend.Memory.InUse);
        Assert.Equal(0, backend.Memory.Tensors);
    }

    [Fact]
    public void Tensors_that_nobody_holds_any_more_make_room_below_a_limit()
    {
        using TorchBackend backend = Natives.Open(memoryLimit: 600);
        Leave(backend);
        using Tensor fits = backend.Full([100], 1);
        Assert.Equal(400, backend.Memory.InUse);
        Assert.Equal(600, Assert.Throws<TensorMemoryException>(() => backend.Full([100], 1)).Limit);
    }

    [Fact]
    public void An_allocator_that_refuses_is_missing_memory_and_the_backend_goes_on()
    {
        using TorchBackend backend = Natives.Open();
        TensorMemoryException refused = Assert.Throws<TensorMemoryException>(() => backend.Empty([1 << 20, 1 << 20, 16]));
        Assert.Equal(1L << 46, refused.Requested);
        Assert.Equal(0, refused.Limit);
        Assert.Equal(0, backend.Memory.InUse);
        using Tensor fine = backend.Full([3], 2);
        Assert.Equal([2, 2, 2], fine.ToArray());
    }

    [Theory]
    [InlineData("CUDA out of memory. Tried to allocate 2.00 GiB. GPU 0 has a total capacity of 15.77 GiB", true)]
    [InlineData("[enforce fail at alloc_cpu.cpp:124] err == 0. DefaultCPUAllocator: can't allocate memory: you tried to allocate 70368744177664 bytes.", true)]
    [InlineData("CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling `cublasCreate(handle)`", true)]
    [InlineData("cuDNN error: CUDNN_STATUS_ALLOC_FAILED", true)]
    [InlineData("mat1 and mat2 shapes cannot be multiplied (2x3 and 4x5)", false)]
    public void Errors_of_allocators_are_told_from_others(string message, bool isMemory) =>
        Assert.Equal(isMemory, TorchErrors.IsOutOfMemory(new Win32Exception(0, message)));

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Leave(TorchBackend backend)
    {
        Tensor left = backend.Full([100], 1);
        Tensor view = left.Reshape(10, 10);
        Assert.Equal(400, backend.Memory.InUse);
        Assert.Equal(1, view.Backend.Memory.Tensors);
    }
}
