// Jobs hold references and are reached through pointers: they lie on the stack of the thread that waits for the others.
#pragma warning disable CS8500

using System.Runtime.CompilerServices;

namespace Vortex.Tensors.Cpu;

/// <summary>A 3x3 convolution with stride 1 through Winograd's F(4x4, 3x3): a quarter of the multiplications, ten times the rounding error.</summary>
/// <remarks>
/// Two ways, by what is large. Many channels: the tiles of a block are transformed by all threads together, and each thread takes some filters, which it
/// transforms on the fly, a block that fits the second-level cache at a time: kept ones would take four times the memory of the weights and longer to
/// read than to make. Many tiles and few channels: filters are transformed once, and each thread takes blocks of tiles from pixels to pixels, so that
/// what lies between stays in its cache.
/// </remarks>
internal unsafe struct WinogradJob
{
    private const int Points = 36;
    private const int FilterRows = 48;
    private const int FilterChannels = 336;
    private const int InputChannels = 32;

    // Transformed filters of up to 9.4 MB are read again for each block of tiles: they are to stay in the last-level cache, and be worth it.
    private const int ManyTiles = 512;
    private const int FewFilters = 256 * 256;
    private const int TileBlock = 64;

    public KernelSet Kernels;
    public ConvShape Shape;
    public float* X;
    public StoredRows Weights;
    public float* Shift;
    public float* Result;

    private float* _pixels;
    private float* _scratch;
    private long _scratchStep;
    private int _across;
    private int _down;
    private int _tile;
    private int _tiles;
    private int _channels;
    private int _stripWidth;
    private long _sums;
    private float* _filters;

    /// <summary>Says whether a convolution is of the kind, and big enough to gain.</summary>
    public static bool Fits(ConvShape shape) => shape is { KernelHeight: 3, KernelWidth: 3, Options: { Stride: 1, Dilation: 1, Groups: 1 }, InChannels: >= 16, OutChannels: >= 16 }
        && (long)shape.OutHeight * shape.OutWidth >= 32 * 32;

    /// <summary>Computes it.</summary>
    public void Run(CpuThreads threads, CpuMemory memory)
    {
        int panel = Kernels.Panel;
        int lanes = panel / 2;
        _across = (Shape.OutWidth + 3) / 4;
        _down = (Shape.OutHeight + 3) / 4;
        int parts = (Shape.InChannels + FilterChannels - 1) / FilterChannels;
        _channels = (Shape.InChannels + parts - 1) / parts;
        _stripWidth = (4 * ((_across + lanes - 1) / lanes * lanes)) + 8;
        int all = Shape.Batch * _down * _across;
        if (all >= ManyTiles && (long)Shape.InChannels * Shape.OutChannels <= FewFilters)
        {
            RunByTiles(threads, memory, all);
            return;
        }

        // As many tiles at once as keep the transformed pixels within the last-level cache.
        int most = (int)Math.Clamp(16L * 1024 * 1024 / (Points * sizeof(float) * (long)Shape.InChannels), 64, 256) / panel * panel;
        int blocks = (all + most - 1) / most;
        int block = (((all + blocks - 1) / blocks) + panel - 1) / panel * panel;
        long strip = (6L * _stripWidth) + (Points * (long)panel);
        _sums = (6L * FilterRows * Rounded(_channels)) + Rounded(9 * _channels) + (9L * FilterRows * Rounded(_channels));
        _scratchStep = Math.Max(strip, _sums + ((long)Points * FilterRows * block));
        _scratchStep = (_scratchStep + 15) & ~15L;
        using Scratch pixels = new(memory, (long)Points * block * Shape.InChannels * sizeof(float));
        using Scratch scratch = new(memory, threads.Count * _scratchStep * sizeof(float));
        _pixels = pixels.Floats;
        _scratch = scratch.Floats;
        fixed (WinogradJob* job = &this)
        {
            for (_tile = 0; _tile < all; _tile += block)
            {
                _tiles = Math.Min(block, all - _tile);
                threads.Run((_tiles + panel - 1) / panel * ((Shape.InChannels + InputChannels - 1) / InputChannels), &Transform, job);
                threads.Run((Shape.OutChannels + FilterRows - 1) / FilterRows, &Multiply, job);
            }
        }
    }

