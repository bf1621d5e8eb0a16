// Jobs hold references and are reached through pointers: they lie on the stack of the thread that waits for the others.
#pragma warning disable CS8500

using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Vortex.Tensors.Cpu;

/// <summary>A convolution as matrix products: weights as they lie, times pixels that are put into panels block by block.</summary>
internal unsafe struct ConvolutionJob
{
    private const int ColumnBlock = 192;

    public KernelSet Kernels;
    public ConvShape Shape;
    public float* X;
    public StoredRows Weights;
    public float* Shift;
    public float* Result;

    private float* _packed;
    private float* _scratch;
    private long _scratchStep;
    private int _group;
    private int _taps;
    private int _channels;
    private int _pixels;
    private int _columns;
    private int _blocks;
    private int _rowChunk;
    private int _stripWidth;
    private long _stripRoom;
    private bool _flat;

    /// <summary>Computes it.</summary>
    public void Run(CpuThreads threads, CpuMemory memory)
    {
        int panel = Kernels.Panel;
        _taps = Shape.KernelHeight * Shape.KernelWidth;
        _pixels = Shape.OutHeight * Shape.OutWidth;
        int parts = (Shape.Depth * _taps + 335) / 336;
        _channels = (Shape.Depth + parts - 1) / parts;
        // Without padding and strides, one tap needs no strips: its pixels lie side by side.
        _flat = _taps == 1 && Shape.Options is { Stride: 1, Padding: 0 };
        _stripWidth = Shape.Width + (2 * Shape.Options.Padding);

        int pixelPanels = (_pixels + panel - 1) / panel;
        _blocks = Math.Max(1, (pixelPanels * panel + ColumnBlock - 1) / ColumnBlock);
        _columns = (pixelPanels + _blocks - 1) / _blocks * panel;
        _blocks = (_pixels + _columns - 1) / _columns;
        int outRows = ((_columns - 1) / Shape.OutWidth) + 2;
        _stripRoom = _flat ? 0 : (((long)(outRows - 1) * Shape.Options.Stride) + ((Shape.KernelHeight - 1) * Shape.Options.Dilation) + 1) * _stripWidth;
        int depth = _channels * _taps;

        // Few blocks of pixels: they are packed once for all, and the work is cut by output channels, so that each weight is read once.
        bool shared = Shape.Batch * _blocks < 3 * threads.Count && threads.Count > 1;
        long packed = shared ? (long)Shape.Batch * pixelPanels * panel * Shape.Depth * _taps : 0;
        int rows = Shape.OutChannels / Shape.Options.Groups;
        _rowChunk = Math.Clamp((((rows + (3 * threads.Count) - 1) / (3 * threads.Count)) + 5) / 6 * 6, 12, Gemm.RowBlock);
        _scratchStep = _stripRoom + ((long)Gemm.RowBlock * depth) + (shared ? 0 : (long)_columns * depth);
        _scratchStep = (_scratchStep + 15) & ~15L;
        using Scratch all = new(memory, packed * sizeof(float));
        using Scratch scratch = new(memory, threads.Count * _scratchStep * sizeof(float));
        _packed = all.Floats;
        _scratch = scratch.Floats;
        fixed (ConvolutionJob* job = &this)
        {
            for (_group = 0; _group < Shape.Options.Groups; _group++)
            {
                if (shared)
                {
                    int channelBlocks = (Shape.Depth + _channels - 1) / _channels;
                    threads.Run(Shape.Batch * pixelPanels * channelBlocks, &PackShared, job);
                    threads.Run((rows + _rowChunk - 1) / _rowChunk, &MultiplyShared, job);
                }
                else
                {
                    threads.Run(Shape.Batch * _blocks, &MultiplyBlock, job);
                }
            }
        }
    }

    private static void PackShared(void* context, int index, int worker)
    {
        ConvolutionJob* job = (ConvolutionJob*)context;
        int panel = job->Kernels.Panel;
        int panels = (job->_pixels + panel - 1) / panel;
        int k = job->Shape.Depth * job->_taps;
        int channel = index / (panels * job->Shape.Batch) * job->_channels;
        index %= panels * job->Shape.Batch;
        int end = Math.Min(channel + job->_channels, job->Shape.Depth);
        float* to = job->_packed + ((long)index * panel * k) + ((long)channel * job->_taps * panel);
        job->Pack(index / panels, channel, end, index % panels * panel, panel, to, 0, job->_scratch + (worker * job->_scratchStep));
    }

    private static void MultiplyShared(void* context, int index, int worker)
    {
        ConvolutionJob* job = (ConvolutionJob*)context;
        int panel = job->Kernels.Panel;
        int panels = (job->_pixels + panel - 1) / panel;
        int k = job->Shape.Depth * job->_taps;
        int all = job->Shape.OutChannels / job->Shape.Options.Groups;
        int row = index * job->_rowChunk;
        int rows = Math.Min(job->_rowChunk, all - row);
        row += job->_group * all;
        float* block = job->_scratch + (worker * job->_scratchStep) + job->_stripRoom;
        int depth = job->_channels * job->_taps;
        for (int at = 0; at < k; at += depth)
        {
            int count = Math.Min(depth, k - at);
            // Weights of other formats are converted once for all pictures.
            StoredRows weights = job->Weights.From(row, at);
            float* from = block;
            long step = count;
            if (weights.IsFloat)
            {
                from = weights.At(0, 0);
                step = weights.Row;
            }
            else
            {
                weights.Read(0, rows, 0, count, block, count);
            }

            for (int picture = 0; picture < job->Shape.Batch; picture++)
            {
                float* b = job->_packed + ((long)picture * panels * panel * k) + ((long)at * panel);
                Gemm.Block(job->Kernels, count, from, step, 1, rows, b, (long)panel * k, job->_pixels, job->At(picture, row), job->_pixels, at > 0);
            }
        }

        for (int picture = 0; picture < job->Shape.Batch; picture++)
        {
            job->Finish(picture, row, rows, 0, job->_pixels);
        }
    }

