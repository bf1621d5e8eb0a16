using System.Text;
using System.Text.Json;
using Vortex.Workflows;

namespace Vortex.Local.Terminal;

/// <summary>Opens workflow files for the commands.</summary>
internal static class WorkflowFiles
{
    // A picture that carries a workflow may be larger than a document may be.
    private const long MaxFileBytes = 512L << 20;

    /// <summary>Reads a file and finds the workflow in it.</summary>
    /// <exception cref="CommandFailure">The file cannot be read, or is too large to be looked at.</exception>
    public static async Task<OpenedWorkflow> OpenAsync(string path, NodeCatalog catalog, CancellationToken cancellationToken)
    {
        byte[] bytes = await ReadAsync(path, cancellationToken);
        return WorkflowFile.Open(bytes, Path.GetFileName(path), catalog);
    }

    /// <summary>Reads a file as <see cref="OpenAsync"/> does, and also finds the JSON of ComfyUI's editor, for embedding into pictures.</summary>
    public static async Task<(OpenedWorkflow Opened, JsonElement? ComfyWorkflow)> OpenWithSourceAsync(string path, NodeCatalog catalog, CancellationToken cancellationToken)
    {
        byte[] bytes = await ReadAsync(path, cancellationToken);
        OpenedWorkflow opened = WorkflowFile.Open(bytes, Path.GetFileName(path), catalog);
        if (opened.Source != WorkflowSource.ComfyUi && !opened.IsEmbedded)
        {
            return (opened, null);
        }

        ReadOnlyMemory<byte>? json = opened.IsEmbedded ? EmbeddedWorkflow.Find(bytes)?.Workflow : bytes;
        try
        {
            return (opened, json is { } text ? JsonDocument.Parse(text).RootElement.Clone() : null);
        }
        catch (JsonException)
        {
            // The import mends what the strict reader refuses; such a text is not handed on.
            return (opened, null);
        }
    }

    public static async Task<byte[]> ReadAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            FileInfo file = new(path);
            if (Directory.Exists(path))
            {
                throw CommandFailure.BadInput($"'{path}' is a folder. Name a workflow file.");
            }

            if (!file.Exists)
            {
                throw CommandFailure.BadInput($"There is no file '{path}'.");
            }

            return file.Length > MaxFileBytes
                ? throw CommandFailure.BadInput($"'{path}' has {file.Length:N0} bytes; a workflow file has at most {MaxFileBytes:N0}.")
                : await File.ReadAllBytesAsync(path, cancellationToken);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw CommandFailure.BadInput($"'{path}' cannot be read: {failure.Message}");
        }
    }

    /// <summary>Writes problems as a compiler does: place, code, sentence.</summary>
    public static string Format(string file, WorkflowProblem problem)
    {
        StringBuilder line = new(file);
        if (problem.Position is { } position)
        {
            line.Append(System.Globalization.CultureInfo.InvariantCulture, $":{position.Line}:{position.Column}");
        }

        line.Append(": ").Append(problem.Severity == ProblemSeverity.Error ? "error " : "warning ").Append(problem.Code);
        if (problem.Node is { } node)
        {
            line.Append(" at node ").Append(node.Value);
            if (problem.Port is { } port)
            {
                line.Append(", ").Append(port);
            }
        }

        return line.Append(": ").Append(problem.Message).ToString();
    }
}
