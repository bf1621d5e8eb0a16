using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Vortex.Tensors.Cpu;

/// <summary>The kernels of one instruction set.</summary>
internal sealed unsafe class KernelSet
{
    private KernelSet(string name) => Name = name;

    /// <summary>Gets the name that the numeric class and descriptions carry.</summary>
    public string Name { get; }

    /// <summary>Gets the columns of a panel: two registers.</summary>
    public int Panel { get; private init; }

    /// <summary>Gets whether 256-bit shuffles may be used where data is rearranged.</summary>
    public bool Wide { get; private init; }

    public delegate*<long, float*, long, long, float*, float*, long, int, void> Rows6 { get; private init; }

    public delegate*<long, float*, long, long, float*, float*, long, int, void> Rows4 { get; private init; }

    public delegate*<long, float*, long, long, float*, float*, long, int, void> Rows2 { get; private init; }

    public delegate*<long, float*, long, long, float*, float*, long, int, void> Rows1 { get; private init; }

    /// <summary>Gets one block of scores turned into weights: (scores, keys, state, sums, result, result rows).</summary>
    public delegate*<float*, int, float*, float*, float*, int, void> SoftmaxBlock { get; private init; }

    /// <summary>Gets Winograd's transform of pictures: (rows, row length, result, result step).</summary>
    public delegate*<float*, long, float*, long, void> WinogradInput { get; private init; }

    /// <summary>Gets Winograd's transform of pixels brought together.</summary>
    public delegate*<float*, float*, long, void> WinogradGathered { get; private init; }

    /// <summary>Gets Winograd's transform of filters.</summary>
    public delegate*<int, float*, long, int, float*, long, void> WinogradFilter { get; private init; }

    /// <summary>Gets Winograd's transform of sums back into pixels.</summary>
    public delegate*<float*, long, float*, long, float, void> WinogradOutput { get; private init; }

    /// <exception cref="PlatformNotSupportedException">The machine cannot do it.</exception>
    public static KernelSet Of(CpuInstructions instructions) => instructions switch
    {
        CpuInstructions.Portable => Make<Lanes128, Vector128<float>>("portable", wide: false),
        CpuInstructions.Avx2 when Has256 => Make<Lanes256, Vector256<float>>("avx2", wide: true),
        CpuInstructions.Avx512 when Has256 => Make<Lanes512, Vector512<float>>("avx512", wide: true),
        CpuInstructions.Best when Vector512.IsHardwareAccelerated && Has256 => Of(CpuInstructions.Avx512),
        CpuInstructions.Best => Of(Has256 ? CpuInstructions.Avx2 : CpuInstructions.Portable),
        _ => throw new PlatformNotSupportedException($"This machine does not have {instructions}."),
    };

    private static bool Has256 => Avx2.IsSupported && Fma.IsSupported;

    private static KernelSet Make<TLanes, TVector>(string name, bool wide)
        where TLanes : struct, ILanes<TVector>
        where TVector : struct => new(name)
        {
            Panel = 2 * TLanes.Width,
            Wide = wide,
            Rows6 = &MicroKernels<TLanes, TVector>.Rows6,
            Rows4 = &MicroKernels<TLanes, TVector>.Rows4,
            Rows2 = &MicroKernels<TLanes, TVector>.Rows2,
            Rows1 = &MicroKernels<TLanes, TVector>.Rows1,
            SoftmaxBlock = &AttentionKernels<TLanes, TVector>.SoftmaxBlock,
            WinogradInput = &WinogradKernels<TLanes, TVector>.Input,
            WinogradGathered = &WinogradKernels<TLanes, TVector>.InputGathered,
            WinogradFilter = &WinogradKernels<TLanes, TVector>.Filter,
            WinogradOutput = &WinogradKernels<TLanes, TVector>.Output,
        };
}
