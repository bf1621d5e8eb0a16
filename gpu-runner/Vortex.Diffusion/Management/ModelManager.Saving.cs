using Vortex.Diffusion.Recipes;
using Vortex.Diffusion.Saving;

namespace Vortex.Diffusion.Management;

public sealed partial class ModelManager
{
    /// <summary>Opens what a checkpoint is written from: a network alone, or with its text encoders and autoencoder.</summary>
    /// <param name="model">The network.</param>
    /// <param name="text">The text encoders, of the network's family; null to leave them out.</param>
    /// <param name="vae">The autoencoder; null to leave it out.</param>
    /// <exception cref="DiffusionException">As for <see cref="Model"/>; or the parts belong to different families, or cannot be written.</exception>
    public SavedModel SavedCheckpoint(ModelRecipe model, TextRecipe? text = null, VaeRecipe? vae = null) => Saved(builder => CheckpointLayout.Checkpoint(builder, model, text, vae));

    /// <summary>Opens what an autoencoder's file is written from.</summary>
    /// <exception cref="DiffusionException">As for <see cref="Vae"/>; or it cannot be written.</exception>
    public SavedModel SavedVae(VaeRecipe vae) => Saved(builder => CheckpointLayout.Vae(builder, vae));

    /// <summary>Opens what the files of text encoders are written from: one for each.</summary>
    /// <exception cref="DiffusionException">As for <see cref="Model"/>.</exception>
    public SavedModel SavedText(TextRecipe text) => Saved(builder => CheckpointLayout.Text(builder, text));

    // A builder of its own: what is computed for the file is let go of weight by weight, which networks in use could not bear.
    private SavedModel Saved(Func<WeightBuilder, IReadOnlyList<SavedFile>> list)
    {
        WeightBuilder builder = new(Open, Backend, Options.PatchedStorage);
        try
        {
            return new SavedModel(list(builder), builder.Warnings, builder);
        }
        catch
        {
            builder.Dispose();
            throw;
        }
    }
}
