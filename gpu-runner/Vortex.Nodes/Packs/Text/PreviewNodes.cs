using System.Text.Json;
using Vortex.Workflows;

namespace Vortex.Nodes.Packs.Text;

/// <summary>Nodes that show a value to a person.</summary>
public static class PreviewNodes
{
    /// <summary>Shows any value as text: numbers as Python writes them, lists and objects as indented JSON, pictures by their size.</summary>
    /// <param name="source">What to show.</param>
    /// <param name="context">Takes what is shown.</param>
    [Node("PreviewAny", "utilities", DisplayName = "Preview as Text", IsOutput = true, Cost = NodeCost.Trivial)]
    public static string PreviewAny([Input(Optional = false)] object source, NodeContext context)
    {
        string text = PythonText.Of(source);
        context.Show("text", JsonSerializer.SerializeToElement(text));
        return text;
    }
}
