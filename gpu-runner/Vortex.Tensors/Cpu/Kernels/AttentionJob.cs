// Jobs hold references and are reached through pointers: they lie on the stack of the thread that waits for the others.
#pragma warning disable CS8500

namespace Vortex.Tensors.Cpu;

/// <summary>Attention block by block, without a matrix of the size of queries times keys.</summary>
/// <remarks>
/// Scores are kept transposed, [keys, queries]: a panel of queries lies in the lanes, so the softmax needs no sums across lanes, the weights are
/// already the packed operand of the second product, and keys and values are used as they lie. The softmax is the online one (Milakov and Gimelshein, 2018).
/// </remarks>
internal unsafe struct AttentionJob
{
    private const float Log2E = 1.44269504088896341f;

    public KernelSet Kernels;
    public int Heads;
    public int Queries;
    public int Keys;
    public int Width;
    public int ValueWidth;
    public float Scale;
    public bool Causal;

    /// <summary>The operands, with steps over batch, heads and rows; values of a row lie side by side.</summary>
    public Operand Q;

    public Operand K;
    public Operand V;

    /// <summary>The mask, or null, with steps over all four dimensions.</summary>
    public Operand Mask;

    public long MaskKey;

    /// <summary>[batch, queries, heads, value width].</summary>
    public float* Result;

    private float* _scratch;
    private long _scratchStep;
    private int _keyBlock;
    private int _panels;
    private int _queryBlocks;

    /// <summary>Computes it for all pictures.</summary>
    public void Run(int batch, CpuThreads threads, CpuMemory memory)
    {
        int panel = Kernels.Panel;
        // Keys and values of a block stay in the second-level cache; a multiple of six rows has no tail.
        _keyBlock = Math.Clamp(48 * 1024 / (Width + ValueWidth), 48, 252) / 6 * 6;
        _keyBlock = Math.Min(_keyBlock, Keys);
        int allPanels = (Queries + panel - 1) / panel;
        _panels = Math.Min(allPanels, 128 / panel);
        while (_panels > 1 && (long)batch * Heads * ((allPanels + _panels - 1) / _panels) < threads.Count * 3L)
        {
            _panels = (_panels + 1) / 2;
        }

        _queryBlocks = (allPanels + _panels - 1) / _panels;
        _scratchStep = ((long)_panels * panel * (Width + ValueWidth + 2)) + ((long)_keyBlock * (panel + Width + ValueWidth)) + ((long)panel * Math.Max(Width, ValueWidth));
        _scratchStep = (_scratchStep + 15) & ~15L;
        using Scratch scratch = new(memory, threads.Count * _scratchStep * sizeof(float));
        _scratch = scratch.Floats;
        fixed (AttentionJob* job = &this)
        {
            threads.Run(batch * Heads * _queryBlocks, &Do, job);
        }
    }

    private static void Do(void* context, int index, int worker)
    {
        AttentionJob* job = (AttentionJob*)context;
        int block = index % job->_queryBlocks;
        int head = index / job->_queryBlocks;
        job->Block(head / job->Heads, head % job->Heads, block * job->_panels * job->Kernels.Panel, job->_scratch + (worker * job->_scratchStep));
    }

