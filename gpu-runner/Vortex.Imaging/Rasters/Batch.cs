namespace Vortex.Imaging.Rasters;

/// <summary>How batches of different length go together.</summary>
internal static class Batch
{
    /// <summary>Returns the length of the result where one entry stands for all, as in array broadcasting.</summary>
    /// <exception cref="ImagingException">Both have more than one entry and not the same number.</exception>
    internal static int Broadcast(int count, int other, string argument) =>
        count == other || other == 1 ? count
        : count == 1 ? other
        : throw ImagingException.Batches(argument, count, other);

    /// <summary>Returns the entry that goes with <paramref name="index"/> where one entry stands for all.</summary>
    internal static int Entry(int index, int count) => count == 1 ? 0 : index;
}
