using Vortex.Tensors.Noise;

namespace Vortex.Diffusion.Sampling.Noise;

/// <summary>A Brownian path over noise levels that gives the same increments in whatever order they are asked for: what SDE samplers draw their noise from.</summary>
/// <remarks>
/// Li, Wong, Chen and Duvenaud's virtual Brownian tree as torchsde 0.2.6 has it: intervals are halved until the asked times are ends of intervals,
/// each half is a Brownian bridge whose noise comes from a seed of its own, and times are rounded to six decimals. Holds 45 increments at most.
/// </remarks>
internal sealed class BrownianTree
{
    private const int PoolSize = 24;
    private const int CacheSize = 45;

    private readonly ulong _seed;
    private readonly int _count;
    private readonly Node _root;
    private readonly LinkedList<Node> _cached = [];

    /// <summary>Makes the path.</summary>
    /// <param name="seed">All 64 bits count.</param>
    /// <param name="count">Values of one increment.</param>
    /// <param name="from">The least time.</param>
    /// <param name="to">The greatest time, above <paramref name="from"/>.</param>
    public BrownianTree(ulong seed, int count, double from, double to)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(from, to);
        (_seed, _count) = (seed, count);
        _root = new Node(null, false, Round(from), Round(to));
        Span<uint> words = stackalloc uint[1];
        SeedSequence.Generate(seed, [], PoolSize, words);
        float[] whole = Normal(words[0]);
        float scale = (float)Math.Sqrt(to - from);
        foreach (ref float value in whole.AsSpan())
        {
            value *= scale;
        }

        _root.Increment = whole;
    }

    /// <summary>Returns W(to) - W(from) for times within the path; zeros where they are equal.</summary>
    public float[] Increment(double from, double to)
    {
        from = Math.Clamp(from, _root.Start, _root.End);
        to = Math.Clamp(to, _root.Start, _root.End);
        float[] sum = new float[_count];
        (double start, double end) = (Round(from), Round(to));
        if (from >= to || start >= end)
        {
            return sum;
        }

        List<Node> parts = [];
        Locate(_root, start, end, parts);
        bool isFirst = true;
        foreach (Node part in parts)
        {
            float[] increment = IncrementOf(part);
            for (int i = 0; i < sum.Length; i++)
            {
                sum[i] = isFirst ? increment[i] : sum[i] + increment[i];
            }

            isFirst = false;
        }

        return sum;
    }

    /// <summary>Rounds to six decimals, by the exact value, halves to even.</summary>
    internal static double Round(double value)
    {
        const ulong scale = 1_000_000;
        if (!(value > 0 && value < 1e9))
        {
            return value == 0 ? 0 : Math.Round(value, 6);
        }

        long bits = BitConverter.DoubleToInt64Bits(value);
        int shift = 1075 - (int)(bits >> 52);
        ulong mantissa = ((ulong)bits & ((1UL << 52) - 1)) | (1UL << 52);
        if (shift is < 1 or > 120)
        {
            return shift > 120 ? 0 : value;
        }

        UInt128 product = (UInt128)mantissa * scale;
        UInt128 whole = product >> shift;
        UInt128 rest = product - (whole << shift);
        UInt128 half = UInt128.One << (shift - 1);
        if (rest > half || (rest == half && (whole & 1) == 1))
        {
            whole += 1;
        }

        return (double)(ulong)whole / scale;
    }

    private static void Locate(Node node, double start, double end, List<Node> parts)
    {
        while (true)
        {
            if (start == node.Start && end == node.End)
            {
                parts.Add(node);
                return;
            }

            if (node.Left is null)
            {
                Split(node, start == node.Start ? end : start);
            }

            if (end <= node.Middle)
            {
                node = node.Left!;
            }
            else if (start >= node.Middle)
            {
                node = node.Right!;
            }
            else
            {
                Locate(node.Left!, start, node.Middle, parts);
                (node, start) = (node.Right!, node.Middle);
            }
        }
    }

    private static void Split(Node node, double time)
    {
        while (true)
        {
            double middle = 0.5 * (node.End + node.Start);
            node.Middle = Round(middle);
            node.Left = new Node(node, true, node.Start, node.Middle);
            node.Right = new Node(node, false, node.Middle, node.End);
            if (time == node.Middle)
            {
                return;
            }

            node = time > node.Middle ? node.Right : node.Left;
        }
    }

    private float[] IncrementOf(Node node)
    {
        // From the nearest ancestor that is known, down again.
        Stack<Node> way = [];
        for (Node at = node; at.Increment is null; at = at.Parent!)
        {
            way.Push(at);
        }

        while (way.TryPop(out Node? next))
        {
            next.Increment = Bridge(next);
            Remember(next);
        }

        return node.Increment!;
    }

    private float[] Bridge(Node node)
    {
        Node parent = node.Parent!;
        double left = parent.Middle - parent.Start;
        double right = parent.End - parent.Middle;
        double reciprocal = 1 / (parent.End - parent.Start);
        (float share, float inverse, float deviation) = ((float)left, (float)reciprocal, (float)Math.Sqrt(left * right * reciprocal));
        Span<uint> words = stackalloc uint[1];
        SeedSequence.Generate(_seed, [parent.Key, parent.Depth], PoolSize, words);
        float[] result = Normal(words[0]);
        float[] whole = parent.Increment!;
        for (int i = 0; i < result.Length; i++)
        {
            float first = (share * whole[i] * inverse) + (deviation * result[i]);
            result[i] = node.IsLeft ? first : whole[i] - first;
        }

        return result;
    }

    private float[] Normal(uint seed)
    {
        float[] values = new float[_count];
        new NormalSource(seed).Fill(values);
        return values;
    }

    private void Remember(Node node)
    {
        _cached.AddLast(node);
        if (_cached.Count > CacheSize)
        {
            _cached.First!.Value.Increment = null;
            _cached.RemoveFirst();
        }
    }

    private sealed class Node(Node? parent, bool isLeft, double start, double end)
    {
        public Node? Parent { get; } = parent;

        public bool IsLeft { get; } = isLeft;

        public double Start { get; } = start;

        public double End { get; } = end;

        public uint Key { get; } = parent is null ? 0 : (2 * parent.Key) + (isLeft ? 0u : 1u);

        public uint Depth { get; } = parent is null ? 0 : parent.Depth + 1;

        public double Middle { get; set; }

        public Node? Left { get; set; }

        public Node? Right { get; set; }

        public float[]? Increment { get; set; }
    }
}
