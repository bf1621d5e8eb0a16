using Vortex.Diffusion.Conditioning;
using Vortex.Tensors;

namespace Vortex.Diffusion.Sampling.Guidance;

/// <summary>Lists of prompts made ready for one latent, so that they go well together: areas in pixels, opposite areas, control networks for both sides.</summary>
internal sealed class PreparedConditionings : IDisposable
{
    private readonly PreparedEntry[]?[] _lists;

    private PreparedConditionings(PreparedEntry[]?[] lists) => _lists = lists;

    /// <summary>Gets a list; null where there is none.</summary>
    public PreparedEntry[]? this[int list] => _lists[list];

    /// <summary>Makes lists ready. The first one says what is wanted, the others what is not.</summary>
    /// <param name="model">The model.</param>
    /// <param name="lists">The lists; null for none.</param>
    /// <param name="shape">The latent's shape.</param>
    /// <param name="latent">The latent that is sampled from, in the model's scale.</param>
    /// <param name="mask">Where it is changed, in the latent's shape; null for everywhere.</param>
    /// <param name="seed">The seed of sampling.</param>
    public static PreparedConditionings Prepare(DiffusionModel model, IReadOnlyList<ConditioningList?> lists, Shape shape, Tensor latent, Tensor? mask, ulong seed)
    {
        List<Placed>?[] placed = [.. lists.Select(list => list?.Entries.Select(entry => Place(entry, shape)).ToList())];
        AddOppositeAreas(placed);
        // A control network put on a positive prompt alone steers the others too, unless they have one of their own; so do text boxes.
        Spread(placed, entry => entry.Controls is [{ IsOnBoth: true }, ..], entry => !entry.Controls.IsEmpty, (to, from) => to with { Controls = from.Controls });
        Spread(placed, entry => entry.Gligen is not null, entry => entry.Gligen is not null, (to, from) => to with { Gligen = from.Gligen });
        List<PreparedEntry> made = [];
        try
        {
            return new PreparedConditionings([.. placed.Select((list, index) => list?.Select(entry =>
            {
                PreparedEntry prepared = Encode(model, entry, shape, latent, mask, index > 0, seed);
                made.Add(prepared);
                return prepared;
            }).ToArray())]);
        }
        catch
        {
            made.ForEach(entry => entry.Dispose());
            throw;
        }
    }

    public void Dispose()
    {
        foreach (PreparedEntry entry in _lists.SelectMany(list => list ?? []))
        {
            entry.Dispose();
        }
    }

    private static Placed Place(ConditioningEntry entry, Shape shape)
    {
        (int height, int width) = (shape[2], shape[3]);
        AreaBox? box = entry.Area switch
        {
            null => null,
            { IsRelative: true } area => new AreaBox(
                Math.Max(1, Rounded(area.Height * (double)height)), Math.Max(1, Rounded(area.Width * (double)width)), Rounded(area.Y * (double)height), Rounded(area.X * (double)width)),
            { } area => new AreaBox((int)area.Height, (int)area.Width, (int)area.Y, (int)area.X),
        };
        if (entry.Mask is not { } mask)
        {
            return new Placed(entry, box, null, 0);
        }

        using TensorScope scope = TensorScope.Begin();
        if (mask.Rank < 2 || mask.Count == 0)
        {
            throw new DiffusionException(DiffusionCodes.Mismatch, $"A mask of shape {mask.Shape} is no mask.", "mask");
        }

        Tensor scaled = SampledLatent.Scale(mask.Reshape(-1, 1, mask.Shape[-2], mask.Shape[-1]), height, width);
        float[] values = scaled.ToArray();
        return new Placed(entry, entry.AreaToMaskBounds ? Bounds(values, height, width) : box, values, scaled.Shape[0]);
    }

    private static AreaBox Bounds(float[] mask, int height, int width)
    {
        (int top, int bottom, int left, int right) = (int.MaxValue, -1, int.MaxValue, -1);
        for (int i = 0; i < mask.Length; i++)
        {
            if (mask[i] != 0)
            {
                (int y, int x) = (i % (height * width) / width, i % width);
                (top, bottom) = (Math.Min(top, y), Math.Max(bottom, y));
                (left, right) = (Math.Min(left, x), Math.Max(right, x));
            }
        }

        // A mask of nothing changes nothing; a small area costs least.
        return bottom < 0 ? new AreaBox(8, 8, 0, 0) : new AreaBox(Math.Max(8, bottom - top + 1), Math.Max(8, right - left + 1), top, left);
    }

