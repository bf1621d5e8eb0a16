using System.Collections.Immutable;
using Vortex.Tensors;

namespace Vortex.Diffusion.Latents;

/// <summary>Takes batches of latents apart and puts them together; numbers of pictures and noise masks go with them.</summary>
public static class LatentBatching
{
    /// <summary>Takes some pictures out of a batch; what lies behind its end is cut off.</summary>
    public static LatentBatch Take(LatentBatch latent, int start, int length)
    {
        start = Math.Min(latent.Count - 1, start);
        length = Math.Min(latent.Count - start, length);
        return latent with
        {
            Samples = latent.Samples.Slice(0, start, length).Detach(),
            NoiseMask = latent.NoiseMask is not { } mask ? null
                : mask.Shape[0] == 1 ? mask
                : LatentResizing.RepeatTo(mask, Math.Max(latent.Count, mask.Shape[0])).Slice(0, start, length).Detach(),
            BatchIndex = latent.BatchIndex is { } numbers ? numbers.Slice(start, length) : [.. Enumerable.Range(start, length)],
        };
    }

    /// <summary>Repeats a whole batch.</summary>
    public static LatentBatch Repeat(LatentBatch latent, int times)
    {
        LatentLimits.Checked((long)latent.Count * times, latent.Channels, latent.Height, latent.Width);
        Tensor? mask = latent.NoiseMask;
        if (mask is { } several && several.Shape[0] > 1)
        {
            mask = several.Backend.Repeat(LatentResizing.RepeatTo(several, Math.Max(latent.Count, several.Shape[0])), [times, 1, 1, 1]).Detach();
        }

        ImmutableArray<int>? numbers = latent.BatchIndex;
        if (numbers is { } known)
        {
            int offset = known.Max() - known.Min() + 1;
            numbers = [.. Enumerable.Range(0, times).SelectMany(i => known.Select(number => number + (i * offset)))];
        }

        return latent with { Samples = latent.Samples.Backend.Repeat(latent.Samples, [times, 1, 1, 1]).Detach(), NoiseMask = mask, BatchIndex = numbers };
    }

    /// <summary>Puts a second batch behind a first one, scaled to its size.</summary>
    public static LatentBatch Join(LatentBatch first, LatentBatch second)
    {
        LatentLimits.Checked((long)first.Count + second.Count, first.Channels, first.Height, first.Width);
        Tensor scaled = LatentResizing.Like(second.Samples, first.Samples, LatentResizeMethod.Bilinear);
        return first with
        {
            Samples = first.Samples.Backend.Concat([first.Samples, scaled], 0).Detach(),
            BatchIndex = [.. Numbers(first, 0), .. Numbers(second, 0)],
        };
    }

    /// <summary>Cuts several batches anew into batches of one size; sizes that differ are not mixed.</summary>
    /// <remarks>Every result knows the numbers of its pictures, counted through all that came in. A mask that keeps nothing is dropped.</remarks>
    public static ImmutableArray<LatentBatch> Rebatch(IReadOnlyList<LatentBatch> latents, int size)
    {
        ImmutableArray<LatentBatch>.Builder result = ImmutableArray.CreateBuilder<LatentBatch>();
        Part? current = null;
        int before = 0;
        foreach (LatentBatch latent in latents)
        {
            Part next = new(latent.Samples, MaskOf(latent), [.. Numbers(latent, before)]);
            before += latent.Count;
            if (current is { } held && !held.Fits(next))
            {
                result.Add(held.Result());
                current = null;
            }

            current = current is null ? next : current.And(next);
            int whole = current.Samples.Shape[0] > size ? current.Samples.Shape[0] / size : 0;
            for (int i = 0; i < whole; i++)
            {
                result.Add(current.Slice(i * size, size).Result());
            }

            int rest = current.Samples.Shape[0] - (whole * size);
            current = rest == 0 ? null : current.Slice(whole * size, rest);
        }

        if (current is not null)
        {
            result.Add(current.Result());
        }

        return result.ToImmutable();
    }

    /// <summary>Returns the numbers of the pictures; those that are not known count from <paramref name="offset"/> on.</summary>
    public static IEnumerable<int> Numbers(LatentBatch latent, int offset) =>
        latent.BatchIndex is { } known ? known : Enumerable.Range(offset, latent.Count);

    private static Tensor MaskOf(LatentBatch latent) => latent.NoiseMask is { } mask
        ? LatentResizing.RepeatTo(mask, Math.Max(latent.Count, mask.Shape[0]))
        : latent.Samples.Backend.Full([latent.Count, 1, latent.Height * 8, latent.Width * 8], 1);

    private sealed record Part(Tensor Samples, Tensor Mask, ImmutableArray<int> Numbers)
    {
        public bool Fits(Part other) =>
            Samples.Shape.With(0, 1) == other.Samples.Shape.With(0, 1) && Mask.Shape.With(0, 1) == other.Mask.Shape.With(0, 1);

        public Part And(Part other) => new(
            Samples.Backend.Concat([Samples, other.Samples], 0), Samples.Backend.Concat([Mask, other.Mask], 0), [.. Numbers, .. other.Numbers]);

        public Part Slice(int start, int length) => new(Samples.Slice(0, start, length), Mask.Slice(0, start, length), Numbers.Slice(start, length));

        public LatentBatch Result() => new()
        {
            Samples = Samples.Clone().Detach(),
            NoiseMask = Mask.ToArray().All(value => value == 1) ? null : Mask.Clone().Detach(),
            BatchIndex = Numbers,
        };
    }
}
