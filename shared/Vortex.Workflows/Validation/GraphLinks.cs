namespace Vortex.Workflows;

/// <summary>Which node of a graph leads to which: successors by position, in two arrays.</summary>
internal sealed class GraphLinks
{
    private readonly int[] _starts;
    private readonly int[] _targets;

    /// <summary>Makes the lists in one pass over the pairs, keeping their order.</summary>
    public GraphLinks(int count, IReadOnlyList<(int From, int To)> pairs)
    {
        _starts = new int[count + 1];
        foreach ((int from, _) in pairs)
        {
            _starts[from + 1]++;
        }

        for (int i = 0; i < count; i++)
        {
            _starts[i + 1] += _starts[i];
        }

        _targets = new int[pairs.Count];
        int[] next = [.. _starts];
        foreach ((int from, int to) in pairs)
        {
            _targets[next[from]++] = to;
        }
    }

    public int Count => _starts.Length - 1;

    public ReadOnlySpan<int> From(int node) => _targets.AsSpan(_starts[node], _starts[node + 1] - _starts[node]);
}