    private static void AddOppositeAreas(List<Placed>?[] lists)
    {
        foreach (List<Placed>? list in lists)
        {
            // Lists may grow while others are looked at, so indices and not an enumerator.
            for (int i = 0; i < (list?.Count ?? 0); i++)
            {
                foreach (List<Placed>? other in lists)
                {
                    if (other is not null && !ReferenceEquals(other, list) && list![i].Area is not null)
                    {
                        AddSameArea(other, list[i]);
                    }
                }
            }
        }
    }

    private static void AddSameArea(List<Placed> list, Placed wanted)
    {
        AreaBox area = wanted.Area!.Value;
        Placed? smallest = null;
        foreach (Placed entry in list)
        {
            if (entry.Area is not { } box)
            {
                smallest ??= entry;
            }
            else if (area.IsWithin(box)
                && (smallest?.Area is not { } least || (long)least.Height * least.Width > (long)box.Height * box.Width))
            {
                smallest = entry;
            }
        }

        if (smallest is null || smallest.Area == area)
        {
            return;
        }

        ConditioningEntry told = smallest.Entry;
        list.Add(wanted with
        {
            Entry = wanted.Entry with
            {
                Text = told.Text,
                Pooled = told.Pooled,
                Sizes = told.Sizes,
                AestheticScore = told.AestheticScore,
                ConcatLatent = told.ConcatLatent,
                ConcatMask = told.ConcatMask,
                Unclip = told.Unclip,
                Numbers = told.Numbers,
                Controls = told.Controls.IsEmpty ? wanted.Entry.Controls : told.Controls,
            },
        });
    }

    private static void Spread(
        List<Placed>?[] lists, Func<ConditioningEntry, bool> isSpread, Func<ConditioningEntry, bool> hasOwn, Func<ConditioningEntry, ConditioningEntry, ConditioningEntry> give)
    {
        ConditioningEntry[] spread = [.. (lists[0] ?? []).Where(entry => entry.Area is null && isSpread(entry.Entry)).Select(entry => entry.Entry)];
        foreach (List<Placed> list in lists.Skip(1).OfType<List<Placed>>())
        {
            int[] free = [.. Enumerable.Range(0, list.Count).Where(i => list[i].Area is null && !hasOwn(list[i].Entry))];
            if (free.Length == 0 || list.Any(entry => entry.Area is null && hasOwn(entry.Entry)))
            {
                continue;
            }

            for (int i = 0; i < spread.Length; i++)
            {
                int at = free[i % free.Length];
                Placed steered = list[at] with { Entry = give(list[at].Entry, spread[i]) };
                if (i < free.Length)
                {
                    list[at] = steered;
                }
                else
                {
                    list.Add(steered);
                }
            }
        }
    }

    private static PreparedEntry Encode(DiffusionModel model, Placed placed, Shape shape, Tensor latent, Tensor? mask, bool isNegative, ulong seed)
    {
        using TensorScope scope = TensorScope.Begin();
        ConditioningEntry entry = placed.Entry;
        if (entry.Text.Rank != 3)
        {
            throw new DiffusionException(DiffusionCodes.Mismatch, $"A conditioning of shape {entry.Text.Shape} is no text.", isNegative ? "negative" : "positive");
        }

        if (model.TextWidth > 0 && entry.Text.Shape[2] != model.TextWidth)
        {
            throw new DiffusionException(
                DiffusionCodes.Mismatch,
                $"The prompt was encoded for another family: its text is {entry.Text.Shape[2]} wide and the model takes {model.TextWidth}. Encode it with the text encoder of the model's checkpoint.",
                isNegative ? "negative" : "positive");
        }

        return new PreparedEntry
        {
            Entry = entry,
            Area = placed.Area?.Within(shape[2], shape[3]),
            Mask = placed.Mask,
            MaskCount = placed.MaskCount,
            Vector = model.Vector?.Invoke(new VectorRequest(model, entry, shape[3] * model.Latents.Downscale, shape[2] * model.Latents.Downscale, isNegative, seed)).Detach(),
            Extra = ExtraChannelSource.Make(model, entry, shape, latent, mask)?.Detach(),
            From = model.Sampling.PercentToSigma(entry.Start),
            Until = model.Sampling.PercentToSigma(entry.End),
        };
    }

    private static int Rounded(double value) => (int)Math.Round(value, MidpointRounding.ToEven);

    /// <summary>A prompt with its place in the latent.</summary>
    private sealed record Placed(ConditioningEntry Entry, AreaBox? Area, float[]? Mask, int MaskCount);
}
