using Vortex.Diffusion.Networks;
using Vortex.Diffusion.Patches;
using Vortex.Diffusion.Recipes;
using Vortex.Diffusion.Weights;

namespace Vortex.Diffusion.Management;

internal sealed partial class WeightBuilder
{
    /// <summary>Says of a file that its weights are what is added to a model's.</summary>
    private const string DifferenceMark = "difference";

    /// <summary>Makes the weights of a control network: the file's, with those of the model added where the file holds differences.</summary>
    /// <exception cref="DiffusionException">The file holds differences, and no model is there, or one of another build.</exception>
    public IWeightSource Control(ControlRecipe recipe, OpenModelFile file)
    {
        if (!file.File.Tensors.ContainsKey(DifferenceMark))
        {
            return file.Weights;
        }

        if (recipe.Base is not { } model)
        {
            throw new DiffusionException(
                DiffusionCodes.Mismatch, $"'{file.File.Name}' holds what a ControlNet adds to a model. Load it with DiffControlNetLoader, and connect the model that it was made for.", "control_net_name");
        }

        const string Prefix = "control_model.";
        IWeightSource network = Network(model).Weights;
        MappedWeights.Builder map = new(backend);
        foreach (string name in network.Names)
        {
            map.Add(Prefix + name, network, name);
        }

        return Own(new MergedWeights(file.Weights, Own(map.Build()), MergeMethod.Add, new Dictionary<string, float>(StringComparer.Ordinal) { [""] = 1 }, storage));
    }
}
