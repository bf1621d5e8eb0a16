using Vortex.Diffusion.Recipes;
using Vortex.Diffusion.Vae;
using Vortex.Diffusion.Weights;

namespace Vortex.Diffusion.Management;

/// <summary>Makes TAESD of its files: one for both halves, or a decoder and an encoder that lie side by side.</summary>
internal static class TinyAutoencoders
{
    private const string Decoder = "decoder";
    private const string Encoder = "encoder";

    // The factors of the full autoencoders that the tiny ones stand in for.
    private static readonly (string Start, float Scale, float Shift)[] s_scales =
        [("taesdxl", 0.13025f, 0), ("taesd3", 1.5305f, 0.0609f), ("taef1", 0.3611f, 0.1159f), ("taesd", 0.18215f, 0)];

    /// <summary>Makes the network.</summary>
    public static Taesd Load(WeightBuilder builder, OpenModelFile file, IModelFiles files, Recipe recipe)
    {
        if (Taesd.IsIn(file.Weights))
        {
            return Taesd.Load(file.Weights);
        }

        ModelFileRef named = ((WeightsRecipe.FromFiles)recipe.Source).Files[0];
        (float scale, float shift) = ScaleOf(Path.GetFileName(named.Name));
        bool isEncoder = named.Name.Contains(Encoder, StringComparison.Ordinal);
        string otherName = isEncoder ? named.Name.Replace(Encoder, Decoder, StringComparison.Ordinal) : named.Name.Replace(Decoder, Encoder, StringComparison.Ordinal);
        OpenModelFile? other = otherName != named.Name && files.Find(named.Folder, otherName) is { } found ? builder.Open(found) : null;
        OpenModelFile? encoder = isEncoder ? file : other;
        OpenModelFile? decoder = isEncoder ? other : file;
        return new Taesd(Set(encoder), Set(decoder), scale, shift);
    }

    private static WeightSet? Set(OpenModelFile? file) => file is null ? null : new WeightSet(file.Weights);

    private static (float Scale, float Shift) ScaleOf(string name) =>
        s_scales.FirstOrDefault(entry => name.StartsWith(entry.Start, StringComparison.OrdinalIgnoreCase)) is { Start: not null } found ? (found.Scale, found.Shift) : (0.18215f, 0);
}
