using Vortex.Diffusion.Conditioning;
using Vortex.Diffusion.Networks;
using Vortex.Tensors;
using Vortex.Tensors.Noise;

namespace Vortex.Diffusion.Vision;

/// <summary>The vector that unCLIP models are given beside the text: pictures' embeddings with noise, and how much noise that is.</summary>
/// <remarks>
/// Noise is added as at a step of a thousand with the squared cosine schedule (Nichol and Dhariwal 2021), drawn from PyTorch's generator seeded with the
/// sampling seed - 10, anew for each picture. Several pictures are summed by strength, and the sum is noised once more; that noise continues the last picture's draws.
/// </remarks>
public static class UnclipVector
{
    /// <summary>How much noise the sum of several pictures is given, where nothing else is said.</summary>
    public const double MergeNoise = 0.05;

    private const int Levels = 1000;

    private static readonly (float Signal, float Noise)[] s_schedule = Schedule();

    /// <summary>Returns the vector: [1, width].</summary>
    /// <param name="backend">What holds it.</param>
    /// <param name="requests">Pictures; none gives zeros.</param>
    /// <param name="width">The model's: twice the embedding's.</param>
    /// <param name="seed">The sampling seed.</param>
    /// <param name="mergeNoise">For the sum of several pictures, 0 to 1.</param>
    /// <exception cref="DiffusionException">An embedding is not half as wide as the model's vector, or a noise augmentation lies outside of 0 to 1.</exception>
    public static Tensor Create(ITensorBackend backend, IReadOnlyList<UnclipRequest> requests, int width, ulong seed, double mergeNoise = MergeNoise)
    {
        using TensorScope scope = TensorScope.Begin();
        float[] sum = new float[width];
        int pictures = 0;
        NormalSource noise = new(0);
        foreach (UnclipRequest request in requests)
        {
            float[] embeddings = Read(request, width / 2);
            for (int i = 0; i < embeddings.Length; i += width / 2)
            {
                noise = new NormalSource(unchecked(seed - 10));
                float[] vector = Augment(backend, embeddings.AsSpan(i, width / 2), request.NoiseAugmentation, noise);
                for (int place = 0; place < width; place++)
                {
                    sum[place] += vector[place] * request.Strength;
                }

                pictures++;
            }
        }

        float[] result = pictures > 1 ? Augment(backend, sum.AsSpan(0, width / 2), mergeNoise, noise) : sum;
        return scope.Keep(backend.From(result, [1, width]));
    }

    private static float[] Read(UnclipRequest request, int width)
    {
        if (request.Embedding.Shape[-1] != width)
        {
            throw new DiffusionException(
                DiffusionCodes.Mismatch, $"The picture's embedding is {request.Embedding.Shape[-1]} wide; the unCLIP model takes {width}. Use the picture encoder of that checkpoint.", "clip_vision_output");
        }

        return request.NoiseAugmentation is >= 0 and <= 1
            ? request.Embedding.ToArray()
            : throw new DiffusionException(DiffusionCodes.OutOfRange, $"The noise augmentation is {request.NoiseAugmentation}; it must lie between 0 and 1.", "noise_augmentation");
    }

    /// <summary>Returns the noised embedding and the waves of its noise level after each other.</summary>
    private static float[] Augment(ITensorBackend backend, ReadOnlySpan<float> embedding, double augmentation, NormalSource noise)
    {
        int level = (int)Math.Round((Levels - 1) * augmentation, MidpointRounding.ToEven);
        (float signal, float amount) = s_schedule[level];
        float[] result = new float[embedding.Length * 2];
        noise.Fill(result.AsSpan(0, embedding.Length));
        for (int i = 0; i < embedding.Length; i++)
        {
            result[i] = (signal * embedding[i]) + (amount * result[i]);
        }

        backend.Read(TimestepEmbedding.Create(backend, [level], embedding.Length), result.AsSpan(embedding.Length));
        return result;
    }

    private static (float Signal, float Noise)[] Schedule()
    {
        (float, float)[] schedule = new (float, float)[Levels];
        double left = 1;
        for (int i = 0; i < Levels; i++)
        {
            left *= 1 - Math.Min(1 - (Remaining((i + 1.0) / Levels) / Remaining((double)i / Levels)), 0.999);
            schedule[i] = ((float)Math.Sqrt(left), (float)Math.Sqrt(1 - left));
        }

        return schedule;
    }

    private static double Remaining(double time) => Math.Pow(Math.Cos((time + 0.008) / 1.008 * Math.PI / 2), 2);
}
