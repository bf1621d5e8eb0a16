using System.ComponentModel.DataAnnotations;

namespace Vortex.Runner;

// Models that a deployment keeps and a runner downloads.
public sealed partial class RunnerOptions
{
    /// <summary>Gets or sets the folder that models of the deployment are downloaded into. Several runners may share one.</summary>
    /// <value>The default is null: nothing is downloaded. A runner with <c>--azure</c> takes <c>models-by-digest</c> in its cache.</value>
    public string? ModelDiskFolder { get; set; }

    /// <summary>Gets or sets the most bytes of that folder, models on their way included; 0 for nine tenths of what its disk has free. The longest unused go first, never one that a batch uses.</summary>
    /// <value>The default is 0. A volume with a quota that the disk does not tell of needs a number below that.</value>
    [Range(0, long.MaxValue)]
    public long ModelDiskBytes { get; set; }

    /// <summary>Gets or sets the size of the pieces that a model is downloaded in, in bytes: what a download that was broken off may have to repeat of each of its parallel parts.</summary>
    /// <value>The default is 32 MiB.</value>
    [Range(64 * 1024, 1 << 30)]
    public int ModelDownloadBlock { get; set; } = 32 << 20;

    /// <summary>Gets or sets how many pieces of one model are downloaded side by side.</summary>
    /// <value>The default is 4.</value>
    [Range(1, 64)]
    public int ModelDownloadsAtOnce { get; set; } = 4;
}