    private static void MultiplyBlock(void* context, int index, int worker)
    {
        ConvolutionJob* job = (ConvolutionJob*)context;
        int panel = job->Kernels.Panel;
        int picture = index / job->_blocks;
        int column = index % job->_blocks * job->_columns;
        int columns = Math.Min(job->_columns, job->_pixels - column);
        int rows = job->Shape.OutChannels / job->Shape.Options.Groups;
        int row = job->_group * rows;
        float* strip = job->_scratch + (worker * job->_scratchStep);
        float* block = strip + job->_stripRoom;
        float* packed = block + ((long)Gemm.RowBlock * job->_channels * job->_taps);
        for (int channel = 0; channel < job->Shape.Depth; channel += job->_channels)
        {
            int end = Math.Min(channel + job->_channels, job->Shape.Depth);
            int depth = (end - channel) * job->_taps;
            job->Pack(picture, channel, end, column, columns, packed, (long)panel * depth, strip);
            Gemm.Rows(
                job->Kernels, depth, job->Weights.From(row, (long)channel * job->_taps), rows, packed, (long)panel * depth, columns,
                job->At(picture, row) + column, job->_pixels, channel > 0, block);
        }

        job->Finish(picture, row, rows, column, columns);
    }

    private readonly float* At(int picture, int channel) => Result + ((((long)picture * Shape.OutChannels) + channel) * _pixels);

    private readonly void Finish(int picture, int row, int rows, int column, int columns) =>
        Gemm.Finish(At(picture, row) + column, _pixels, rows, columns, Shift is null ? null : Shift + row, null, Shape.Options.Activation);

    // Panels of pixels: [channel, tap, pixel], for whole channels.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly void Pack(int picture, int channel, int end, int column, int columns, float* to, long panelStep, float* strip)
    {
        int panel = Kernels.Panel;
        (int stride, int dilation) = (Shape.Options.Stride, Shape.Options.Dilation);
        int outWidth = _flat ? _pixels : Shape.OutWidth;
        long width = _flat ? _pixels : _stripWidth;
        int firstRow = column / outWidth;
        for (int c = channel; c < end; c++, to += (long)_taps * panel)
        {
            float* source = X + ((((long)picture * Shape.InChannels) + (_group * Shape.Depth) + c) * Shape.Height * Shape.Width);
            if (!_flat)
            {
                Strip(source, firstRow, (Math.Min(column + columns, _pixels) - 1) / outWidth, strip);
                source = strip;
            }

            for (int p = 0; p < columns; p += panel)
            {
                float* target = to + (p / panel * panelStep);
                int first = column + p;
                int row = first / outWidth;
                int x = first - (row * outWidth);
                if (x + panel <= outWidth && stride == 1)
                {
                    float* from = source + ((row - firstRow) * width) + x;
                    for (int ky = 0; ky < Shape.KernelHeight; ky++)
                    {
                        for (int kx = 0; kx < Shape.KernelWidth; kx++, target += panel)
                        {
                            Move(from + (ky * dilation * width) + (kx * dilation), target, panel);
                        }
                    }

                    continue;
                }

                for (int ky = 0; ky < Shape.KernelHeight; ky++)
                {
                    for (int kx = 0; kx < Shape.KernelWidth; kx++, target += panel)
                    {
                        float* from = source + (ky * dilation * width) + (kx * dilation);
                        Pieces(from, width, row - firstRow, x, outWidth, Math.Min(panel, _pixels - first), target);
                    }
                }
            }
        }
    }

    // A panel that reaches over the end of a row, or takes steps.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly void Pieces(float* from, long width, int row, int x, int outWidth, int count, float* to)
    {
        int stride = Shape.Options.Stride;
        int i = 0;
        while (i < count)
        {
            int length = Math.Min(count - i, outWidth - x);
            float* source = from + ((long)row * stride * width) + ((long)x * stride);
            for (int j = 0; j < length; j++)
            {
                to[i + j] = source[j * stride];
            }

            i += length;
            row++;
            x = 0;
        }

        for (; i < Kernels.Panel; i++)
        {
            to[i] = 0;
        }
    }

    // The rows of one channel that output rows need, with their padding.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly void Strip(float* source, int firstRow, int lastRow, float* strip)
    {
        int padding = Shape.Options.Padding;
        int top = (firstRow * Shape.Options.Stride) - padding;
        int bottom = (lastRow * Shape.Options.Stride) - padding + ((Shape.KernelHeight - 1) * Shape.Options.Dilation);
        for (int y = top; y <= bottom; y++, strip += _stripWidth)
        {
            if (y < 0 || y >= Shape.Height)
            {
                new Span<float>(strip, _stripWidth).Clear();
                continue;
            }

            for (int i = 0; i < padding; i++)
            {
                strip[i] = 0;
                strip[padding + Shape.Width + i] = 0;
            }

            new ReadOnlySpan<float>(source + ((long)y * Shape.Width), Shape.Width).CopyTo(new Span<float>(strip + padding, Shape.Width));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Move(float* from, float* to, int count)
    {
        for (int i = 0; i < count; i += 8)
        {
            Vector256.Load(from + i).Store(to + i);
        }
    }
}
