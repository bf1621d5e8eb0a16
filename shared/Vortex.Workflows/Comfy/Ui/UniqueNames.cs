using System.Globalization;

namespace Vortex.Workflows.Comfy;

/// <summary>Makes names unique by adding <c>_2</c>, <c>_3</c> and so on.</summary>
internal sealed class UniqueNames
{
    private readonly HashSet<string> _taken = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _copies = new(StringComparer.Ordinal);

    public string Take(string wanted)
    {
        string free = wanted;
        while (!_taken.Add(free))
        {
            int copy = _copies[wanted] = _copies.GetValueOrDefault(wanted, 1) + 1;
            free = $"{wanted}_{copy.ToString(CultureInfo.InvariantCulture)}";
        }

        return free;
    }
}
