namespace Vortex.Imaging.Rasters;

/// <summary>Runs row work in bands: short enough to notice a cancel soon, long enough to be worth a thread.</summary>
/// <remarks>
/// Each row of a result depends on its inputs alone, never on which band or thread made it, so that results do not depend
/// on the number of threads.
/// </remarks>
internal static class Bands
{
    private const long ValuesPerBand = 1 << 17;

    /// <summary>Calls <paramref name="work"/> with [first, end) until all rows are done; on several threads if that pays.</summary>
    /// <param name="rows">How many rows there are.</param>
    /// <param name="costPerRow">Roughly the values read for each row.</param>
    /// <param name="work">Must write only what belongs to its rows.</param>
    /// <param name="cancellationToken">Seen between bands.</param>
    /// <param name="threads">At most so many threads; 0 stands for one for each processor.</param>
    internal static void Run(int rows, long costPerRow, Action<int, int> work, CancellationToken cancellationToken, int threads = 0)
    {
        int perBand = (int)Math.Clamp(ValuesPerBand / Math.Max(costPerRow, 1), 1, Math.Max(rows, 1));
        int bands = (rows + perBand - 1) / perBand;
        threads = threads == 0 ? Environment.ProcessorCount : threads;
        if (bands < 2 || threads == 1)
        {
            for (int band = 0; band < bands; band++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                work(band * perBand, Math.Min(rows, (band + 1) * perBand));
            }

            return;
        }

        ParallelOptions options = new() { MaxDegreeOfParallelism = threads, CancellationToken = cancellationToken };
        try
        {
            _ = Parallel.For(0, bands, options, band => work(band * perBand, Math.Min(rows, (band + 1) * perBand)));
        }
        catch (AggregateException failures) when (failures.InnerExceptions.Count > 0)
        {
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(failures.InnerExceptions[0]);
        }
    }
}
