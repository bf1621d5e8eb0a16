using System.Security.Cryptography;
using Vortex.Runner.Models;
using Vortex.Runs;

namespace Vortex.Runner.Tests.Models.Supply;

/// <summary>Content that remembers which of its parts were asked for.</summary>
internal sealed class SomeContent
{
    private readonly Lock _gate = new();
    private readonly byte[] _bytes;

    public SomeContent(int size, int seed = 1)
    {
        _bytes = new byte[size];
        new Random(seed).NextBytes(_bytes);
        Digest = new Digest(Convert.ToHexStringLower(SHA256.HashData(_bytes)));
    }

    public Digest Digest { get; }

    public byte[] Bytes => _bytes;

    /// <summary>Gets the offsets that were asked for, in order.</summary>
    public List<long> Asked { get; } = [];

    /// <summary>Gets or sets what happens before a part is opened.</summary>
    public Func<long, CancellationToken, Task> Before { get; set; } = (_, _) => Task.CompletedTask;

    /// <summary>Gets or sets what is sent in the place of a part.</summary>
    public Func<byte[], byte[]> Sends { get; set; } = part => part;

    public ValueTask<ModelContent> FindAsync(CancellationToken cancellationToken) => new(new ModelContent("some.safetensors", Digest, _bytes.Length, OpenAsync));

    private async ValueTask<Stream?> OpenAsync(long offset, long length, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            Asked.Add(offset);
        }

        await Before(offset, cancellationToken);
        return new MemoryStream(Sends(_bytes[(int)offset..(int)(offset + length)]));
    }
}