    private void RunByTiles(CpuThreads threads, CpuMemory memory, int all)
    {
        _tiles = TileBlock;
        _channels = Shape.InChannels;
        int room = Rounded(_channels);
        long strip = (6L * _stripWidth) + (Points * (long)Kernels.Panel);
        long making = (9L * (FilterRows + 1) * room) + 16;
        _sums = Math.Max(strip, making) + ((long)Points * TileBlock * Shape.InChannels);
        _sums = (_sums + 15) & ~15L;
        _scratchStep = _sums + ((long)Points * FilterRows * TileBlock);
        using Scratch filters = new(memory, (long)Points * Shape.OutChannels * room * sizeof(float));
        using Scratch scratch = new(memory, threads.Count * _scratchStep * sizeof(float));
        _filters = filters.Floats;
        _scratch = scratch.Floats;
        fixed (WinogradJob* job = &this)
        {
            threads.Run((Shape.OutChannels + FilterRows - 1) / FilterRows, &MakeFilters, job);
            threads.Run((all + TileBlock - 1) / TileBlock, &TilesToPixels, job);
        }
    }

    // Some filters at all points: filters[point][output channel][input channel].
    private static void MakeFilters(void* context, int index, int worker)
    {
        WinogradJob* job = (WinogradJob*)context;
        int room = Rounded(job->_channels);
        int row = index * FilterRows;
        int rows = Math.Min(FilterRows, job->Shape.OutChannels - row);
        float* taps = job->_scratch + (worker * job->_scratchStep);
        float* raw = taps + (9L * FilterRows * room);
        job->Taps(row, rows, 0, job->_channels, taps, raw);
        long point = (long)job->Shape.OutChannels * room;
        for (int group = 0; group < 6; group++)
        {
            for (int i = 0; i < rows; i++)
            {
                job->Kernels.WinogradFilter(group, taps + (9L * i * room), room, job->_channels, job->_filters + (6 * group * point) + ((long)(row + i) * room), point);
            }
        }
    }

    // A block of tiles through all output channels.
    private static void TilesToPixels(void* context, int index, int worker)
    {
        WinogradJob* job = (WinogradJob*)context;
        int panel = job->Kernels.Panel;
        int tile = index * TileBlock;
        int tiles = Math.Min(TileBlock, (job->Shape.Batch * job->_down * job->_across) - tile);
        int panels = (tiles + panel - 1) / panel;
        int columns = panels * panel;
        int room = Rounded(job->_channels);
        float* sums = job->_scratch + (worker * job->_scratchStep) + job->_sums;
        float* pixels = sums - ((long)Points * TileBlock * job->Shape.InChannels);
        float* strip = job->_scratch + (worker * job->_scratchStep);
        for (int p = 0; p < panels; p++)
        {
            job->Tiles(0, job->Shape.InChannels, tile + (p * panel), pixels + ((long)p * job->Shape.InChannels * panel), (long)columns * job->Shape.InChannels, strip);
        }

        for (int row = 0; row < job->Shape.OutChannels; row += FilterRows)
        {
            int rows = Math.Min(FilterRows, job->Shape.OutChannels - row);
            for (int point = 0; point < Points; point++)
            {
                Gemm.Block(
                    job->Kernels, job->_channels, job->_filters + ((((long)point * job->Shape.OutChannels) + row) * room), room, 1, rows,
                    pixels + ((long)point * columns * job->Shape.InChannels), (long)job->Shape.InChannels * panel, columns,
                    sums + ((long)point * FilterRows * columns), columns, false);
            }

            for (int i = 0; i < rows; i++)
            {
                job->Pixels(row + i, tile, tiles, sums + ((long)i * columns), (long)FilterRows * columns, strip);
            }
        }
    }

    private static int Rounded(int channels) => (channels + 15) & ~15;

    // One panel of tiles, some channels: result[point][panel][channel][tile].
    private static void Transform(void* context, int index, int worker)
    {
        WinogradJob* job = (WinogradJob*)context;
        int panel = job->Kernels.Panel;
        int panels = (job->_tiles + panel - 1) / panel;
        int p = index % panels;
        int first = index / panels * InputChannels;
        int end = Math.Min(first + InputChannels, job->Shape.InChannels);
        job->Tiles(
            first, end, job->_tile + (p * panel), job->_pixels + ((long)p * job->Shape.InChannels * panel), (long)panels * job->Shape.InChannels * panel,
            job->_scratch + (worker * job->_scratchStep));
    }

