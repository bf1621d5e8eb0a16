using System.Collections.Immutable;
using Vortex.Diffusion.Conditioning;
using Vortex.Tensors;

namespace Vortex.Diffusion.Sampling.Guidance;

/// <summary>A prompt made ready for one latent: what the network is told, where, and from which level to which.</summary>
internal sealed class PreparedEntry : IDisposable
{
    private const int Fade = 8;

    private readonly Dictionary<(int Batch, AreaBox Box), Tensor> _weights = [];

    public required ConditioningEntry Entry { get; init; }

    /// <summary>Gets the part of the latent; null for all.</summary>
    public AreaBox? Area { get; init; }

    /// <summary>Gets the mask as [batch, height, width] values of the latent's size; null for none.</summary>
    public float[]? Mask { get; init; }

    public int MaskCount { get; init; }

    /// <summary>Gets the vector [batch, width], detached, or null.</summary>
    public Tensor? Vector { get; init; }

    /// <summary>Gets the extra channels [batch, channels, height, width], detached, or null.</summary>
    public Tensor? Extra { get; init; }

    public float From { get; init; }

    public float Until { get; init; }

    public ImmutableArray<ControlRequest> Controls => Entry.Controls;

    public bool IsActive(float sigma) => sigma <= From && sigma >= Until;

    /// <summary>Gets whether it covers everything evenly.</summary>
    public bool IsPlain => Area is null && Mask is null;

    /// <summary>Returns how much each pixel of the area counts: [batch or 1, 1, height, width]. Belongs to the entry.</summary>
    public Tensor Weights(Tensor x, AreaBox box)
    {
        int batch = x.Shape[0];
        if (!_weights.TryGetValue((batch, box), out Tensor? weights))
        {
            int count = Mask is null ? 1 : batch;
            float[] values = new float[count * box.Height * box.Width];
            Fill(values, count, box, x.Shape[2], x.Shape[3]);
            weights = x.Backend.From(values, [count, 1, box.Height, box.Width]).Detach();
            _weights.Add((batch, box), weights);
        }

        return weights;
    }

    public void Dispose()
    {
        Vector?.Dispose();
        Extra?.Dispose();
        foreach (Tensor weights in _weights.Values)
        {
            weights.Dispose();
        }
    }

    private void Fill(float[] values, int count, AreaBox box, int height, int width)
    {
        int size = box.Height * box.Width;
        for (int i = 0; i < values.Length; i++)
        {
            (int y, int x) = ((i % size / box.Width) + box.Y, (i % box.Width) + box.X);
            float covered = Mask is null ? 1f : Mask[(((i / size % MaskCount) * height) + y) * width + x] * Entry.MaskStrength;
            values[i] = covered * Entry.Strength;
        }

        if (Mask is not null || Area is null)
        {
            return;
        }

        // Edges inside of the picture fade over at most a quarter of the area.
        int rows = Math.Min(Fade, box.Height / 4);
        int columns = Math.Min(Fade, box.Width / 4);
        for (int i = 0; i < values.Length; i++)
        {
            (int y, int x) = (i % size / box.Width, i % box.Width);
            values[i] *= Ramp(y, rows, box.Y != 0);
            values[i] *= Ramp(box.Height - 1 - y, rows, box.Height + box.Y < height);
            values[i] *= Ramp(x, columns, box.X != 0);
            values[i] *= Ramp(box.Width - 1 - x, columns, box.Width + box.X < width);
        }
    }

    private static float Ramp(int distance, int length, bool isInside) => isInside && distance < length ? (float)(1.0 / length * (distance + 1)) : 1f;
}
