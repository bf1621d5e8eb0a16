namespace Vortex.Diffusion.Patches;

/// <summary>Small systems of linear equations, in double precision on the host.</summary>
internal static class DenseSolver
{
    /// <summary>Turns the left n columns into the identity by row operations (Gauss and Jordan, with partial pivots); the others become the solutions.</summary>
    /// <param name="rows">n rows of <paramref name="width"/> values.</param>
    /// <param name="n">Equations.</param>
    /// <param name="width">Columns, more than n.</param>
    /// <exception cref="DiffusionException">The matrix is singular or holds no numbers: <see cref="DiffusionCodes.WeightsNotFinite"/>.</exception>
    public static void Eliminate(double[] rows, int n, int width)
    {
        for (int column = 0; column < n; column++)
        {
            int pivot = column;
            for (int row = column + 1; row < n; row++)
            {
                if (Math.Abs(rows[(row * width) + column]) > Math.Abs(rows[(pivot * width) + column]))
                {
                    pivot = row;
                }
            }

            double value = rows[(pivot * width) + column];
            if (value == 0 || !double.IsFinite(value))
            {
                throw new DiffusionException(DiffusionCodes.WeightsNotFinite, "A rotation of a patch file has no inverse. The file is damaged.");
            }

            Span<double> pivotRow = rows.AsSpan(pivot * width, width);
            if (pivot != column)
            {
                Span<double> other = rows.AsSpan(column * width, width);
                for (int k = 0; k < width; k++)
                {
                    (pivotRow[k], other[k]) = (other[k], pivotRow[k]);
                }

                pivotRow = other;
            }

            for (int k = column; k < width; k++)
            {
                pivotRow[k] /= value;
            }

            for (int row = 0; row < n; row++)
            {
                double factor = rows[(row * width) + column];
                if (row == column || factor == 0)
                {
                    continue;
                }

                Span<double> target = rows.AsSpan(row * width, width);
                for (int k = column; k < width; k++)
                {
                    target[k] -= factor * pivotRow[k];
                }
            }
        }
    }
}