    private void Block(int picture, int head, int first, float* scratch)
    {
        int panel = Kernels.Panel;
        int count = Math.Min(_panels * panel, Queries - first);
        int panels = (count + panel - 1) / panel;
        float* queries = scratch;
        float* results = queries + ((long)_panels * panel * Width);
        float* most = results + ((long)_panels * panel * ValueWidth);
        float* sums = most + (_panels * panel);
        float* scores = sums + (_panels * panel);
        float* keys = scores + ((long)_keyBlock * panel);
        float* values = keys + ((long)_keyBlock * Width);
        float* turned = values + ((long)_keyBlock * ValueWidth);

        float* from = Q.At(picture, head, first);
        for (int p = 0; p < panels; p++)
        {
            Rearrange.Pack(Kernels.Wide, from + (p * panel * Q.Row), Q.Row, Math.Min(panel, count - (p * panel)), Width, queries + ((long)p * panel * Width), panel);
        }

        PlainKernels.Scale(queries, Scale * Log2E, (long)panels * panel * Width);
        new Span<float>(results, panels * panel * ValueWidth).Clear();
        new Span<float>(most, panels * panel).Fill(float.NegativeInfinity);
        new Span<float>(sums, panels * panel).Clear();

        int seen = Causal ? Math.Min(Keys, first + count) : Keys;
        for (int key = 0; key < seen; key += _keyBlock)
        {
            int block = Math.Min(_keyBlock, seen - key);
            float* k = Rows(K, picture, head, key, block, Width, keys, out long kRow);
            float* v = Rows(V, picture, head, key, block, ValueWidth, values, out long vRow);
            for (int p = 0; p < panels; p++)
            {
                int query = first + (p * panel);
                if (Causal && key > Math.Min(query + panel, Queries) - 1)
                {
                    continue;
                }

                float* result = results + ((long)p * panel * ValueWidth);
                Gemm.Block(Kernels, Width, k, kRow, 1, block, queries + ((long)p * panel * Width), 0, panel, scores, panel, accumulate: false);
                Hide(picture, head, query, key, block, scores);
                Kernels.SoftmaxBlock(scores, block, most + (p * panel), sums + (p * panel), result, ValueWidth);
                Gemm.Block(Kernels, block, v, 1, vRow, ValueWidth, scores, 0, panel, result, panel, accumulate: true);
            }
        }

        for (int p = 0; p < panels; p++)
        {
            int width = Math.Min(panel, count - (p * panel));
            Rearrange.Transpose(Kernels.Wide, results + ((long)p * panel * ValueWidth), panel, ValueWidth, width, turned, ValueWidth);
            for (int i = 0; i < width; i++)
            {
                float* to = Result + (((((long)picture * Queries) + first + (p * panel) + i) * Heads) + head) * ValueWidth;
                PlainKernels.ScaleTo(to, turned + ((long)i * ValueWidth), 1 / sums[(p * panel) + i], ValueWidth);
            }
        }
    }

    // Rows that lie apart are brought together once per block: pages and cache sets are scarce.
    private static float* Rows(Operand operand, int picture, int head, int row, int rows, int width, float* block, out long step)
    {
        float* from = operand.At(picture, head, row);
        step = operand.Row;
        if (step == width)
        {
            return from;
        }

        step = width;
        for (int i = 0; i < rows; i++)
        {
            Buffer.MemoryCopy(from + (i * operand.Row), block + ((long)i * width), width * sizeof(float), width * sizeof(float));
        }

        return block;
    }

    private void Hide(int picture, int head, int query, int key, int keys, float* scores)
    {
        int panel = Kernels.Panel;
        int width = Math.Min(panel, Queries - query);
        if (Mask.First is not null)
        {
            float* mask = Mask.At(picture, head, query) + (key * MaskKey);
            for (int i = 0; i < width; i++)
            {
                for (int j = 0; j < keys; j++)
                {
                    scores[(j * panel) + i] += mask[(i * Mask.Row) + (j * MaskKey)] * Log2E;
                }
            }
        }

        if (Causal && key + keys - 1 > query)
        {
            for (int j = Math.Max(0, query - key + 1); j < keys; j++)
            {
                new Span<float>(scores + (j * panel), Math.Min(panel, key + j - query)).Fill(float.NegativeInfinity);
            }
        }
    }

    /// <summary>Where a head's rows are.</summary>
    public struct Operand
    {
        public float* First;
        public long Picture;
        public long Head;
        public long Row;

        public readonly float* At(int picture, int head, int row) => First + (picture * Picture) + (head * Head) + (row * Row);
    }
}
