using System.Globalization;
using Vortex.Diffusion;
using Vortex.Diffusion.Latents;

namespace Vortex.Nodes.Packs.Files;

/// <summary>Nodes that keep latents as files.</summary>
public static class LatentFileNodes
{
    /// <summary>Saves latents as a .latent file, with the workflow inside.</summary>
    /// <remarks>All latents of the batch go into one file. A noise mask is not kept, as in ComfyUI.</remarks>
    /// <param name="samples">The latents.</param>
    /// <param name="filenamePrefix">The beginning of the file name; a slash makes a folder, %date:yyyy-MM-dd% and the like are replaced.</param>
    /// <param name="context">Takes the file.</param>
    [Node("SaveLatent", "experimental", DisplayName = "SaveLatent", IsOutput = true)]
    public static void Save(LatentBatch samples, [Input(Default = "latents/ComfyUI")] string filenamePrefix, NodeContext context)
    {
        string name = FileNamePrefix.Resolve(filenamePrefix, "filename_prefix", context.Now, samples.Width, samples.Height);
        context.Emit(new EmittedFile(NumberedName.Next(name, "latent", context), "application/octet-stream", LatentFile.Write(samples.Samples, PictureText.Of(context).ToDictionary()), IsPreview: false));
    }

    /// <summary>Loads latents from a .latent file.</summary>
    /// <param name="latent">A file of the input folder, or an upload.</param>
    /// <param name="context">Makes the latents.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    [Node("LoadLatent", "experimental", DisplayName = "LoadLatent")]
    public static async Task<LatentBatch> Load(NodeFile latent, NodeContext context, CancellationToken cancellationToken)
    {
        if (latent.Size > LatentFile.MaxBytes)
        {
            throw new DiffusionException(
                DiffusionCodes.OutOfRange, string.Create(CultureInfo.InvariantCulture, $"'{latent.Name}' has {latent.Size:N0} bytes; at most {LatentFile.MaxBytes:N0} are read as latents."), "latent");
        }

        byte[] content = new byte[latent.Size];
        await using (Stream stream = await latent.OpenAsync(cancellationToken))
        {
            await stream.ReadExactlyAsync(content, cancellationToken);
        }

        return new LatentBatch { Samples = LatentFile.Read(content, latent.Name, context.Backend) };
    }
}
