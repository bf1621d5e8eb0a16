using System.Runtime.InteropServices;

namespace Vortex.Imaging.Quantizing;

/// <summary>One distinct colour and how many pixels have it. Channels are 0 (red) to 2 (blue).</summary>
internal readonly record struct CountedColour(byte Red, byte Green, byte Blue, int Pixels)
{
    internal byte this[int channel] => channel switch
    {
        0 => Red,
        1 => Green,
        _ => Blue,
    };
}

/// <summary>A set of colours in the median cut: a leaf, or split into an upper and a lower half.</summary>
internal sealed class ColourBox
{
    // The weights of grey: a difference in green shows most.
    private static readonly int[] s_visibility = [77, 150, 29];

    private readonly byte[] _least = [255, 255, 255];
    private readonly byte[] _greatest = [0, 0, 0];

    internal ColourBox(List<CountedColour> colours)
    {
        Colours = colours;
        foreach (CountedColour colour in colours)
        {
            Pixels += colour.Pixels;
            for (int c = 0; c < 3; c++)
            {
                _least[c] = Math.Min(_least[c], colour[c]);
                _greatest[c] = Math.Max(_greatest[c], colour[c]);
            }
        }
    }

    /// <summary>Gets the colours; empty once the box is split.</summary>
    internal List<CountedColour> Colours { get; private set; }

    /// <summary>Gets the pixels of all colours together.</summary>
    internal int Pixels { get; }

    /// <summary>Gets the half with the higher values, once split.</summary>
    internal ColourBox? Upper { get; private set; }

    /// <summary>Gets the half with the lower values, once split.</summary>
    internal ColourBox? Lower { get; private set; }

    /// <summary>Gets whether the box holds a single colour and cannot be split.</summary>
    internal bool IsPoint => _least.AsSpan().SequenceEqual(_greatest);

    /// <summary>
    /// Splits along the channel of the most visible spread. From the highest value down, whole values go to the upper half until it
    /// has more than half of the pixels; if nothing is left then, the lowest value makes up the lower half.
    /// </summary>
    internal void Split()
    {
        int channel = WidestChannel();
        Span<int> pixelsAt = stackalloc int[256];
        pixelsAt.Clear();
        foreach (CountedColour colour in CollectionsMarshal.AsSpan(Colours))
        {
            pixelsAt[colour[channel]] += colour.Pixels;
        }

        long taken = 0;
        int lowestUpper = _greatest[channel] + 1;
        do
        {
            lowestUpper--;
            taken += pixelsAt[lowestUpper];
        }
        while (taken * 2 <= Pixels);
        if (lowestUpper <= _least[channel])
        {
            lowestUpper = _least[channel] + 1;
        }

        Upper = new(Colours.FindAll(colour => colour[channel] >= lowestUpper));
        Lower = new(Colours.FindAll(colour => colour[channel] < lowestUpper));
        Colours = [];
    }

    private int WidestChannel()
    {
        int best = 0;
        for (int c = 1; c < 3; c++)
        {
            if ((_greatest[c] - _least[c]) * s_visibility[c] > (_greatest[best] - _least[best]) * s_visibility[best])
            {
                best = c;
            }
        }

        return best;
    }
}
