namespace Vortex.Diffusion.Sampling.Noise;

/// <summary>Makes independent 32-bit seeds from a seed and a place in a tree, as NumPy's <c>SeedSequence</c> does (O'Neill's <c>seed_seq</c> alternative, 2015).</summary>
internal static class SeedSequence
{
    private const uint InitialA = 0x43b0d7e5;
    private const uint MultiplierA = 0x931e8875;
    private const uint InitialB = 0x8b51f9dd;
    private const uint MultiplierB = 0x58f38ded;
    private const uint MixLeft = 0xca01f9dd;
    private const uint MixRight = 0x4973f715;

    /// <summary>Fills <paramref name="words"/>.</summary>
    /// <param name="entropy">The seed.</param>
    /// <param name="spawnKey">The place; may be empty.</param>
    /// <param name="poolSize">Words that are mixed, at most 64.</param>
    /// <param name="words">Filled with seeds.</param>
    public static void Generate(ulong entropy, ReadOnlySpan<uint> spawnKey, int poolSize, Span<uint> words)
    {
        Span<uint> pool = stackalloc uint[poolSize];
        Span<uint> input = stackalloc uint[poolSize + spawnKey.Length];
        input.Clear();
        input[0] = (uint)entropy;
        input[1] = (uint)(entropy >> 32);
        spawnKey.CopyTo(input[poolSize..]);

        uint hash = InitialA;
        for (int i = 0; i < poolSize; i++)
        {
            pool[i] = Hash(input[i], ref hash);
        }

        for (int source = 0; source < poolSize; source++)
        {
            for (int target = 0; target < poolSize; target++)
            {
                if (source != target)
                {
                    pool[target] = Mix(pool[target], Hash(pool[source], ref hash));
                }
            }
        }

        foreach (uint word in input[poolSize..])
        {
            for (int target = 0; target < poolSize; target++)
            {
                pool[target] = Mix(pool[target], Hash(word, ref hash));
            }
        }

        hash = InitialB;
        for (int i = 0; i < words.Length; i++)
        {
            uint value = pool[i % poolSize] ^ hash;
            hash *= MultiplierB;
            value *= hash;
            words[i] = value ^ (value >> 16);
        }
    }

    private static uint Hash(uint value, ref uint hash)
    {
        value ^= hash;
        hash *= MultiplierA;
        value *= hash;
        return value ^ (value >> 16);
    }

    private static uint Mix(uint x, uint y)
    {
        uint result = (MixLeft * x) - (MixRight * y);
        return result ^ (result >> 16);
    }
}
