namespace Vortex.Runs;

/// <summary>What is known about a workspace at the moment when a runner asks for work.</summary>
/// <param name="Workspace">The workspace.</param>
/// <param name="Held">How many of its batches are in the hands of runners of the backend that asks; 0 or more.</param>
/// <param name="Served">When a runner of that backend last took one, in any measure that grows; null for never.</param>
public readonly record struct WorkspaceShare(WorkspaceId Workspace, int Held, long? Served);

/// <summary>Says whose turn it is: the one rule by which every queue shares runners between workspaces, and by which bursts are simulated.</summary>
/// <remarks>
/// <para>
/// Among the workspaces that have something the runner may take, the one with the fewest held batches for its weight comes first; among equals the one that was
/// served longest ago, those never served before all others; then the name decides. Which of its batches is handed out is the workspace's own affair: priority,
/// place of the run, number. A priority therefore moves nothing between workspaces.
/// </para>
/// <para>
/// Nobody starves: a workspace that holds nothing comes before all that hold something, and of those that hold nothing each comes before any comes twice. Held
/// batches count per backend, so that a workspace with much work on processors keeps its turn on GPUs.
/// </para>
/// </remarks>
public sealed class FairShares : IComparer<WorkspaceShare>
{
    /// <summary>The least weight.</summary>
    public const double LeastWeight = 0.01;

    /// <summary>The largest weight.</summary>
    public const double LargestWeight = 100;

    private readonly Dictionary<string, double> _weights = new(StringComparer.Ordinal);

    /// <summary>Makes shares.</summary>
    /// <param name="weights">
    /// What workspaces and tenants weigh: <c>tenant/workspace</c>, or <c>tenant.workspace</c> where a name may have no slash; <c>tenant</c> for each of its workspaces that is not named itself.
    /// Who is not named weighs 1. Null for equal shares.
    /// </param>
    /// <exception cref="ArgumentException">A weight or a name cannot be; <see cref="ProblemsOf"/> says why.</exception>
    public FairShares(IEnumerable<KeyValuePair<string, double>>? weights = null)
    {
        KeyValuePair<string, double>[] all = [.. weights ?? []];
        if (ProblemsOf(all).FirstOrDefault() is { } problem)
        {
            throw new ArgumentException(problem, nameof(weights));
        }

        foreach ((string name, double weight) in all)
        {
            _weights[name.Replace('.', '/')] = weight;
        }
    }

    /// <summary>Says in sentences what is wrong with weights that somebody set; nothing when all is well.</summary>
    public static IEnumerable<string> ProblemsOf(IEnumerable<KeyValuePair<string, double>> weights)
    {
        foreach ((string name, double weight) in weights)
        {
            string[] parts = name.Split('/', '.');
            if (parts.Length > 2 || !parts.All(WorkspaceId.IsId))
            {
                yield return $"'{name}' has a weight and is neither a tenant nor TENANT/WORKSPACE.";
            }
            else if (!(weight >= LeastWeight && weight <= LargestWeight))
            {
                yield return FormattableString.Invariant($"'{name}' weighs {weight}; a weight lies between {LeastWeight} and {LargestWeight}.");
            }
        }
    }

    /// <summary>Returns what a workspace weighs: who weighs twice as much holds twice as many batches while all have work.</summary>
    public double WeightOf(WorkspaceId workspace) =>
        _weights.TryGetValue(workspace.ToString(), out double own) ? own : _weights.GetValueOrDefault(workspace.Tenant, 1);

    /// <summary>Says which of two workspaces is served before the other: negative for the first.</summary>
    /// <remarks>A total order: 0 only for one workspace and itself.</remarks>
    public int Compare(WorkspaceShare x, WorkspaceShare y)
    {
        int held = (x.Held / WeightOf(x.Workspace)).CompareTo(y.Held / WeightOf(y.Workspace));
        if (held != 0)
        {
            return held;
        }

        int served = Nullable.Compare(x.Served, y.Served);
        return served != 0 ? served : string.CompareOrdinal(x.Workspace.ToString(), y.Workspace.ToString());
    }
}
