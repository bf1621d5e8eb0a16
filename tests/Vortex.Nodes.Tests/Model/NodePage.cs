using System.Globalization;
using System.Text;
using Vortex.Nodes.Packs;
using Vortex.Workflows;

namespace Vortex.Nodes.Tests;

/// <summary>Writes <c>docs/nodes.md</c> from the catalog, so that the page never says anything else than the code.</summary>
internal static class NodePage
{
    public static string Render()
    {
        StringBuilder page = new();
        page.Append("# Nodes\n\n");
        page.Append("Every node type this build executes, by category. Written from the code by a test of `tests/Vortex.Nodes.Tests`;\n");
        page.Append("run it with `VORTEX_UPDATE_DOCS=1` to write the page anew.\n");
        foreach (IGrouping<string, NodeType> category in BuiltInPacks.Types.GroupBy(type => type.Category).OrderBy(category => category.Key, StringComparer.Ordinal))
        {
            page.Append(CultureInfo.InvariantCulture, $"\n## {category.Key}\n");
            foreach (NodeType type in category.OrderBy(type => type.Name, StringComparer.Ordinal))
            {
                Write(page, type);
            }
        }

        return page.ToString();
    }

    private static void Write(StringBuilder page, NodeType type)
    {
        page.Append(CultureInfo.InvariantCulture, $"\n### {type.DisplayName} (`{type.Name}`)\n\n{type.Description}\n");
        if (type.Inputs.Length > 0)
        {
            page.Append("\n| Input | Type | Default | Allowed | |\n| --- | --- | --- | --- | --- |\n");
            foreach (NodeInput input in type.Inputs)
            {
                string optional = input.IsRequired ? "" : " (optional)";
                page.Append(CultureInfo.InvariantCulture, $"| `{input.Name}`{optional} | {Cell(input.Type.Name)} | {Default(input)} | {Allowed(input)} | {Cell(input.Tooltip ?? "")} |\n");
            }
        }

        if (type.Outputs.Length > 0)
        {
            page.Append(CultureInfo.InvariantCulture, $"\nGives {string.Join(", ", type.Outputs.Select(output => $"`{output.Name}` ({Cell(output.Type.Name)}{(output.IsList ? ", a list" : "")})"))}.\n");
        }
    }

    private static string Default(NodeInput input) => input.Default is { } value ? $"`{Cell(value.GetRawText())}`" : "";

    private static string Allowed(NodeInput input)
    {
        if (input.Choices.Length > 0)
        {
            return string.Join(", ", input.Choices.Select(choice => $"`{Cell(choice)}`"));
        }

        return (input.Min, input.Max) switch
        {
            (null, null) => "",
            ({ } min, null) => string.Create(CultureInfo.InvariantCulture, $"from {min}"),
            (null, { } max) => string.Create(CultureInfo.InvariantCulture, $"to {max}"),
            ({ } min, { } max) => string.Create(CultureInfo.InvariantCulture, $"{min} to {max}"),
        };
    }

    private static string Cell(string text) => text.Replace("|", "\\|", StringComparison.Ordinal).Replace("*", "\\*", StringComparison.Ordinal).Replace('\n', ' ');
}
