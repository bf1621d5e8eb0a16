using System.Text.Json;
using Microsoft.Extensions.Logging;
using Vortex.Runs;
using Vortex.Workflows;

namespace Vortex.Functions;

/// <summary>The node types that the runners of this deployment execute, as data: the control plane never has their code.</summary>
internal static class NodeCatalogFile
{
    /// <summary>Reads the file; without one nothing is executable, and the log says so.</summary>
    /// <exception cref="JsonException">The file is no list of node types.</exception>
    public static NodeCatalog Read(string path, ILogger log)
    {
        if (!File.Exists(path))
        {
            log.NoCatalog(path);
            return CoreCatalog.Load();
        }

        using FileStream file = File.OpenRead(path);
        return CoreCatalog.Load().With(JsonSerializer.Deserialize<NodeType[]>(file, RunsJson.Options) ?? throw new JsonException($"'{path}' holds no node types."));
    }
}
