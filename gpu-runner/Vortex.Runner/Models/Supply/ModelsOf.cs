using Vortex.Diffusion.Conditioning;
using Vortex.Diffusion.Recipes;
using Vortex.Runs;

namespace Vortex.Runner.Models;

/// <summary>Finds the model files that a node may open: those it names, and those of the recipes among its inputs.</summary>
internal static class ModelsOf
{
    /// <summary>Returns the files of a node, some perhaps several times.</summary>
    /// <param name="node">The node.</param>
    /// <param name="inputs">Its inputs by name, each a list of values.</param>
    public static IEnumerable<ModelFileRef> Node(PlannedNode node, IReadOnlyDictionary<string, IReadOnlyList<object?>> inputs) =>
    [
        .. (node.PromptFiles ?? []).Select(Named).OfType<ModelFileRef>(),
        .. inputs.Values.SelectMany(values => values).SelectMany(Value),
    ];

    private static IEnumerable<ModelFileRef> Value(object? value) => value switch
    {
        ModelFileRef file => [file],
        Recipe recipe => Of(recipe),
        GuiderRecipe guider => [.. Of(guider.Model), .. guider.Conditionings.SelectMany(list => Of(list))],
        ConditioningList list => Of(list),
        _ => [],
    };

    private static IEnumerable<ModelFileRef> Of(ConditioningList list) => list.Entries.SelectMany(entry =>
        entry.Controls.SelectMany(control => Of(control.Network)).Concat(entry.Gligen is { } gligen ? Of(gligen.Network) : []));

    private static IEnumerable<ModelFileRef> Of(Recipe recipe) =>
    [
        .. Of(recipe.Source),
        .. recipe.Patches.Select(patch => patch.File),
        .. recipe.Options.Where(option => option.Name == ModelOptions.Hypernetwork)
            .Select(option => new ModelFileRef(option.Text("folder"), option.Text("name"), option.Text("digest"))),
        .. recipe is ControlRecipe { Base: { } model } ? Of(model) : [],
    ];

    private static IEnumerable<ModelFileRef> Of(WeightsRecipe source) => source switch
    {
        WeightsRecipe.FromFiles files => files.Files,
        WeightsRecipe.Merged merged => Of(merged.First).Concat(Of(merged.Second)),
        _ => [],
    };

    private static ModelFileRef? Named(FileRef file) => file.ModelFolder is { } folder ? new ModelFileRef(folder, file.Name, file.Digest.Value) : null;
}
