using System.Globalization;
using System.Text;
using Vortex.Diffusion.Recipes;

namespace Vortex.Diffusion.Management;

/// <summary>Writes down which weights a recipe means: recipes with one key share one network. Files count by content, and options that leave weights alone do not count.</summary>
internal static class RecipeKey
{
    /// <summary>Returns the key.</summary>
    public static string Of(Recipe recipe)
    {
        StringBuilder text = new();
        text.Append(recipe.GetType().Name).Append(' ');
        Write(text, recipe);
        return text.ToString();
    }

    private static void Write(StringBuilder text, Recipe recipe)
    {
        switch (recipe.Source)
        {
            case WeightsRecipe.FromFiles files:
                text.Append("file(").AppendJoin(',', files.Files.Select(file => file.Digest)).Append(';').Append(files.Kind).Append(')');
                break;
            case WeightsRecipe.Merged merged:
                text.Append(merged.Method).Append('(');
                Write(text, merged.First);
                text.Append(',');
                Write(text, merged.Second);
                foreach ((string prefix, float ratio) in merged.Ratios)
                {
                    text.Append(CultureInfo.InvariantCulture, $",{prefix}={ratio:R}");
                }

                text.Append(')');
                break;
        }

        if (recipe is ControlRecipe { Base: { } model })
        {
            text.Append(" on(");
            Write(text, model);
            text.Append(')');
        }

        foreach (PatchRecipe patch in recipe.Patches)
        {
            text.Append(CultureInfo.InvariantCulture, $"+{patch.File.Digest}*{patch.Strength:R}");
        }

        foreach (OptionRecipe option in recipe.Options.Where(option => option.Name == ModelOptions.WeightType))
        {
            text.Append(":" + option.Text("type"));
        }
    }
}