    // One panel of tiles of some channels: to[point][channel][tile], with a step between points.
    private readonly void Tiles(int first, int end, int panelTile, float* to, long step, float* strip)
    {
        int panel = Kernels.Panel;
        int lanes = panel / 2;
        float* gathered = strip + (6L * _stripWidth);
        to += (long)first * panel;
        for (int half = 0; half < 2; half++, panelTile += lanes)
        {
            int x = panelTile % _across;
            int row = panelTile / _across;
            float* target = to + (half * lanes);
            if (x + lanes > _across)
            {
                for (int c = first; c < end; c++, target += panel)
                {
                    Gather(c, panelTile, strip, gathered);
                    Kernels.WinogradGathered(gathered, target, step);
                }

                continue;
            }

            // Tiles away from the border are read where they lie.
            int left = (4 * x) - Shape.Options.Padding;
            int top = (4 * (row % _down)) - Shape.Options.Padding;
            int width = (4 * lanes) + 2;
            bool inside = row / _down < Shape.Batch && left >= 0 && left + width <= Shape.Width && top >= 0 && top + 6 <= Shape.Height;
            for (int c = first; c < end; c++, target += panel)
            {
                if (inside)
                {
                    float* source = X + (((((long)(row / _down) * Shape.InChannels) + c) * Shape.Height) + top) * Shape.Width;
                    Kernels.WinogradInput(source + left, Shape.Width, target, step);
                }
                else
                {
                    Strip(c, row, 4 * x, width, strip);
                    Kernels.WinogradInput(strip, _stripWidth, target, step);
                }
            }
        }
    }

    // Six rows of one channel from a column on, out of a row of tiles of all pictures, with their padding.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly void Strip(int channel, int tileRow, int from, int count, float* strip)
    {
        int padding = Shape.Options.Padding;
        int picture = tileRow / _down;
        int top = (4 * (tileRow % _down)) - padding;
        int left = from - padding;
        int before = Math.Clamp(-left, 0, count);
        int width = Math.Clamp(Shape.Width - left - before, 0, count - before);
        float* source = X + ((((long)picture * Shape.InChannels) + channel) * Shape.Height * Shape.Width) + left + before;
        for (int y = top; y < top + 6; y++, strip += _stripWidth)
        {
            if (picture >= Shape.Batch || y < 0 || y >= Shape.Height)
            {
                new Span<float>(strip, count).Clear();
                continue;
            }

            new Span<float>(strip, before).Clear();
            new ReadOnlySpan<float>(source + ((long)y * Shape.Width), width).CopyTo(new Span<float>(strip + before, width));
            new Span<float>(strip + before + width, count - before - width).Clear();
        }
    }

    // Tiles of more than one row, or beyond the last one.
    private readonly void Gather(int channel, int tile, float* strip, float* gathered)
    {
        int lanes = Kernels.Panel / 2;
        int row = -1;
        for (int lane = 0; lane < lanes; lane++, tile++)
        {
            if (tile / _across != row)
            {
                row = tile / _across;
                Strip(channel, row, 0, _stripWidth, strip);
            }

            float* from = strip + (4 * (tile % _across));
            for (int i = 0; i < 6; i++)
            {
                for (int j = 0; j < 6; j++)
                {
                    gathered[(((6 * i) + j) * lanes) + lane] = from[(i * _stripWidth) + j];
                }
            }
        }
    }

