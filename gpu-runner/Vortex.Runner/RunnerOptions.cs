using System.ComponentModel.DataAnnotations;
using Vortex.Nodes;

namespace Vortex.Runner;

/// <summary>How a runner works. Checked when the host starts.</summary>
public sealed partial class RunnerOptions
{
    /// <summary>The section of the configuration.</summary>
    public const string Section = "Vortex:Runner";

    /// <summary>Gets or sets the name under which outcomes are reported and leases are held.</summary>
    /// <value>The default is the machine's name, the process id and a random part, so that two runners never share one.</value>
    [Required]
    [StringLength(128, MinimumLength = 1)]
    public string RunnerId { get; set; } = $"{Environment.MachineName}-{Environment.ProcessId}-{Guid.NewGuid().ToString("N")[..8]}";

    /// <summary>Gets or sets how many batches are executed at once.</summary>
    /// <value>The default is the number of processors.</value>
    [Range(1, 256)]
    public int BatchesAtOnce { get; set; } = Math.Clamp(Environment.ProcessorCount, 1, 256);

    /// <summary>Gets or sets how many nodes of one batch that do not depend on each other are executed at once.</summary>
    /// <value>The default is 2. Each holds its inputs and outputs in memory at the same time.</value>
    [Range(1, 256)]
    public int NodesAtOnce { get; set; } = Math.Min(2, Environment.ProcessorCount);

    /// <summary>Gets or sets the memory that batches may ask for, in bytes; 0 for what the system gives the process.</summary>
    /// <value>The default is 0.</value>
    [Range(0, long.MaxValue)]
    public long MemoryBytes { get; set; }

    /// <summary>Gets or sets the memory in which results are kept for later batches, in bytes. The longest unused go first.</summary>
    /// <value>The default is 1 GiB; 0 keeps nothing.</value>
    [Range(0, long.MaxValue)]
    public long ValueCacheBytes { get; set; } = 1L << 30;

    /// <summary>Gets or sets the memory in which networks that nobody uses stay loaded, in bytes. The longest unused go first.</summary>
    /// <value>The default is 0: half of what the process may use.</value>
    [Range(0, long.MaxValue)]
    public long ModelCacheBytes { get; set; }

    /// <summary>Gets or sets where models lie: directories in ComfyUI's layout, ComfyUI's own directory, or an <c>extra_model_paths.yaml</c>. The first ones are searched first.</summary>
    /// <value>The default is none; a host names <c>models</c> in its data folder.</value>
    public IReadOnlyList<string> ModelRoots { get; set; } = [];

    /// <summary>Gets or sets the folder that keeps the models' digests, so that gigabytes are read once, and may hold the tokenizer's vocabulary.</summary>
    /// <value>The default is null: digests are kept in memory.</value>
    public string? DataFolder { get; set; }

    /// <summary>Takes models from roots, and keeps their digests in a data folder.</summary>
    public void UseModels(IReadOnlyList<string> roots, string dataFolder)
    {
        ModelRoots = roots;
        DataFolder = dataFolder;
    }

    /// <summary>Gets or sets how long one look for a batch waits before the next.</summary>
    /// <value>The default is 20 seconds.</value>
    [Range(typeof(TimeSpan), "00:00:00.001", "00:05:00")]
    public TimeSpan LeaseWait { get; set; } = TimeSpan.FromSeconds(20);

    /// <summary>Gets or sets the longest time between two renewals of a lease, and so how late a request to cancel is noticed.</summary>
    /// <value>The default is one second. A lease is renewed after a third of its time at the latest, whatever this says.</value>
    [Range(typeof(TimeSpan), "00:00:00.010", "00:05:00")]
    public TimeSpan RenewInterval { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>Gets or sets how long batches may go on once the runner is told to stop. What is not done then is given back.</summary>
    /// <value>The default is 20 seconds.</value>
    [Range(typeof(TimeSpan), "00:00:00", "01:00:00")]
    public TimeSpan DrainTimeout { get; set; } = TimeSpan.FromSeconds(20);

    /// <summary>Gets or sets after how long without a batch the process ends, where it is one of its own.</summary>
    /// <value>The default is null: never.</value>
    [Range(typeof(TimeSpan), "00:00:00.001", "7.00:00:00")]
    public TimeSpan? ExitWhenIdle { get; set; }

    /// <summary>Gets or sets how long a batch that failed because of this runner waits before it is handed out again.</summary>
    /// <value>The default is two seconds.</value>
    [Range(typeof(TimeSpan), "00:00:00", "01:00:00")]
    public TimeSpan AbandonDelay { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>Gets or sets the longest time one node may take. It is stopped at its next safe point then, and fails.</summary>
    /// <value>The default is one hour.</value>
    [Range(typeof(TimeSpan), "00:00:00.001", "7.00:00:00")]
    public TimeSpan NodeTimeLimit { get; set; } = TimeSpan.FromHours(1);

    /// <summary>Gets or sets the most calls of a node that lists may cause.</summary>
    /// <value>The default is 10,000.</value>
    [Range(1, int.MaxValue)]
    public int MaxCallsPerNode { get; set; } = 10_000;

    /// <summary>Gets or sets the most files one node may make.</summary>
    /// <value>The default is 10,000.</value>
    [Range(1, int.MaxValue)]
    public int MaxFilesPerNode { get; set; } = 10_000;

    /// <summary>Gets or sets the largest file a node may make, in bytes.</summary>
    /// <value>The default is 1 GiB.</value>
    [Range(1, long.MaxValue)]
    public long MaxFileBytes { get; set; } = 1L << 30;

    /// <summary>Gets or sets the largest model file a node may make, in bytes. Such files are stored piece by piece and never held.</summary>
    /// <value>The default is 64 GiB.</value>
    [Range(1, long.MaxValue)]
    public long MaxModelFileBytes { get; set; } = 64L << 30;

    /// <summary>Gets or sets the longest value a node may show, in characters of its JSON. Longer text is cut.</summary>
    /// <value>The default is 65,536.</value>
    [Range(64, 1 << 20)]
    public int MaxShownLength { get; set; } = 64 * 1024;

    /// <summary>Gets or sets how pictures of what is being sampled are made.</summary>
    /// <value>The default is <see cref="PreviewMethod.Rough"/>. <see cref="PreviewMethod.Tiny"/> decodes with a TAESD of the model folder <c>vae_approx</c>, which takes time of each step that is shown.</value>
    [EnumDataType(typeof(PreviewMethod))]
    public PreviewMethod Previews { get; set; } = PreviewMethod.Rough;

    /// <summary>Gets or sets the shortest time between two progress events of a node.</summary>
    /// <value>The default is 250 milliseconds.</value>
    [Range(typeof(TimeSpan), "00:00:00", "00:01:00")]
    public TimeSpan ProgressInterval { get; set; } = TimeSpan.FromMilliseconds(250);

    /// <summary>Gets or sets how long an event waits for others to be written with it.</summary>
    /// <value>The default is five milliseconds.</value>
    [Range(typeof(TimeSpan), "00:00:00", "00:00:10")]
    public TimeSpan CommitDelay { get; set; } = TimeSpan.FromMilliseconds(5);

    /// <summary>Gets or sets how many nodes' events are written in one transaction at most.</summary>
    /// <value>The default is 512.</value>
    [Range(1, 100_000)]
    public int CommitSize { get; set; } = 512;
}
