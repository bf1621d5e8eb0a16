namespace Vortex.Tensors.Cpu.Elements;

/// <summary>One tensor as a loop sees it: a start, a format and a step per dimension of the loop.</summary>
internal readonly unsafe struct Operand(byte* start, DType type, long[] strides, CpuStorage? storage = null)
{
    public byte* Start { get; } = start;

    public DType Type { get; } = type;

    public long[] Strides { get; } = strides;

    /// <summary>Gets what keeps the memory: a loop holds it until it is done.</summary>
    public CpuStorage? Storage { get; } = storage;

    /// <summary>The tensor seen in a shape it broadcasts to.</summary>
    public static Operand Of(CpuTensor tensor, Shape shape)
    {
        long[] strides = new long[shape.Rank];
        int missing = shape.Rank - tensor.Rank;
        for (int i = 0; i < tensor.Rank; i++)
        {
            strides[missing + i] = tensor.Shape[i] == 1 ? 0 : tensor.Strides[i];
        }

        return new Operand(tensor.Bytes, tensor.DType, strides, tensor.Storage);
    }
}

/// <summary>Walks a float32 result and up to three arguments in step, and hands runs of consecutive values to a kernel.</summary>
/// <remarks>Dimensions that lie behind one another in all operands are joined first, so that a contiguous operation is a single run.</remarks>
internal sealed unsafe class ElementLoop
{
    // Arguments that cannot be used where they lie are copied in pieces of this size, which stay in the first cache.
    private const int Piece = 512;

    private readonly Operand[] _operands;
    private readonly long[] _sizes;
    private readonly bool[] _direct;

    /// <summary>Prepares a walk.</summary>
    /// <param name="shape">The result's shape.</param>
    /// <param name="operands">The result first, then the arguments, all in that shape.</param>
    public ElementLoop(Shape shape, params ReadOnlySpan<Operand> operands)
    {
        List<int> kept = [];
        for (int i = 0; i < shape.Rank; i++)
        {
            if (shape[i] != 1)
            {
                kept.Add(i);
            }
        }

        List<long> sizes = [];
        List<long>[] strides = new List<long>[operands.Length];
        for (int o = 0; o < operands.Length; o++)
        {
            strides[o] = [];
        }

        foreach (int dimension in kept)
        {
            bool joins = sizes.Count > 0;
            for (int o = 0; joins && o < operands.Length; o++)
            {
                joins = strides[o][^1] == operands[o].Strides[dimension] * shape[dimension];
            }

            if (!joins)
            {
                sizes.Add(1);
            }

            for (int o = 0; o < operands.Length; o++)
            {
                if (joins)
                {
                    strides[o].RemoveAt(strides[o].Count - 1);
                }

                strides[o].Add(operands[o].Strides[dimension]);
            }

            sizes[^1] *= shape[dimension];
        }

        if (sizes.Count == 0)
        {
            sizes.Add(1);
            foreach (List<long> steps in strides)
            {
                steps.Add(1);
            }
        }

        _sizes = [.. sizes];
        _operands = new Operand[operands.Length];
        _direct = new bool[operands.Length];
        for (int o = 0; o < operands.Length; o++)
        {
            _operands[o] = new Operand(operands[o].Start, operands[o].Type, [.. strides[o]], operands[o].Storage);
            long step = strides[o][^1];
            _direct[o] = operands[o].Type == DType.Float32 && (step == 1 || (step == 0 && o > 0 && operands.Length > 2));
        }
    }

    /// <summary>Does the values from <paramref name="first"/> up to <paramref name="end"/>, counted in row-major order.</summary>
    public void Run(delegate*<void*, float*, float**, long*, long, void> kernel, void* state, long first, long end)
    {
        int count = _operands.Length;
        float* pieces = stackalloc float[Piece * count];
        float** inputs = stackalloc float*[count];
        long* steps = stackalloc long[count];
        long* offsets = stackalloc long[count];
        bool staged = Array.IndexOf(_direct, false) >= 0;
        long inner = _sizes[^1];
        while (first < end)
        {
            long column = Locate(first, offsets);
            long run = Math.Min(inner - column, end - first);
            run = staged ? Math.Min(run, Piece) : run;
            for (int o = 1; o < count; o++)
            {
                byte* start = _operands[o].Start + (offsets[o] * _operands[o].Type.Size());
                long step = _operands[o].Strides[^1];
                inputs[o - 1] = (float*)start;
                steps[o - 1] = step;
                if (!_direct[o])
                {
                    inputs[o - 1] = pieces + (o * Piece);
                    steps[o - 1] = 1;
                    Staging.Read(_operands[o].Type, start, step, inputs[o - 1], run);
                }
            }

            float* target = (float*)_operands[0].Start + offsets[0];
            if (_direct[0])
            {
                kernel(state, target, inputs, steps, run);
            }
            else
            {
                kernel(state, pieces, inputs, steps, run);
                long step = _operands[0].Strides[^1];
                for (long i = 0; i < run; i++)
                {
                    target[i * step] = pieces[i];
                }
            }

            first += run;
        }
    }

    // Sets each operand's offset and returns the place within the innermost dimension.
    private long Locate(long index, long* offsets)
    {
        int count = _operands.Length;
        for (int o = 0; o < count; o++)
        {
            offsets[o] = 0;
        }

        long rest = index;
        for (int d = _sizes.Length - 1; d >= 0; d--)
        {
            long outer = rest / _sizes[d];
            long place = rest - (outer * _sizes[d]);
            for (int o = 0; o < count; o++)
            {
                offsets[o] += place * _operands[o].Strides[d];
            }

            rest = outer;
        }

        return index % _sizes[^1];
    }
}
