using Vortex.Diffusion.Files;
using Vortex.Tensors;

namespace Vortex.Diffusion.Saving;

/// <summary>What model files are written from. Files of the model stay open until it is disposed of.</summary>
public sealed class SavedModel : IDisposable
{
    private readonly IDisposable _owned;

    internal SavedModel(IReadOnlyList<SavedFile> files, IReadOnlyList<string> warnings, IDisposable owned) => (Files, Warnings, _owned) = (files, warnings, owned);

    /// <summary>Gets the files: one, but for several text encoders.</summary>
    public IReadOnlyList<SavedFile> Files { get; }

    /// <summary>Gets sentences about what was left out, such as a LoRA's layers that the model lacks.</summary>
    public IReadOnlyList<string> Warnings { get; }

    /// <summary>Closes the model's files.</summary>
    public void Dispose() => _owned.Dispose();
}

/// <summary>A model file to be written.</summary>
public sealed class SavedFile
{
    private readonly IReadOnlyList<SavedWeight> _weights;
    private readonly IReadOnlyList<SafetensorsEntry> _marks;

    internal SavedFile(IReadOnlyList<SavedWeight> weights, IReadOnlyDictionary<string, string> facts, params IReadOnlyList<SafetensorsEntry> marks) =>
        (_weights, Facts, _marks) = ([.. weights.Where(IsWritten)], facts, marks);

    /// <summary>Gets the short name of the text encoder, where there may be several files; null otherwise.</summary>
    public string? Part { get; init; }

    /// <summary>Gets what the header says of the model, by ComfyUI's and ModelSpec's names.</summary>
    public IReadOnlyDictionary<string, string> Facts { get; }

    /// <summary>Opens the file as a stream that computes weight by weight. Its length is known.</summary>
    /// <param name="metadata">All texts for the header.</param>
    /// <param name="cancellationToken">Stops reading between weights.</param>
    public Stream Open(IReadOnlyDictionary<string, string> metadata, CancellationToken cancellationToken = default) =>
        new SafetensorsStream(_weights, _marks, metadata, cancellationToken);

    // Counters and the like that some files have are no weights.
    private static bool IsWritten(SavedWeight weight) => weight.Type is DType.Float32 or DType.Float16 or DType.BFloat16 or DType.Int64;
}
