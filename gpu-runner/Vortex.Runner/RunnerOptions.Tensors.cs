using System.ComponentModel.DataAnnotations;
using Vortex.Tensors;

namespace Vortex.Runner;

// What tensors are computed with.
public sealed partial class RunnerOptions
{
    /// <summary>The value of <see cref="Backend"/> that takes the first usable accelerator the host brings, and else the managed backend.</summary>
    public const string AutomaticBackend = "auto";

    /// <summary>Gets or sets what the runner computes with: <c>cpu</c>, a backend that the host brings, such as <c>cuda</c>, or <c>auto</c>. Batches that ask for another backend are left to others.</summary>
    /// <value>The default is <c>cpu</c>. Once the host has started, <c>auto</c> has become the name of what was chosen.</value>
    [Required]
    public string Backend { get; set; } = TensorBackendKind.Managed;

    /// <summary>Gets or sets the number format that products, convolutions and attention are computed in, where the backend has a choice. It changes results, and is part of the backend's class of arithmetic.</summary>
    /// <value>The default is <see cref="ComputePrecision.Float32"/>.</value>
    [EnumDataType(typeof(ComputePrecision))]
    public ComputePrecision TensorPrecision { get; set; }

    /// <summary>Gets or sets how many threads compute one tensor op together; 0 for all processors. Results of the managed backend do not depend on it.</summary>
    /// <value>The default is 0.</value>
    [Range(0, 1024)]
    public int TensorThreads { get; set; }

    /// <summary>Gets or sets the memory that tensors may take, in bytes; 0 for no limit but the machine's. Beyond it a node fails with <c>model.out_of_memory</c>.</summary>
    /// <value>The default is 0. Weights that are mapped from files do not count.</value>
    [Range(0, long.MaxValue)]
    public long TensorMemoryBytes { get; set; }
}
