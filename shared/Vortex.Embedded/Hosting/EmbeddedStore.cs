using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Vortex.Runs;

namespace Vortex.Embedded;

/// <summary>Every port on one machine, over one data folder.</summary>
/// <remarks>
/// Several processes may have the same folder open; what one writes wakes those who wait in another after at most
/// <see cref="EmbeddedOptions.PollInterval"/>. Only one of them is the host, whose engine and maintenance work:
/// see <see cref="DataFolder.LockForHost"/>.
/// </remarks>
public sealed class EmbeddedStore : IAsyncDisposable, IDisposable
{
    private readonly Database _database;
    private readonly FileArtifactStore _content;
    private readonly OrchestrationBell _bell = new();
    private bool _disposed;

    private EmbeddedStore(DataFolder folder, EmbeddedOptions options, TimeProvider time)
    {
        Folder = folder;
        _database = Database.Open(folder, options, time);
        _content = new FileArtifactStore(folder);
        _content.RemoveOrphans();
        Runs = new SqliteRunStore(_database);
        Results = new SqliteResultCache(_database, _content);
        Queue = new SqliteBatchQueue(_database);
        Lanes = new SqliteLaneControl(_database);
        Runners = new SqliteRunnerBoard(_database);
        Workflows = new SqliteWorkflowStore(_database);
        Files = new SqliteFileStore(_database);
        Hooks = new SqliteHookStore(_database);
        Orchestrations = new SqliteOrchestrationClient(_database, _bell);
        BatchResults = new SqliteBatchResults(_database, _bell);
    }

    /// <summary>Gets the folder.</summary>
    public DataFolder Folder { get; }

    /// <summary>Gets runs and their events.</summary>
    public IRunStore Runs { get; }

    /// <summary>Gets content by digest.</summary>
    public IArtifactStore Artifacts => _content;

    /// <summary>Gets earlier results.</summary>
    public IResultCache Results { get; }

    /// <summary>Gets the queue.</summary>
    public IBatchQueue Queue { get; }

    /// <summary>Gets the queue's lanes.</summary>
    public ILaneControl Lanes { get; }

    /// <summary>Gets the runners that are there.</summary>
    public IRunnerBoard Runners { get; }

    /// <summary>Gets workflows.</summary>
    public IWorkflowStore Workflows { get; }

    /// <summary>Gets named files.</summary>
    public IFileStore Files { get; }

    /// <summary>Gets hooks.</summary>
    public IHookStore Hooks { get; }

    /// <summary>Gets the way to start orchestrations and to speak to them.</summary>
    public IOrchestrationClient Orchestrations { get; }

    /// <summary>Gets the way outcomes take to their run.</summary>
    public IBatchResults BatchResults { get; }

    internal Database Database => _database;

    /// <summary>Opens a data folder, making or migrating what is missing.</summary>
    /// <exception cref="EmbeddedStoreException">The folder or its database cannot be used; the code says why.</exception>
    /// <exception cref="ValidationException">An option is out of its range.</exception>
    public static Task<EmbeddedStore> OpenAsync(
        DataFolder folder, EmbeddedOptions? options = null, TimeProvider? time = null, CancellationToken cancellationToken = default) =>
        Task.Run(() => Open(folder, options, time), cancellationToken);

    /// <summary>Makes the engine that runs what a registry holds. Start it once, in the one process that is the host.</summary>
    public OrchestrationEngine CreateEngine(OrchestrationRegistry registry, ILogger? logger = null) =>
        new(_database, registry, _bell, logger ?? NullLogger.Instance);

    /// <summary>Makes the maintenance of this folder. It belongs to the host.</summary>
    public EmbeddedMaintenance CreateMaintenance(ILogger? logger = null) => new(_database, _content, logger ?? NullLogger.Instance);

    /// <summary>Returns earlier results whose contents lie in another store than this folder's own.</summary>
    internal IResultCache ResultsOver(IArtifactStore artifacts) =>
        ReferenceEquals(artifacts, _content) ? Results : new SqliteResultCache(_database, artifacts);

    /// <summary>Finishes queued writes and closes the database. Stop the engine before.</summary>
    public void Dispose()
    {
        if (!_disposed)
        {
            _disposed = true;
            _database.Dispose();
        }
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync() => await Task.Run(Dispose);

    internal static EmbeddedStore Open(DataFolder folder, EmbeddedOptions? options = null, TimeProvider? time = null)
    {
        options ??= new EmbeddedOptions();
        Validator.ValidateObject(options, new ValidationContext(options), validateAllProperties: true);
        return new EmbeddedStore(folder, options, time ?? TimeProvider.System);
    }
}
