namespace Vortex.Diffusion.Sampling.Schedules;

/// <summary>The inverse of the beta distribution's cumulative function, to about 14 digits.</summary>
internal static class BetaDistribution
{
    /// <summary>Returns x with I_x(alpha, beta) = probability, by bisection: there is no faster way worth its code for a few dozen values.</summary>
    public static double Quantile(double probability, double alpha, double beta)
    {
        if (probability <= 0 || probability >= 1)
        {
            return probability <= 0 ? 0 : 1;
        }

        (double low, double high) = (0, 1);
        for (int i = 0; i < 200 && high - low > double.Epsilon; i++)
        {
            double middle = low + ((high - low) / 2);
            if (middle == low || middle == high)
            {
                break;
            }

            (low, high) = Cumulative(middle, alpha, beta) < probability ? (middle, high) : (low, middle);
        }

        return low + ((high - low) / 2);
    }

    /// <summary>Returns the regularised incomplete beta function I_x(a, b), by its continued fraction on the side where that converges fast.</summary>
    private static double Cumulative(double x, double a, double b)
    {
        if (x <= 0 || x >= 1)
        {
            return x <= 0 ? 0 : 1;
        }

        double front = Math.Exp(LogGamma(a + b) - LogGamma(a) - LogGamma(b) + (a * Math.Log(x)) + (b * double.LogP1(-x)));
        return x < (a + 1) / (a + b + 2) ? front * Fraction(x, a, b) / a : 1 - (front * Fraction(1 - x, b, a) / b);
    }

    // Lentz's method.
    private static double Fraction(double x, double a, double b)
    {
        const double tiny = 1e-300;
        double c = 1;
        double d = 1 / NotZero(1 - ((a + b) * x / (a + 1)));
        double result = d;
        for (int m = 1; m < 1000; m++)
        {
            double even = m * (b - m) * x / ((a + (2 * m) - 1) * (a + (2 * m)));
            d = 1 / NotZero(1 + (even * d));
            c = NotZero(1 + (even / c));
            result *= d * c;
            double odd = -(a + m) * (a + b + m) * x / ((a + (2 * m)) * (a + (2 * m) + 1));
            d = 1 / NotZero(1 + (odd * d));
            c = NotZero(1 + (odd / c));
            double change = d * c;
            result *= change;
            if (Math.Abs(change - 1) < 1e-16)
            {
                break;
            }
        }

        return result;

        static double NotZero(double value) => Math.Abs(value) < tiny ? tiny : value;
    }

    // Lanczos's approximation with g = 7 and nine terms.
    private static double LogGamma(double x)
    {
        ReadOnlySpan<double> terms =
        [
            0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059,
            12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7,
        ];
        if (x < 0.5)
        {
            return Math.Log(Math.PI / Math.Abs(Math.Sin(Math.PI * x))) - LogGamma(1 - x);
        }

        double sum = terms[0];
        double shifted = x - 1;
        for (int i = 1; i < terms.Length; i++)
        {
            sum += terms[i] / (shifted + i);
        }

        double t = shifted + 7.5;
        return (0.5 * Math.Log(2 * Math.PI)) + ((shifted + 0.5) * Math.Log(t)) - t + Math.Log(sum);
    }
}
