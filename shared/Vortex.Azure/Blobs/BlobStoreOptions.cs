using System.ComponentModel.DataAnnotations;

namespace Vortex.Azure;

/// <summary>Settings of the artifact store in Azure Blob Storage.</summary>
public sealed class BlobStoreOptions
{
    /// <summary>The configuration section.</summary>
    public const string Section = "Vortex:Azure:Blobs";

    /// <summary>Gets or sets the account's blob endpoint, such as <c>https://account.blob.core.windows.net</c>.</summary>
    /// <remarks>The identity needs the role <i>Storage Blob Data Contributor</i>; for signed reads also <i>Storage Blob Delegator</i>. Not used where the host brings its own client.</remarks>
    public Uri? ServiceUri { get; set; }

    /// <summary>Gets or sets the container. It is made at the first write when it is missing and the identity may.</summary>
    /// <value>The default is <c>artifacts</c>.</value>
    [Required]
    [RegularExpression("^[a-z0-9](-?[a-z0-9]){2,62}$")]
    public string Container { get; set; } = "artifacts";

    /// <summary>Gets or sets the folder that takes large content while its digest is computed. It needs room for the largest artifacts that are written at once.</summary>
    /// <value>The default is the system's folder for temporary files.</value>
    public string? SpoolPath { get; set; }

    /// <summary>Gets or sets the size from which content goes through the spool folder and is sent in blocks of this size. Smaller content stays in memory and is sent at once.</summary>
    /// <value>The default is 8 MiB. A blob has at most 50,000 blocks, so this also bounds the largest artifact: 390 GiB.</value>
    [Range(64 * 1024, 100 << 20)]
    public int BlockSize { get; set; } = 8 << 20;

    /// <summary>Gets or sets how many blocks of one artifact are sent side by side.</summary>
    /// <value>The default is 4.</value>
    [Range(1, 64)]
    public int ParallelBlocks { get; set; } = 4;

    /// <summary>Gets or sets how long a signed address is good for when its maker does not say.</summary>
    /// <value>The default is 15 minutes.</value>
    [Range(typeof(TimeSpan), "00:00:30", "1.00:00:00")]
    public TimeSpan SignedReadLifetime { get; set; } = TimeSpan.FromMinutes(15);
}
