using System.Runtime.InteropServices;
using Vortex.Diffusion.Files;
using Vortex.Tensors;

namespace Vortex.Diffusion.Tiny;

/// <summary>Collects seeded random weights in float16. A tensor depends on the seed and its own name only; its bits on no machine.</summary>
/// <param name="seed">Tells models with equal names apart.</param>
internal sealed class TinyWeights(string seed)
{
    private readonly List<SafetensorsEntry> _entries = [];

    /// <summary>Gets what was added, in the order of the names.</summary>
    public IReadOnlyList<SafetensorsEntry> Entries => [.. _entries.OrderBy(entry => entry.Name, StringComparer.Ordinal)];

    /// <summary>Adds values about a centre.</summary>
    public void Add(string name, Shape shape, double deviation, double centre = 0)
    {
        ulong state = Hash($"{seed}/{name}");
        byte[] data = new byte[shape.Count * 2];
        Span<Half> values = MemoryMarshal.Cast<byte, Half>(data.AsSpan());
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = (Half)(centre + (deviation * Next(ref state)));
        }

        _entries.Add(new SafetensorsEntry(name, DType.Float16, shape, data));
    }

    /// <summary>Adds whole numbers from 0 up, as position tables of checkpoints hold them.</summary>
    public void AddCount(string name, int count)
    {
        long[] values = [.. Enumerable.Range(0, count).Select(i => (long)i)];
        _entries.Add(new SafetensorsEntry(name, DType.Int64, [1, count], MemoryMarshal.AsBytes<long>(values).ToArray()));
    }

    /// <summary>Adds a linear map that keeps the spread of its input, times the gain.</summary>
    public void Linear(string name, int outputs, int inputs, double gain = 1, bool hasBias = true)
    {
        Add(name + ".weight", [outputs, inputs], gain / Math.Sqrt(inputs));
        if (hasBias)
        {
            Add(name + ".bias", [outputs], 0.02);
        }
    }

    /// <summary>Adds a convolution that keeps the spread of its input, times the gain.</summary>
    public void Conv(string name, int outputs, int inputs, int kernel, double gain = 1, bool hasBias = true, double biasCentre = 0)
    {
        Add(name + ".weight", [outputs, inputs, kernel, kernel], gain / Math.Sqrt(inputs * kernel * kernel));
        if (hasBias)
        {
            Add(name + ".bias", [outputs], 0.02, biasCentre);
        }
    }

    /// <summary>Adds a norm.</summary>
    public void Norm(string name, int channels)
    {
        Add(name + ".weight", [channels], 0.1, 1);
        Add(name + ".bias", [channels], 0.05);
    }

    // FNV-1a: any hash will do that is the same everywhere.
    private static ulong Hash(string text)
    {
        ulong hash = 14695981039346656037;
        foreach (char character in text)
        {
            hash = (hash ^ character) * 1099511628211;
        }

        return hash;
    }

    // SplitMix64, and the sum of four uniform numbers for a normal one: exact arithmetic, where logarithms differ between machines.
    private static double Next(ref ulong state)
    {
        ulong z = state += 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        z ^= z >> 31;
        long sum = (long)(z & 0xFFFF) + (long)((z >> 16) & 0xFFFF) + (long)((z >> 32) & 0xFFFF) + (long)(z >> 48);
        return (sum - 131070) * (1.7320508075688772 / 65536);
    }
}
