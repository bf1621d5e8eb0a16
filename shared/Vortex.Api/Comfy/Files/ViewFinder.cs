using Vortex.Runs;

namespace Vortex.Api;

/// <summary>Finds the file that <c>filename</c>, <c>subfolder</c> and <c>type</c> mean.</summary>
internal sealed class ViewFinder(IRunStore runs, IFileResolver files)
{
    private const int PageSize = 200;

    /// <summary>How many of the newest files are looked through for a name without a prompt's id.</summary>
    private const int MaxSearched = 5_000;

    public static bool IsType(string type) => type is "input" or "output" or "temp";

    public async ValueTask<ArtifactRecord?> FindAsync(WorkspaceId workspace, string filename, string? subfolder, string type, CancellationToken cancellationToken)
    {
        string whole = ViewName.Join(subfolder, filename);
        if (type != "input")
        {
            (RunId? run, string name) = ViewName.Split(whole);
            ArtifactKind kind = type == "temp" ? ArtifactKind.Preview : ArtifactKind.Output;
            if (await MadeAsync(workspace, run, name, kind, cancellationToken) is { } made)
            {
                return made;
            }
        }

        // Uploads of every type share one set of names.
        FileResolution found = await files.ResolveAsync(workspace, whole, null, cancellationToken);
        return found.File is { } file
            ? new ArtifactRecord
            {
                Id = new ArtifactId("art_input"),
                RunId = new RunId(""),
                NodeId = new Workflows.NodeId(""),
                File = new ArtifactRef(file.Name, file.Digest, file.MediaType ?? MediaTypes.Of(file.Name) ?? "application/octet-stream", file.Size, ArtifactKind.Input),
            }
            : null;
    }

    private async ValueTask<ArtifactRecord?> MadeAsync(WorkspaceId workspace, RunId? run, string name, ArtifactKind kind, CancellationToken cancellationToken)
    {
        string? cursor = null;
        int searched = 0;
        do
        {
            Page<ArtifactRecord> page = run is { } one
                ? await runs.ListArtifactsAsync(workspace, one, cursor, PageSize, cancellationToken)
                : await runs.ListArtifactsAsync(workspace, new ArtifactQuery { Kind = kind, Cursor = cursor, Limit = PageSize }, cancellationToken);
            if (page.Items.FirstOrDefault(made => made.File.Kind == kind && string.Equals(made.File.Name, name, StringComparison.Ordinal)) is { } found)
            {
                return found;
            }

            cursor = page.NextCursor;
            searched += page.Items.Length;
        }
        while (cursor is not null && (run is not null || searched < MaxSearched));

        return null;
    }
}
