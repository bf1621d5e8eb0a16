// Jobs hold references and are reached through pointers: they lie on the stack of the thread that waits for the others.
#pragma warning disable CS8500

using System.Runtime.CompilerServices;

namespace Vortex.Tensors.Cpu;

/// <summary>A 3x3 convolution with stride 1 through Winograd's F(4x4, 3x3): a quarter of the multiplications, ten times the rounding error.</summary>
/// <remarks>
/// Filters are transformed on the fly, a block that fits the second-level cache at a time: kept ones would take four times the memory of the
/// weights and longer to read than to make.
/// </remarks>
internal unsafe struct WinogradJob
{
    private const int Points = 36;
    private const int FilterRows = 48;
    private const int FilterChannels = 336;
    private const int InputChannels = 32;

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

    private static int Rounded(int channels) => (channels + 15) & ~15;

    // One panel of tiles, some channels: result[point][panel][channel][tile].
    private static void Transform(void* context, int index, int worker)
    {
        WinogradJob* job = (WinogradJob*)context;
        int panel = job->Kernels.Panel;
        int lanes = panel / 2;
        int panels = (job->_tiles + panel - 1) / panel;
        int p = index % panels;
        int first = index / panels * InputChannels;
        int end = Math.Min(first + InputChannels, job->Shape.InChannels);
        float* strip = job->_scratch + (worker * job->_scratchStep);
        float* gathered = strip + (6L * job->_stripWidth);
        long step = (long)panels * job->Shape.InChannels * panel;
        for (int c = first; c < end; c++)
        {
            float* to = job->_pixels + ((((long)p * job->Shape.InChannels) + c) * panel);
            int row = -1;
            for (int half = 0; half < 2; half++)
            {
                int tile = job->_tile + (p * panel) + (half * lanes);
                int x = tile % job->_across;
                if (x + lanes <= job->_across)
                {
                    if (tile / job->_across != row)
                    {
                        row = tile / job->_across;
                        job->Strip(c, row, strip);
                    }

                    job->Kernels.WinogradInput(strip + (4 * x), job->_stripWidth, to + (half * lanes), step);
                }
                else
                {
                    row = -1;
                    job->Gather(c, tile, strip, gathered);
                    job->Kernels.WinogradGathered(gathered, to + (half * lanes), step);
                }
            }
        }
    }

    // Six rows of one channel, from a row of tiles of all pictures, with their padding.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly void Strip(int channel, int tileRow, float* strip)
    {
        int padding = Shape.Options.Padding;
        int picture = tileRow / _down;
        int top = (4 * (tileRow % _down)) - padding;
        float* source = X + ((((long)picture * Shape.InChannels) + channel) * Shape.Height * Shape.Width);
        for (int y = top; y < top + 6; y++, strip += _stripWidth)
        {
            if (picture >= Shape.Batch || y < 0 || y >= Shape.Height)
            {
                new Span<float>(strip, _stripWidth).Clear();
                continue;
            }

            int width = Math.Min(Shape.Width, _stripWidth - padding);
            new Span<float>(strip, padding).Clear();
            new ReadOnlySpan<float>(source + ((long)y * Shape.Width), width).CopyTo(new Span<float>(strip + padding, width));
            new Span<float>(strip + padding + width, _stripWidth - padding - width).Clear();
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
                Strip(channel, row, strip);
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
            job->Pixels(row + i, sums + ((long)i * columns), (long)FilterRows * columns, filters);
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
    private readonly void Pixels(int channel, float* sums, long step, float* block)
    {
        int lanes = Kernels.Panel / 2;
        float shift = Shift is null ? 0 : Shift[channel];
        int end = _tile + _tiles;
        for (int tile = _tile; tile < end; tile += lanes, sums += lanes)
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
