using System.Security.Cryptography;

namespace Vortex.Nodes.Tests;

/// <summary>A file that is an array.</summary>
internal sealed class MemoryFile(byte[] content, string name = "photo.png", long? size = null) : NodeFile
{
    public override string Name => name;

    public override string Digest => Convert.ToHexStringLower(SHA256.HashData(content));

    public override long Size => size ?? content.Length;

    public override ValueTask<Stream> OpenAsync(CancellationToken cancellationToken = default) => ValueTask.FromResult<Stream>(new MemoryStream(content));
}
