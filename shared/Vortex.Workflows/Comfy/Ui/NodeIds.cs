using System.Globalization;

namespace Vortex.Workflows.Comfy;

/// <summary>Gives every node of a graph an id the document allows, keeping the file's wherever possible.</summary>
internal sealed class NodeIds
{
    private const int MaxLength = 256;
    private readonly HashSet<string> _taken = new(StringComparer.Ordinal) { NodeId.SubgraphInput.Value, NodeId.SubgraphOutput.Value };
    private readonly Dictionary<string, int> _copies = new(StringComparer.Ordinal);

    /// <summary>Returns the id for a node.</summary>
    /// <param name="key">The id in the file; null when there is none.</param>
    /// <param name="index">The node's position, to make up an id from.</param>
    /// <param name="change">What to say when the id differs from the file's.</param>
    public NodeId Take(string? key, int index, out string? change)
    {
        string wanted = key is { Length: > 0 and <= MaxLength } && !key.Any(char.IsControl)
            ? key
            : "node-" + index.ToString(CultureInfo.InvariantCulture);
        string free = wanted;
        while (!_taken.Add(free))
        {
            int copy = _copies[wanted] = _copies.GetValueOrDefault(wanted, 1) + 1;
            string mark = "~" + copy.ToString(CultureInfo.InvariantCulture);
            free = string.Concat(wanted.AsSpan(0, Math.Min(wanted.Length, MaxLength - mark.Length)), mark);
        }

        change = string.Equals(free, key, StringComparison.Ordinal)
            ? null
            : key is null
                ? $"The node has no id; it is now '{free}'."
                : $"The id '{ReportBuilder.Short(key)}' is taken or cannot be used; the node is now '{free}'.";
        return new NodeId(free);
    }
}
