using System.Globalization;
using Vortex.Tensors;

namespace Vortex.Diffusion;

/// <summary>Says, where memory did not suffice, how much is needed, how much there is, and what would fit.</summary>
/// <remarks>Needs are estimates from shapes: they lie somewhat above what is used, so that what is advised fits.</remarks>
internal static class MemoryAdvice
{
    /// <summary>The smallest tile and picture worth naming, in pixels; sizes are named in steps of it.</summary>
    internal const int Step = 64;

    /// <summary>Makes the error of work that does not fit.</summary>
    /// <param name="full">What the backend said; its limit is not 0.</param>
    /// <param name="backend">Holds now what stays: weights and values of others.</param>
    /// <param name="work">What was to be done, such as <c>Decoding 1 picture of 1024x576</c>.</param>
    /// <param name="need">The estimate for it in bytes, beside what stays.</param>
    /// <param name="advice">Told the bytes that are free, says what fits into them; null where nothing does.</param>
    public static DiffusionException Of(TensorMemoryException full, ITensorBackend backend, string work, long need, Func<long, string?> advice)
    {
        backend.Trim();
        long free = Math.Max(0, full.Limit - backend.Memory.InUse);
        // An estimate cannot know better than the request that was refused.
        need = Math.Max(need, full.InUse + full.Requested - backend.Memory.InUse);
        string fits = advice(free) ?? "Nothing smaller fits either: raise the runner's limit for tensors, or free memory by using smaller models.";
        return new DiffusionException(
            DiffusionCodes.OutOfMemory, $"{work} needs about {Bytes(need)}, and {Bytes(free)} of the {Bytes(full.Limit)} that this runner may use for tensors are free. {fits}");
    }

    /// <summary>Writes an amount for people.</summary>
    public static string Bytes(long bytes) => bytes >= 1L << 30
        ? string.Create(CultureInfo.InvariantCulture, $"{bytes / (double)(1L << 30):0.00} GB")
        : string.Create(CultureInfo.InvariantCulture, $"{Math.Max(0.1, bytes / (double)(1 << 20)):0.0} MB");

    /// <summary>Counts pictures in words.</summary>
    public static string Pictures(int count, int width, int height) => $"{count} {(count == 1 ? "picture" : "pictures")} of {width}x{height}";

    /// <summary>Returns the largest multiple of <see cref="Step"/> up to a size whose need is within the bytes; null where there is none.</summary>
    public static int? Largest(int most, long bytes, Func<int, long> need)
    {
        for (int size = most / Step * Step; size >= Step; size -= Step)
        {
            if (need(size) <= bytes)
            {
                return size;
            }
        }

        return null;
    }
}
