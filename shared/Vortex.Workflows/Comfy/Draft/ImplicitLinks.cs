using System.Text.Json;

namespace Vortex.Workflows.Comfy;

/// <summary>
/// Nodes of the "use everywhere" pack feed others without links, by rules over types and names that only their editor part knows.
/// Newer versions write what they found into the file; that is taken over. Otherwise it is only reported.
/// </summary>
internal static class ImplicitLinks
{
    public static void Resolve(UiGraph graph, GraphDraft draft, GraphBuilder builder, ReportBuilder report)
    {
        bool recorded = false;
        foreach (JsonElement link in graph.Raw.Object("extra")?.Items("ue_links") ?? default)
        {
            recorded = true;
            Connect(graph, link, draft, builder, report);
        }

        foreach (UiNode node in recorded ? [] : graph.Nodes.Where(node => node.Kind == UiNodeKind.Everywhere))
        {
            report.Error(
                ImportCodes.ImplicitLinks,
                $"'{node.Type}' feeds other nodes without links, and the file does not say which; draw those links.",
                graph.Place(node));
        }
    }

    private static void Connect(UiGraph graph, JsonElement link, GraphDraft draft, GraphBuilder builder, ReportBuilder report)
    {
        if (link.Member("upstream")?.Key() is not { } from || !graph.ByKey.TryGetValue(from, out UiNode? source)
            || link.Member("downstream")?.Key() is not { } to || !graph.ByKey.TryGetValue(to, out UiNode? target)
            || link.Member("upstream_slot")?.Whole() is not { } outputSlot || outputSlot < 0
            || link.Member("downstream_slot")?.Whole() is not { } inputSlot || inputSlot < 0
            || inputSlot >= target.Inputs.Count
            || builder.OutputPort(source, outputSlot) is not { } output || builder.InputPort(target, inputSlot) is not { } input
            || !draft.ById.ContainsKey(source.Id) || !draft.ById.TryGetValue(target.Id, out NodeDraft? node))
        {
            report.Warn(ImportCodes.LinkNowhere, "A link recorded by an everywhere node leads to nothing; it was left out.");
            return;
        }

        if (node.Linked.Contains(input))
        {
            return;
        }

        draft.Connect(new PortRef(source.Id, output), new PortRef(target.Id, input));
        report.Inform(ImportCodes.ImplicitLinksResolved, $"'{ReportBuilder.Short(input)}' is linked now to what an everywhere node fed it.", graph.Place(target), input);
    }
}
