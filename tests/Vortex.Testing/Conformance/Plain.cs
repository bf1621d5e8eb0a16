using Vortex.Tensors;

namespace Vortex.Testing;

/// <summary>Values in double precision: what the definitions of a backend's suite are written with.</summary>
/// <param name="Sizes">The shape.</param>
/// <param name="Values">Row-major.</param>
public sealed record Plain(int[] Sizes, double[] Values)
{
    /// <summary>Gets the value at a place.</summary>
    public double this[params ReadOnlySpan<int> place]
    {
        get
        {
            long index = 0;
            for (int i = 0; i < Sizes.Length; i++)
            {
                index = (index * Sizes[i]) + place[i];
            }

            return Values[index];
        }
    }

    /// <summary>Makes one from a function of the place.</summary>
    public static Plain Of(int[] sizes, Func<int[], double> value)
    {
        double[] values = new double[new Shape(sizes).Count];
        int[] place = new int[sizes.Length];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = value(place);
            for (int d = sizes.Length - 1; d >= 0 && ++place[d] == sizes[d]; d--)
            {
                place[d] = 0;
            }
        }

        return new Plain(sizes, values);
    }

    /// <summary>Normally distributed float32 values, the same for the same seed.</summary>
    public static Plain Random(int seed, params int[] sizes)
    {
        Random random = new(seed);
        return Of(sizes, _ => (float)(Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble())));
    }

    /// <summary>The value at a place of the shape this one broadcasts to.</summary>
    public double Broadcast(int[] place)
    {
        int[] own = new int[Sizes.Length];
        for (int i = 0; i < own.Length; i++)
        {
            own[i] = Sizes[i] == 1 ? 0 : place[place.Length - own.Length + i];
        }

        return this[own];
    }

    /// <summary>The value at a place of pictures, 0 outside.</summary>
    public double OrZero(int n, int c, int y, int x) => y < 0 || x < 0 || y >= Sizes[2] || x >= Sizes[3] ? 0 : this[n, c, y, x];

    /// <summary>Applies a function to every value.</summary>
    public Plain Map(Func<double, double> function) => new(Sizes, [.. Values.Select(function)]);

    /// <summary>The values as float32.</summary>
    public float[] Floats() => [.. Values.Select(value => (float)value)];

    /// <summary>The error function: a series near 0, a continued fraction further out.</summary>
    public static double Erf(double x)
    {
        double size = Math.Abs(x);
        if (size < 3)
        {
            (double term, double sum) = (x, x);
            for (int n = 1; Math.Abs(term) > 1e-18; n++)
            {
                term *= -x * x / n;
                sum += term / ((2 * n) + 1);
            }

            return 2 / Math.Sqrt(Math.PI) * sum;
        }

        double fraction = 0;
        for (int n = 60; n > 0; n--)
        {
            fraction = n / 2.0 / (size + fraction);
        }

        return Math.CopySign(1, x) * (1 - (Math.Exp(-size * size) / Math.Sqrt(Math.PI) / (size + fraction)));
    }

    /// <summary>An activation.</summary>
    public static double Apply(Activation activation, double x) => activation switch
    {
        Activation.Silu => x / (1 + Math.Exp(-x)),
        Activation.Gelu => 0.5 * x * (1 + Erf(x / Math.Sqrt(2))),
        Activation.QuickGelu => x / (1 + Math.Exp(-1.702 * x)),
        Activation.Relu => Math.Max(x, 0),
        _ => x,
    };
}
