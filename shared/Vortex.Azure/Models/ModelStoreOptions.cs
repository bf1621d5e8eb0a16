using System.ComponentModel.DataAnnotations;

namespace Vortex.Azure;

/// <summary>Settings of the model store in Azure Blob Storage. The account is that of <see cref="BlobStoreOptions.ServiceUri"/>.</summary>
public sealed class ModelStoreOptions
{
    /// <summary>The configuration section.</summary>
    public const string Section = "Vortex:Azure:Models";

    /// <summary>Gets or sets the container. It is made by the first upload when it is missing and the identity may.</summary>
    /// <value>The default is <c>models</c>.</value>
    [Required]
    [RegularExpression("^[a-z0-9](-?[a-z0-9]){2,62}$")]
    public string Container { get; set; } = "models";

    /// <summary>Gets or sets the size of the blocks that a model is sent in. One block is what an upload that was broken off may have to send again, and what is held in memory.</summary>
    /// <value>The default is 32 MiB. Models of more than 50,000 such blocks are sent in larger ones.</value>
    [Range(64 * 1024, 1 << 30)]
    public int BlockSize { get; set; } = 32 << 20;

    /// <summary>Gets or sets how many blocks are sent side by side.</summary>
    /// <value>The default is 4.</value>
    [Range(1, 64)]
    public int ParallelBlocks { get; set; } = 4;
}
