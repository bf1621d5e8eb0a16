// Jobs hold references and are reached through pointers: they lie on the stack of the thread that waits for the others.
#pragma warning disable CS8500

namespace Vortex.Tensors.Cpu;

/// <summary>One matrix product shared by threads: first b goes into panels, then blocks of rows are multiplied.</summary>
internal unsafe struct ProductJob
{
    public KernelSet Kernels;

    /// <summary>Rows and length of the sums; the first operand.</summary>
    public StoredRows A;

    public int Rows;
    public int K;

    /// <summary>The second operand: a row per column of the result, or with <see cref="BIsColumns"/> a row per step of k.</summary>
    public StoredRows B;

    public bool BIsColumns;
    public int Columns;

    /// <summary>[rows, columns], or [columns, rows] with <see cref="Turned"/>.</summary>
    public float* Result;

    public long ResultRow;
    public bool Turned;

    /// <summary>One shift per row of a or row of b, or null.</summary>
    public float* RowShift;

    public float* ColumnShift;
    public Activation Activation;

    private float* _packed;
    private float* _scratch;
    private long _scratchStep;
    private int _rowChunk;
    private int _columnChunk;
    private int _columnChunks;
    private int _depth;

    /// <summary>Computes it.</summary>
    public void Run(CpuThreads threads, CpuMemory memory)
    {
        int panel = Kernels.Panel;
        int panels = (Columns + panel - 1) / panel;
        _depth = Gemm.DepthBlock(K);
        Cut(threads.Count, panel, panels);

        // Per thread: rows in float32, a block of results on its way to be turned.
        _scratchStep = (long)Math.Max(Gemm.RowBlock, panel) * _depth;
        _scratchStep += Turned ? (long)_rowChunk * _columnChunk : 0;
        _scratchStep = (_scratchStep + 15) & ~15L;
        using Scratch packed = new(memory, (long)panels * panel * K * sizeof(float));
        using Scratch scratch = new(memory, threads.Count * _scratchStep * sizeof(float));
        _packed = packed.Floats;
        _scratch = scratch.Floats;
        fixed (ProductJob* job = &this)
        {
            threads.Run(panels, &Pack, job);
            threads.Run((Rows + _rowChunk - 1) / _rowChunk * _columnChunks, &Multiply, job);
        }
    }

    // Enough pieces for every thread, of about equal size; columns are cut only where rows do not give enough.
    private void Cut(int threads, int panel, int panels)
    {
        int wanted = threads == 1 ? 1 : threads * 3;
        int rowChunks = Math.Max((Rows + Gemm.RowBlock - 1) / Gemm.RowBlock, 1);
        int mostColumns = Turned ? 256 : 1024;
        _columnChunks = Math.Max(1, Math.Max((Columns + mostColumns - 1) / mostColumns, rowChunks >= wanted ? 1 : Math.Min((wanted + rowChunks - 1) / rowChunks, panels / 4)));
        _columnChunk = (panels + _columnChunks - 1) / _columnChunks * panel;
        _columnChunks = Math.Max(1, (Columns + _columnChunk - 1) / _columnChunk);
        rowChunks = Math.Max(rowChunks, (wanted + _columnChunks - 1) / _columnChunks);
        _rowChunk = Math.Min(Gemm.RowBlock, Math.Max(12, ((Rows + rowChunks - 1) / rowChunks + 5) / 6 * 6));
    }

    private static void Pack(void* context, int index, int worker)
    {
        ProductJob* job = (ProductJob*)context;
        int panel = job->Kernels.Panel;
        int column = index * panel;
        int width = Math.Min(panel, job->Columns - column);
        float* to = job->_packed + ((long)column * job->K);
        float* rows = job->_scratch + (worker * job->_scratchStep);
        if (job->BIsColumns)
        {
            if (width < panel)
            {
                new Span<float>(to, job->K * panel).Clear();
            }

            job->B.Read(0, job->K, column, width, to, panel);
            return;
        }

        for (int k = 0; k < job->K; k += job->_depth)
        {
            int depth = Math.Min(job->_depth, job->K - k);
            float* from = rows;
            long step = depth;
            if (job->B.IsFloat)
            {
                from = job->B.At(column, k);
                step = job->B.Row;
            }
            else
            {
                job->B.Read(column, width, k, depth, rows, depth);
            }

            Rearrange.Pack(job->Kernels.Wide, from, step, width, depth, to + ((long)k * panel), panel);
        }
    }

    private static void Multiply(void* context, int index, int worker)
    {
        ProductJob* job = (ProductJob*)context;
        int panel = job->Kernels.Panel;
        int row = index / job->_columnChunks * job->_rowChunk;
        int column = index % job->_columnChunks * job->_columnChunk;
        int rows = Math.Min(job->_rowChunk, job->Rows - row);
        int columns = Math.Min(job->_columnChunk, job->Columns - column);
        float* block = job->_scratch + (worker * job->_scratchStep);
        float* turned = block + ((long)Math.Max(Gemm.RowBlock, panel) * job->_depth);
        float* c = job->Turned ? turned : job->Result + (row * job->ResultRow) + column;
        long cRow = job->Turned ? job->_columnChunk : job->ResultRow;
        for (int k = 0; k < job->K; k += job->_depth)
        {
            int depth = Math.Min(job->_depth, job->K - k);
            float* b = job->_packed + ((long)column * job->K) + ((long)k * panel);
            Gemm.Rows(job->Kernels, depth, job->A.From(row, k), rows, b, (long)panel * job->K, columns, c, cRow, k > 0, block);
        }

        Gemm.Finish(
            c, cRow, rows, columns, job->RowShift is null ? null : job->RowShift + row, job->ColumnShift is null ? null : job->ColumnShift + column, job->Activation);
        if (job->Turned)
        {
            Rearrange.Transpose(job->Kernels.Wide, c, cRow, rows, columns, job->Result + (column * job->ResultRow) + row, job->ResultRow);
        }
    }
}
