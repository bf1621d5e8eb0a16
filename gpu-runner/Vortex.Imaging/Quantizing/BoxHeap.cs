namespace Vortex.Imaging.Quantizing;

/// <summary>Gives the box with the most pixels. Among equals the order of a plain binary heap decides, as in the reference.</summary>
internal sealed class BoxHeap
{
    // Counted from 1: the children of i are 2i and 2i + 1.
    private readonly List<ColourBox?> _boxes = [null];

    internal void Add(ColourBox box)
    {
        _boxes.Add(box);
        int at = _boxes.Count - 1;
        for (; at > 1 && box.Pixels > _boxes[at / 2]!.Pixels; at /= 2)
        {
            _boxes[at] = _boxes[at / 2];
        }

        _boxes[at] = box;
    }

    internal bool TryTake(out ColourBox? box)
    {
        if (_boxes.Count == 1)
        {
            box = null;
            return false;
        }

        box = _boxes[1];
        ColourBox moved = _boxes[^1]!;
        _boxes.RemoveAt(_boxes.Count - 1);
        int last = _boxes.Count - 1;
        int at = 1;
        while (at * 2 <= last)
        {
            int child = at * 2;
            if (child < last && _boxes[child + 1]!.Pixels > _boxes[child]!.Pixels)
            {
                child++;
            }

            // An equal child moves up too: that is the order the reference ends up with.
            if (moved.Pixels > _boxes[child]!.Pixels)
            {
                break;
            }

            _boxes[at] = _boxes[child];
            at = child;
        }

        if (last >= 1)
        {
            _boxes[at] = moved;
        }

        return true;
    }
}
