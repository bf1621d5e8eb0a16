using System.Collections.Immutable;
using System.Text.Json;
using Vortex.Workflows;

namespace Vortex.Runs;

/// <summary>Freezes the files that decide what the prompts of a graph mean, so that a replaced textual inversion or vocabulary makes another key.</summary>
/// <param name="files">Finds them.</param>
internal sealed class PromptFiles(IFileResolver files)
{
    // Workflows repeat prompts; each is asked for once.
    private readonly Dictionary<string, ImmutableArray<FileRef>?> _byText = new(StringComparer.Ordinal);
    private ImmutableArray<FileRef>? _any;
    private bool _askedForAny;

    /// <summary>Returns the files of each node that takes a prompt.</summary>
    public async ValueTask<ImmutableSortedDictionary<NodeId, ImmutableArray<FileRef>>> FreezeAsync(
        WorkspaceId workspace, ExecutableGraph graph, Dictionary<string, NodeType> types, CancellationToken cancellationToken)
    {
        var frozen = ImmutableSortedDictionary.CreateBuilder<NodeId, ImmutableArray<FileRef>>();
        foreach (ExecutableNode node in graph.Nodes)
        {
            NodeInput[] prompts = [.. types[node.Type].Inputs.Where(input => input.IsPrompt)];
            if (prompts.Length > 0 && await FindAsync(workspace, TextOf(node, prompts), cancellationToken) is { } found)
            {
                frozen.Add(node.Id, found);
            }
        }

        return frozen.ToImmutable();
    }

    private async ValueTask<ImmutableArray<FileRef>?> FindAsync(WorkspaceId workspace, string? text, CancellationToken cancellationToken)
    {
        if (text is null)
        {
            if (!_askedForAny)
            {
                (_any, _askedForAny) = (await files.PromptFilesAsync(workspace, null, cancellationToken), true);
            }

            return _any;
        }

        if (!_byText.TryGetValue(text, out ImmutableArray<FileRef>? known))
        {
            _byText[text] = known = await files.PromptFilesAsync(workspace, text, cancellationToken);
        }

        return known;
    }

    // Null where another node makes one of the prompts.
    private static string? TextOf(ExecutableNode node, NodeInput[] prompts) => prompts.Any(prompt => node.Links.ContainsKey(prompt.Name))
        ? null
        : string.Join('\n', prompts.Select(prompt => node.Constants.TryGetValue(prompt.Name, out JsonElement value) && value.ValueKind == JsonValueKind.String ? value.GetString() : ""));
}
