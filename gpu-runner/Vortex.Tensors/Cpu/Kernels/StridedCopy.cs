namespace Vortex.Tensors.Cpu;

/// <summary>Copies values from one strided layout into another of the same sizes.</summary>
internal static unsafe class StridedCopy
{
    public const int MaxRank = 16;
    private const int Tile = 16;

    /// <summary>Copies.</summary>
    /// <param name="threads">Who does it.</param>
    /// <param name="size">Bytes per value: 1, 2, 4 or 8.</param>
    /// <param name="to">The first target value.</param>
    /// <param name="toStrides">In values.</param>
    /// <param name="from">The first source value.</param>
    /// <param name="fromStrides">In values; 0 repeats.</param>
    /// <param name="shape">The sizes of both.</param>
    public static void Run(CpuThreads threads, int size, byte* to, ReadOnlySpan<long> toStrides, byte* from, ReadOnlySpan<long> fromStrides, ReadOnlySpan<int> shape)
    {
        long count = 1;
        foreach (int n in shape)
        {
            count *= n;
        }

        if (count == 0)
        {
            return;
        }

        if (shape.Length > MaxRank)
        {
            throw new TensorShapeException($"A tensor of {shape.Length} dimensions; {MaxRank} is the most.");
        }

        Job job = new() { Size = size, To = to, From = from };
        job.Collapse(shape, toStrides, fromStrides);
        // Small copies stay on one thread; others are cut along the outer dimensions.
        int chunks = count < 1 << 15 || job.Outer < 2 ? 1 : (int)Math.Min(job.Outer, threads.Count * 4L);
        job.Chunks = chunks;
        threads.Run(chunks, &Job.Do, &job);
    }

    private struct Job
    {
        public int Size;
        public byte* To;
        public byte* From;
        public int Chunks;
        public long Outer;
        private int _rank;
        private fixed long _shape[MaxRank];
        private fixed long _to[MaxRank];
        private fixed long _from[MaxRank];

        public static void Do(void* context, int chunk, int worker)
        {
            Job* job = (Job*)context;
            for (long i = job->Outer * chunk / job->Chunks, end = job->Outer * (chunk + 1) / job->Chunks; i < end; i++)
            {
                job->Plane(i);
            }
        }

        // Drops dimensions of size 1 and joins those that lie behind each other in both layouts; the last two are then done plane by plane.
        public void Collapse(ReadOnlySpan<int> shape, ReadOnlySpan<long> to, ReadOnlySpan<long> from)
        {
            _rank = 0;
            for (int i = 0; i < shape.Length; i++)
            {
                if (shape[i] == 1)
                {
                    continue;
                }

                if (_rank > 0 && _to[_rank - 1] == to[i] * shape[i] && _from[_rank - 1] == from[i] * shape[i])
                {
                    _shape[_rank - 1] *= shape[i];
                    (_to[_rank - 1], _from[_rank - 1]) = (to[i], from[i]);
                    continue;
                }

                (_shape[_rank], _to[_rank], _from[_rank]) = (shape[i], to[i], from[i]);
                _rank++;
            }

            Outer = 1;
            for (int i = 0; i < _rank - 2; i++)
            {
                Outer *= _shape[i];
            }

            if (_rank == 2 && _shape[0] > 1)
            {
                // A plain matrix is cut by rows: the rows become the outer dimension where they are contiguous anyway.
                if (_to[1] == 1 && _from[1] == 1)
                {
                    (_shape[2], _to[2], _from[2]) = (_shape[1], _to[1], _from[1]);
                    (_shape[1], _to[1], _from[1]) = (1, 0, 0);
                    _rank = 3;
                    Outer = _shape[0];
                }
            }
        }

        private void Plane(long index)
        {
            byte* to = To;
            byte* from = From;
            for (int i = _rank - 3; i >= 0; i--)
            {
                long at = index % _shape[i];
                index /= _shape[i];
                to += at * _to[i] * Size;
                from += at * _from[i] * Size;
            }

            long columns = _rank >= 1 ? _shape[_rank - 1] : 1;
            long rows = _rank >= 2 ? _shape[_rank - 2] : 1;
            (long toColumn, long fromColumn) = _rank >= 1 ? (_to[_rank - 1], _from[_rank - 1]) : (1, 1);
            (long toRow, long fromRow) = _rank >= 2 ? (_to[_rank - 2], _from[_rank - 2]) : (0, 0);
            if (toColumn == 1 && fromColumn == 1)
            {
                for (long y = 0; y < rows; y++)
                {
                    Buffer.MemoryCopy(from + (y * fromRow * Size), to + (y * toRow * Size), columns * Size, columns * Size);
                }

                return;
            }

            switch (Size)
            {
                case 1:
                    Move((byte*)to, toRow, toColumn, (byte*)from, fromRow, fromColumn, rows, columns);
                    break;
                case 2:
                    Move((ushort*)to, toRow, toColumn, (ushort*)from, fromRow, fromColumn, rows, columns);
                    break;
                case 4:
                    Move((uint*)to, toRow, toColumn, (uint*)from, fromRow, fromColumn, rows, columns);
                    break;
                default:
                    Move((ulong*)to, toRow, toColumn, (ulong*)from, fromRow, fromColumn, rows, columns);
                    break;
            }
        }

        // Tiles keep both sides within a few cache lines where one of them runs across the other.
        private static void Move<T>(T* to, long toRow, long toColumn, T* from, long fromRow, long fromColumn, long rows, long columns)
            where T : unmanaged
        {
            for (long y0 = 0; y0 < rows; y0 += Tile)
            {
                long y1 = Math.Min(rows, y0 + Tile);
                for (long x0 = 0; x0 < columns; x0 += Tile)
                {
                    long x1 = Math.Min(columns, x0 + Tile);
                    for (long y = y0; y < y1; y++)
                    {
                        T* target = to + (y * toRow);
                        T* source = from + (y * fromRow);
                        for (long x = x0; x < x1; x++)
                        {
                            target[x * toColumn] = source[x * fromColumn];
                        }
                    }
                }
            }
        }
    }
}
