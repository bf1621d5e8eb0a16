using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Caching.Memory;
using Microsoft.Net.Http.Headers;
using Vortex.Runs;

namespace Vortex.Api;

/// <summary>Small copies of pictures, for lists: made when they are asked for, by what the host registered, and kept in memory for a while.</summary>
/// <param name="store">Has the content.</param>
/// <param name="editor">Makes them; null on a host that cannot, which then sends pictures as they are.</param>
internal sealed class SmallPictures(IArtifactStore store, IPictureEditor? editor = null) : IDisposable
{
    /// <summary>The widths there are. Few, so that what was made once serves many.</summary>
    internal static readonly int[] Widths = [128, 256, 512, 1024];

    private const long MaxKept = 32L * 1024 * 1024;
    private const long MaxFile = 64L * 1024 * 1024;
    private const long MaxPixels = 100_000_000;

    private static readonly HashSet<string> s_readable = new(StringComparer.OrdinalIgnoreCase) { "image/png", "image/jpeg", "image/webp" };

    private readonly MemoryCache _kept = new(new MemoryCacheOptions { SizeLimit = MaxKept });

    // A decoded picture has tens of megabytes: two at a time, however many tiles a page asks for at once.
    private readonly SemaphoreSlim _turns = new(2, 2);

    public void Dispose()
    {
        _kept.Dispose();
        _turns.Dispose();
    }

    /// <summary>Answers with a small copy.</summary>
    /// <returns>The answer; null where the picture itself is to be sent: it is no picture, small enough, too large to be worth it, or nobody here can.</returns>
    public async ValueTask<IResult?> AnswerAsync(HttpContext context, ArtifactRecord artifact, int width)
    {
        ArtifactRef file = artifact.File;
        // Only what its maker measured: a file of unknown size could take a gigabyte to look at.
        if (editor is null || !s_readable.Contains(file.MediaType) || file.Size > MaxFile
            || file is not { Width: { } columns, Height: { } rows } || columns <= width || (long)columns * rows > MaxPixels)
        {
            return null;
        }

        EntityTagHeaderValue tag = new($"\"{file.Digest.Value}-{width}\"");
        if (ETags.Matches(context.Request.Headers.IfNoneMatch, tag) && await store.StatAsync(context.Workspace(), file.Digest, context.RequestAborted) is not null)
        {
            context.Response.Headers.ETag = tag.ToString();
            return Results.StatusCode(StatusCodes.Status304NotModified);
        }

        SmallPicture? small = await FindAsync(context.Workspace(), file.Digest, width, context.RequestAborted);
        if (small is null)
        {
            return null;
        }

        context.Response.Headers.CacheControl = "private, no-cache";
        context.Response.Headers.ContentSecurityPolicy = "default-src 'none'; sandbox";
        return Results.Bytes(small.Content, small.MediaType, entityTag: tag);
    }

    private async ValueTask<SmallPicture?> FindAsync(WorkspaceId workspace, Digest digest, int width, CancellationToken cancellationToken)
    {
        (WorkspaceId, Digest, int) key = (workspace, digest, width);
        if (_kept.TryGetValue(key, out SmallPicture? known))
        {
            return known;
        }

        await _turns.WaitAsync(cancellationToken);
        try
        {
            if (_kept.TryGetValue(key, out known))
            {
                return known;
            }

            byte[]? bytes = await StoredBytes.ReadAsync(store, workspace, digest, MaxFile, cancellationToken);
            SmallPicture? made = bytes is null ? null : await Task.Run(() => editor!.Shrink(bytes, width, cancellationToken), cancellationToken);
            if (made is not null)
            {
                _kept.Set(key, made, new MemoryCacheEntryOptions { Size = made.Content.Length, SlidingExpiration = TimeSpan.FromMinutes(30) });
            }

            return made;
        }
        finally
        {
            _turns.Release();
        }
    }
}