    // Some output channels of all tiles: filters, products, pixels.
    private static void Multiply(void* context, int index, int worker)
    {
        WinogradJob* job = (WinogradJob*)context;
        int panel = job->Kernels.Panel;
        int panels = (job->_tiles + panel - 1) / panel;
        int row = index * FilterRows;
        int rows = Math.Min(FilterRows, job->Shape.OutChannels - row);
        int room = Rounded(job->_channels);
        float* filters = job->_scratch + (worker * job->_scratchStep);
        float* raw = filters + (6L * FilterRows * room);
        float* taps = raw + Rounded(9 * job->_channels);
        float* sums = filters + job->_sums;
        int columns = panels * panel;
        for (int channel = 0; channel < job->Shape.InChannels; channel += job->_channels)
        {
            int channels = Math.Min(job->_channels, job->Shape.InChannels - channel);
            job->Taps(row, rows, channel, channels, taps, raw);
            // Six points at a time: their filters for all these channels fit the second-level cache, and sums are written once.
            for (int group = 0; group < 6; group++)
            {
                for (int i = 0; i < rows; i++)
                {
                    job->Kernels.WinogradFilter(group, taps + (9L * i * room), room, channels, filters + ((long)i * room), (long)FilterRows * room);
                }

                for (int point = 6 * group; point < (6 * group) + 6; point++)
                {
                    float* b = job->_pixels + (((long)point * panels * job->Shape.InChannels) + channel) * panel;
                    Gemm.Block(
                        job->Kernels, channels, filters + (point % 6L * FilterRows * room), room, 1, rows, b, (long)job->Shape.InChannels * panel, columns,
                        sums + ((long)point * FilterRows * columns), columns, channel > 0);
                }
            }
        }

        for (int i = 0; i < rows; i++)
        {
            job->Pixels(row + i, job->_tile, job->_tiles, sums + ((long)i * columns), (long)FilterRows * columns, filters);
        }
    }

    // The taps of some filters, turned: [filter, tap, channel].
    private readonly void Taps(int row, int rows, int channel, int channels, float* taps, float* raw)
    {
        int room = Rounded(_channels);
        for (int i = 0; i < rows; i++)
        {
            float* from = raw;
            if (Weights.IsFloat)
            {
                from = Weights.At(row + i, 9L * channel);
            }
            else
            {
                Weights.Read(row + i, 1, 9L * channel, 9 * channels, raw, 0);
            }

            Rearrange.Transpose(Kernels.Wide, from, 9, channels, 9, taps + (9L * i * room), room);
        }
    }

    // One output channel back into pixels.
    private readonly void Pixels(int channel, int tile, int tiles, float* sums, long step, float* block)
    {
        int lanes = Kernels.Panel / 2;
        float shift = Shift is null ? 0 : Shift[channel];
        int end = tile + tiles;
        for (; tile < end; tile += lanes, sums += lanes)
        {
            int x = tile % _across;
            int count = Math.Min(lanes, end - tile);
            int row = tile / _across;
            int y = 4 * (row % _down);
            float* to = Result + ((((long)(row / _down) * Shape.OutChannels) + channel) * Shape.OutHeight * Shape.OutWidth);
            if (count == lanes && (4 * (x + lanes)) <= Shape.OutWidth && y + 4 <= Shape.OutHeight)
            {
                float* target = to + ((long)y * Shape.OutWidth) + (4 * x);
                Kernels.WinogradOutput(sums, step, target, Shape.OutWidth, shift);
                if (Shape.Options.Activation != Activation.None)
                {
                    for (int i = 0; i < 4; i++)
                    {
                        Activations.Apply(Shape.Options.Activation, target + ((long)i * Shape.OutWidth), 4 * lanes);
                    }
                }

                continue;
            }

            Kernels.WinogradOutput(sums, step, block, 4 * lanes, shift);
            Activations.Apply(Shape.Options.Activation, block, 16 * lanes);
            for (int lane = 0; lane < count; lane++)
            {
                Scatter(channel, tile + lane, block + (4 * lane), 4 * lanes);
            }
        }
    }

    private readonly void Scatter(int channel, int tile, float* block, int blockRow)
    {
        int row = tile / _across;
        int x = 4 * (tile % _across);
        int y = 4 * (row % _down);
        float* to = Result + ((((long)(row / _down) * Shape.OutChannels) + channel) * Shape.OutHeight * Shape.OutWidth);
        for (int i = 0; i < Math.Min(4, Shape.OutHeight - y); i++)
        {
            for (int j = 0; j < Math.Min(4, Shape.OutWidth - x); j++)
            {
                to[((long)(y + i) * Shape.OutWidth) + x + j] = block[(i * blockRow) + j];
            }
        }
    }
}
