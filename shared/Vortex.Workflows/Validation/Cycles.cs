namespace Vortex.Workflows;

/// <summary>Finds what depends on itself.</summary>
internal static class Cycles
{
    /// <summary>
    /// Returns the strongly connected components, each after all components it leads to. Tarjan's algorithm with its own stack:
    /// a chain of a hundred thousand nodes is as good as any.
    /// </summary>
    public static List<int[]> Components(GraphLinks links)
    {
        int count = links.Count;
        List<int[]> components = [];
        int[] order = new int[count];
        int[] low = new int[count];
        int[] nextEdge = new int[count];
        bool[] open = new bool[count];
        Stack<int> path = new();
        Stack<int> members = new();
        int found = 0;
        for (int root = 0; root < count; root++)
        {
            if (order[root] != 0)
            {
                continue;
            }

            Enter(root);
            while (path.TryPeek(out int node))
            {
                ReadOnlySpan<int> targets = links.From(node);
                if (nextEdge[node] < targets.Length)
                {
                    int target = targets[nextEdge[node]++];
                    if (order[target] == 0)
                    {
                        Enter(target);
                    }
                    else if (open[target])
                    {
                        low[node] = Math.Min(low[node], order[target]);
                    }

                    continue;
                }

                path.Pop();
                if (path.TryPeek(out int parent))
                {
                    low[parent] = Math.Min(low[parent], low[node]);
                }

                if (low[node] == order[node])
                {
                    components.Add(Close(node));
                }
            }
        }

        return components;

        void Enter(int node)
        {
            order[node] = low[node] = ++found;
            open[node] = true;
            path.Push(node);
            members.Push(node);
        }

        int[] Close(int node)
        {
            List<int> component = [];
            int member;
            do
            {
                member = members.Pop();
                open[member] = false;
                component.Add(member);
            }
            while (member != node);
            component.Sort();
            return [.. component];
        }
    }

    /// <summary>Returns one cycle for each component that has one: a shortest one through its first node, in order, first node not repeated.</summary>
    public static List<int[]> Find(GraphLinks links, List<int[]> components)
    {
        List<int[]> cycles = [];
        int[] component = new int[links.Count];
        for (int i = 0; i < components.Count; i++)
        {
            foreach (int node in components[i])
            {
                component[node] = i;
            }
        }

        int[] cameFrom = new int[links.Count];
        foreach (int[] members in components)
        {
            if (members.Length > 1 || links.From(members[0]).Contains(members[0]))
            {
                cycles.Add(Shortest(links, members[0], component, cameFrom));
            }
        }

        cycles.Sort((left, right) => left[0].CompareTo(right[0]));
        return cycles;
    }

    /// <summary>Writes a cycle as <c>a -> b -> a</c>; one of many nodes keeps its beginning and end.</summary>
    public static string Describe(int[] cycle, Func<int, string> name)
    {
        const int Shown = 24;
        IEnumerable<string> names = cycle.Length <= Shown
            ? cycle.Select(name)
            : [.. cycle.Take(Shown / 2).Select(name), $"({cycle.Length - Shown} more)", .. cycle.Skip(cycle.Length - (Shown / 2)).Select(name)];
        return string.Join(" -> ", names.Append(name(cycle[0])));
    }

    private static int[] Shortest(GraphLinks links, int start, int[] component, int[] cameFrom)
    {
        Queue<int> queue = new([start]);
        HashSet<int> seen = [start];
        while (queue.TryDequeue(out int node))
        {
            foreach (int target in links.From(node))
            {
                if (target == start)
                {
                    return Unwind(start, node, cameFrom);
                }

                if (component[target] == component[start] && seen.Add(target))
                {
                    cameFrom[target] = node;
                    queue.Enqueue(target);
                }
            }
        }

        throw new InvalidOperationException("A strongly connected component has a cycle through each of its nodes.");
    }

    private static int[] Unwind(int start, int last, int[] cameFrom)
    {
        List<int> cycle = [];
        for (int node = last; node != start; node = cameFrom[node])
        {
            cycle.Add(node);
        }

        cycle.Add(start);
        cycle.Reverse();
        return [.. cycle];
    }
}
