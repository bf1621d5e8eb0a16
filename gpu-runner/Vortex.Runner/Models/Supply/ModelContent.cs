using Vortex.Runs;

namespace Vortex.Runner.Models;

/// <summary>Content that can be downloaded.</summary>
/// <param name="Name">What it is called, for people.</param>
/// <param name="Digest">The SHA-256 of all of it.</param>
/// <param name="Size">Bytes.</param>
/// <param name="OpenAsync">Opens a part: from an offset, so many bytes. Null when it is gone.</param>
internal sealed record ModelContent(string Name, Digest Digest, long Size, Func<long, long, CancellationToken, ValueTask<Stream?>> OpenAsync);
