using Vortex.Diffusion.Files;
using Vortex.Diffusion.Weights;
using Vortex.Tensors;

namespace Vortex.Diffusion.Saving;

/// <summary>A weight to be written: under which key, and of which ones it is made. Nothing is loaded before it is written.</summary>
internal sealed record SavedWeight
{
    private SavedWeight(string name, IWeightSource source, params string[] keys) => (Name, Source, Keys) = (name, source, keys);

    /// <summary>Gets the key in the file.</summary>
    public string Name { get; }

    /// <summary>Gets the weights it is taken from.</summary>
    public IWeightSource Source { get; }

    /// <summary>Gets the keys there; several are put one below the other.</summary>
    public IReadOnlyList<string> Keys { get; }

    /// <summary>Gets whether rows and columns are swapped.</summary>
    public bool IsTransposed { get; private init; }

    /// <summary>Gets whether a matrix is written as a convolution of 1 by 1.</summary>
    public bool IsConvolution { get; private init; }

    /// <summary>Gets the format it is written in. Float8 becomes float16, which holds it exactly.</summary>
    public DType Type => Source.TypeOf(Keys[0]) switch
    {
        DType.Float8E4M3 or DType.Float8E5M2 => DType.Float16,
        DType type => type,
    };

    /// <summary>Gets the shape it is written in.</summary>
    public Shape Shape
    {
        get
        {
            Shape one = Source.ShapeOf(Keys[0])!.Value;
            Shape joined = Keys.Count == 1 ? one : one.With(0, one[0] * Keys.Count);
            return IsTransposed ? [joined[1], joined[0]] : IsConvolution && joined.Rank == 2 ? [joined[0], joined[1], 1, 1] : joined;
        }
    }

    /// <summary>Takes a weight as it is.</summary>
    public static SavedWeight Of(string name, IWeightSource source, string key) => new(name, source, key);

    /// <summary>Takes a matrix with rows and columns swapped.</summary>
    public static SavedWeight Transposed(string name, IWeightSource source, string key) => new(name, source, key) { IsTransposed = true };

    /// <summary>Takes a matrix as a convolution of 1 by 1, unless it is one.</summary>
    public static SavedWeight Convolution(string name, IWeightSource source, string key) => new(name, source, key) { IsConvolution = true };

    /// <summary>Puts weights of one shape one below the other.</summary>
    public static SavedWeight Joined(string name, IWeightSource source, params string[] keys) => new(name, source, keys);

    /// <summary>Loads the values, and lets go of what was computed for them.</summary>
    public ReadOnlyMemory<byte> Read()
    {
        using TensorScope scope = TensorScope.Begin();
        Tensor[] parts = [.. Keys.Select(Source.Load)];
        Tensor whole = parts.Length == 1 ? parts[0] : Source.Backend.Concat(parts, 0);
        ReadOnlyMemory<byte> data = SafetensorsEntry.From(Name, IsTransposed ? Source.Backend.Contiguous(whole.Transpose(0, 1)) : whole).Data;
        foreach (string key in Keys)
        {
            Source.Release(key);
        }

        return data;
    }
}
