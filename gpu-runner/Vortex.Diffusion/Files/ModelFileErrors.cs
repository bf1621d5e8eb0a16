namespace Vortex.Diffusion.Files;

/// <summary>Words problems of model files.</summary>
internal static class ModelFileErrors
{
    /// <summary>The content contradicts itself.</summary>
    public static DiffusionException Damaged(string file, string what) =>
        new(DiffusionCodes.FileDamaged, $"The model file '{file}' is damaged: {what}. Download or copy it again.");

    /// <summary>The content may be sound, but is nothing that is read.</summary>
    public static DiffusionException Unsupported(string file, string what) =>
        new(DiffusionCodes.FileUnsupported, $"The model file '{file}' is not supported: {what}.");
}
