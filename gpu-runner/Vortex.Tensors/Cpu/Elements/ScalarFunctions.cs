namespace Vortex.Tensors.Cpu.Elements;

/// <summary>Functions nothing large is put through, value by value from the runtime's library.</summary>
internal static unsafe class ScalarFunctions
{
    public static void Log(void* state, float* y, float** inputs, long* steps, long count)
    {
        for (long i = 0; i < count; i++)
        {
            y[i] = MathF.Log(inputs[0][i]);
        }
    }

    public static void Sin(void* state, float* y, float** inputs, long* steps, long count)
    {
        for (long i = 0; i < count; i++)
        {
            y[i] = MathF.Sin(inputs[0][i]);
        }
    }

    public static void Cos(void* state, float* y, float** inputs, long* steps, long count)
    {
        for (long i = 0; i < count; i++)
        {
            y[i] = MathF.Cos(inputs[0][i]);
        }
    }

    public static void Softplus(void* state, float* y, float** inputs, long* steps, long count)
    {
        for (long i = 0; i < count; i++)
        {
            float x = inputs[0][i];
            y[i] = x > 20 ? x : (float)Math.Log(1 + Math.Exp(x));
        }
    }

    public static void Power(void* state, float* y, float** inputs, long* steps, long count)
    {
        for (long i = 0; i < count; i++)
        {
            y[i] = MathF.Pow(inputs[0][i * steps[0]], inputs[1][i * steps[1]]);
        }
    }
}
