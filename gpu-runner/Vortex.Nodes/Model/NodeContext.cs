using System.Text.Json;
using Vortex.Diffusion.Management;
using Vortex.Diffusion.Text;
using Vortex.Tensors;
using Vortex.Workflows;

namespace Vortex.Nodes;

/// <summary>What a node may touch beside its inputs.</summary>
public abstract class NodeContext
{
    private readonly Dictionary<string, int> _series = new(StringComparer.Ordinal);

    /// <summary>Gets the node.</summary>
    public abstract NodeId Node { get; }

    /// <summary>Gets the signal to stop at the next safe point.</summary>
    public abstract CancellationToken CancellationToken { get; }

    /// <summary>Gets texts to embed into files: <c>prompt</c>, <c>workflow</c>, <c>vtxw</c>. Never changes what is cached.</summary>
    public abstract IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>Gets the time to name files by, in the zone of the machine; the same for all nodes a runner executes together.</summary>
    public virtual DateTimeOffset Now => TimeProvider.System.GetLocalNow();

    /// <summary>Gets what makes networks from recipes and keeps them.</summary>
    /// <exception cref="InvalidOperationException">Nothing here computes with models.</exception>
    public virtual ModelManager Models => throw new InvalidOperationException("This context has no models.");

    /// <summary>Gets the textual inversions that prompts may name: those that the run was accepted with, where it says so.</summary>
    public virtual IEmbeddingSource Embeddings => Models.Embeddings;

    /// <summary>Gets what computes with tensors.</summary>
    public ITensorBackend Backend => Models.Backend;

    /// <summary>Gets how pictures of what is being sampled are made.</summary>
    public virtual PreviewMethod PreviewMethod => PreviewMethod.Rough;

    /// <summary>Counts from 1, per name, over all calls of this node in a run: a node that is called once per list entry goes on counting.</summary>
    public int NextNumber(string series) => _series[series] = _series.GetValueOrDefault(series) + 1;

    /// <summary>Tells how far the node is. Cheap; calls in quick succession are merged.</summary>
    /// <param name="value">Steps done.</param>
    /// <param name="max">Steps in all, at least 1.</param>
    public abstract void Report(long value, long max);

    /// <summary>Tells how far the node is, with a picture of how its result looks so far.</summary>
    /// <param name="value">Steps done.</param>
    /// <param name="max">Steps in all, at least 1.</param>
    /// <param name="preview">Makes the picture; called at once, and only when this report is going to be seen. Null gives none.</param>
    public virtual void Report(long value, long max, Func<PreviewPicture?> preview) => Report(value, max);

    /// <summary>Makes a file for people. Visible once the node has succeeded.</summary>
    /// <param name="file">The file.</param>
    public abstract void Emit(EmittedFile file);

    /// <summary>Makes a file that is too large to hold, and returns once it is stored. Visible once the node has succeeded.</summary>
    /// <remarks>A context that keeps files in memory holds it all the same; a runner's does not.</remarks>
    /// <param name="file">The file.</param>
    public virtual async Task EmitAsync(StreamedFile file)
    {
        using MemoryStream content = new();
        await using (Stream stream = file.Open())
        {
            await stream.CopyToAsync(content, CancellationToken);
        }

        Emit(new EmittedFile(file.Name, file.MediaType, content.ToArray(), IsPreview: false));
    }

    /// <summary>Shows something beside files, such as text. Within one call of the node a later value of the same name replaces an earlier one.</summary>
    /// <remarks>A node that is called once per list entry shows an array with one entry per call.</remarks>
    public abstract void Show(string name, JsonElement value);

    /// <summary>Tells people of something that the node left out and went on without. A sentence told twice in a run of the node shows once.</summary>
    /// <remarks>A runner shows them as <c>warnings</c>, a list of sentences over all calls of the node; they are kept with the result.</remarks>
    /// <param name="sentence">What was left out, and why.</param>
    public abstract void Warn(string sentence);
}

/// <summary>A file a node makes for people.</summary>
/// <param name="Name">Relative name with extension, slashes between folders; checked by the runner.</param>
/// <param name="MediaType">Such as <c>image/png</c>.</param>
/// <param name="Content">The bytes.</param>
/// <param name="IsPreview">True when it is only for looking at while working.</param>
public sealed record EmittedFile(string Name, string MediaType, ReadOnlyMemory<byte> Content, bool IsPreview)
{
    /// <summary>Gets the width in pixels.</summary>
    public int? Width { get; init; }

    /// <summary>Gets the height in pixels.</summary>
    public int? Height { get; init; }
}

/// <summary>A file a node makes for people, too large for memory.</summary>
/// <param name="Name">As of <see cref="EmittedFile"/>.</param>
/// <param name="MediaType">As of <see cref="EmittedFile"/>.</param>
/// <param name="Open">Opens the content; its length must be known. May be called again where storing is tried again.</param>
public sealed record StreamedFile(string Name, string MediaType, Func<Stream> Open);

/// <summary>How pictures of what is being sampled are made.</summary>
public enum PreviewMethod
{
    /// <summary>Not at all.</summary>
    None,

    /// <summary>Each place of the latent becomes a pixel, its channels mixed to colours. Costs next to nothing.</summary>
    Rough,

    /// <summary>A tiny autoencoder (TAESD) of the model folder <c>vae_approx</c> decodes the latent; rough where there is none for the model.</summary>
    Tiny,
}

/// <summary>A small picture to look at while a node works; seen by whoever watches, and kept nowhere but with the event.</summary>
/// <param name="MediaType">Such as <c>image/jpeg</c>.</param>
/// <param name="Width">Pixels.</param>
/// <param name="Height">Pixels.</param>
/// <param name="Content">The bytes, at most some ten thousand.</param>
public sealed record PreviewPicture(string MediaType, int Width, int Height, ReadOnlyMemory<byte> Content);

/// <summary>A file that a workflow names, frozen when the run was accepted.</summary>
public abstract class NodeFile
{
    /// <summary>Gets the name as the document has it.</summary>
    public abstract string Name { get; }

    /// <summary>Gets the content's SHA-256 as lower-case hex.</summary>
    public abstract string Digest { get; }

    /// <summary>Gets the length in bytes.</summary>
    public abstract long Size { get; }

    /// <summary>Opens the content.</summary>
    public abstract ValueTask<Stream> OpenAsync(CancellationToken cancellationToken = default);
}

/// <summary>An input is not what a node can work with. The runner turns it into a problem of that node and input.</summary>
/// <param name="code">A stable code, such as <c>node.size_mismatch</c>.</param>
/// <param name="port">The input; null for the whole node.</param>
/// <param name="message">A sentence that says what to do.</param>
public sealed class NodeProblemException(string code, string? port, string message) : Exception(message)
{
    /// <summary>Gets the stable code.</summary>
    public string Code { get; } = code;

    /// <summary>Gets the input.</summary>
    public string? Port { get; } = port;
}
