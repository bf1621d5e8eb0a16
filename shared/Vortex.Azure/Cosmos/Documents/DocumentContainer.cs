using System.Net;
using Azure.Identity;
using Microsoft.Azure.Cosmos;
using Vortex.Runs;

namespace Vortex.Azure;

/// <summary>A container of documents: point reads, transactions and queries, with errors in our words.</summary>
internal sealed class DocumentContainer
{
    private readonly Container _container;

    internal DocumentContainer(CosmosClient client, string database, string container) => _container = client.GetContainer(database, container);

    private string What => $"The Cosmos DB container '{_container.Database.Id}/{_container.Id}'";

    /// <summary>Reads a document; null when there is none.</summary>
    internal async ValueTask<T?> FindAsync<T>(WorkspaceId workspace, string scope, string id, CancellationToken cancellationToken)
        where T : Document
    {
        try
        {
            return await SayAsync(async () => (await _container.ReadItemAsync<T>(id, DocumentKeys.Of(workspace, scope), cancellationToken: cancellationToken)).Resource);
        }
        catch (CosmosException missing) when (missing is { StatusCode: HttpStatusCode.NotFound, SubStatusCode: 0 })
        {
            return null;
        }
    }

    /// <summary>Creates or replaces a document, whatever was there.</summary>
    internal async ValueTask PutAsync<T>(WorkspaceId workspace, T document, CancellationToken cancellationToken)
        where T : Document =>
        await SayAsync(() => _container.UpsertItemAsync(document, DocumentKeys.Of(workspace, document.Scope), Quiet(), cancellationToken));

    /// <summary>Creates a document, or replaces the one that was read.</summary>
    /// <returns>The document as it is now; null when somebody else was faster.</returns>
    internal async ValueTask<T?> WriteAsync<T>(WorkspaceId workspace, T document, CancellationToken cancellationToken)
        where T : Document
    {
        PartitionKey key = DocumentKeys.Of(workspace, document.Scope);
        try
        {
            return await SayAsync(async () => (document.ETag is null
                ? await _container.CreateItemAsync(document, key, cancellationToken: cancellationToken)
                : await _container.ReplaceItemAsync(document, document.Id, key, new ItemRequestOptions { IfMatchEtag = document.ETag }, cancellationToken)).Resource);
        }
        catch (CosmosException conflict) when (IsConflict(conflict.StatusCode))
        {
            AzureDiagnostics.WriteConflicts.Add(1);
            return null;
        }
    }

    /// <summary>Removes a document that was read.</summary>
    /// <returns>False when it was changed or removed since.</returns>
    internal async ValueTask<bool> RemoveAsync(WorkspaceId workspace, Document document, CancellationToken cancellationToken)
    {
        try
        {
            await SayAsync(() => _container.DeleteItemAsync<object>(
                document.Id, DocumentKeys.Of(workspace, document.Scope), new ItemRequestOptions { IfMatchEtag = document.ETag }, cancellationToken));
            return true;
        }
        catch (CosmosException conflict) when (IsConflict(conflict.StatusCode))
        {
            return false;
        }
    }

    /// <summary>Writes documents of one scope together: those with an ETag replace what was read, those without are created.</summary>
    /// <returns>False when one of them was changed or created by somebody else; then nothing is written.</returns>
    internal async ValueTask<bool> CommitAsync(WorkspaceId workspace, string scope, IReadOnlyCollection<Document> documents, CancellationToken cancellationToken)
    {
        const int MostOperations = 100;
        if (documents.Count > MostOperations)
        {
            throw new AzureStoreException(AzureErrors.TooLarge, $"A transaction of {documents.Count} documents is more than the service takes at once ({MostOperations}). Commit in smaller pieces.");
        }

        TransactionalBatch batch = _container.CreateTransactionalBatch(DocumentKeys.Of(workspace, scope));
        TransactionalBatchItemRequestOptions quiet = new() { EnableContentResponseOnWrite = false };
        foreach (Document document in documents)
        {
            // The declared type decides what is written.
            batch = document.ETag is null
                ? batch.CreateItem<object>(document, quiet)
                : batch.ReplaceItem<object>(document.Id, document, new TransactionalBatchItemRequestOptions { IfMatchEtag = document.ETag, EnableContentResponseOnWrite = false });
        }

        using TransactionalBatchResponse response = await SayAsync(() => batch.ExecuteAsync(cancellationToken));
        if (response.IsSuccessStatusCode)
        {
            return true;
        }

        // Without results the transaction was refused as a whole, for want of its container for one.
        if (response.Count > 0 && response.Any(result => IsConflict(result.StatusCode)))
        {
            AzureDiagnostics.WriteConflicts.Add(1);
            return false;
        }

        throw AzureErrors.FromStatus((int)response.StatusCode, response.ErrorMessage ?? "", What, new InvalidOperationException(response.ErrorMessage));
    }

    /// <summary>Finds documents of a workspace, or of one scope in it, at most as many as asked for. The condition is a fixed text; every value is a parameter.</summary>
    internal ValueTask<List<T>> QueryAsync<T>(WorkspaceId workspace, string? scope, string select, string condition, IEnumerable<(string Name, object Value)> values, int max, CancellationToken cancellationToken)
    {
        workspace.EnsureWellFormed();
        // The key routes the query, and the condition says the same again: a query never depends on the routing to stay inside its workspace.
        string inside = scope is null ? "c.tenant = @tenant AND c.workspace = @workspace" : "c.tenant = @tenant AND c.workspace = @workspace AND c.scope = @scope";
        QueryDefinition query = new QueryDefinition($"SELECT {select} FROM c WHERE {inside} AND {condition}")
            .WithParameter("@tenant", workspace.Tenant)
            .WithParameter("@workspace", workspace.Workspace);
        query = scope is null ? query : query.WithParameter("@scope", scope);
        PartitionKey key = scope is null
            ? new PartitionKeyBuilder().Add(workspace.Tenant).Add(workspace.Workspace).Build()
            : DocumentKeys.Of(workspace, scope);
        return RunAsync<T>(query, values, key, max, cancellationToken);
    }

    /// <summary>Finds documents of every workspace. For the host's own housekeeping; nothing a user asks for comes here.</summary>
    internal ValueTask<List<T>> QueryEverywhereAsync<T>(string select, string condition, IEnumerable<(string Name, object Value)> values, int max, CancellationToken cancellationToken) =>
        RunAsync<T>(new QueryDefinition($"SELECT {select} FROM c WHERE {condition}"), values, null, max, cancellationToken);

    private static bool IsConflict(HttpStatusCode status) => status is HttpStatusCode.Conflict or HttpStatusCode.PreconditionFailed or HttpStatusCode.NotFound;

    private static ItemRequestOptions Quiet() => new() { EnableContentResponseOnWrite = false };

    private async ValueTask<List<T>> RunAsync<T>(QueryDefinition query, IEnumerable<(string Name, object Value)> values, PartitionKey? key, int max, CancellationToken cancellationToken)
    {
        foreach ((string name, object value) in values)
        {
            query = query.WithParameter(name, value);
        }

        List<T> found = [];
        using FeedIterator<T> pages = _container.GetItemQueryIterator<T>(query, requestOptions: new QueryRequestOptions { PartitionKey = key, MaxItemCount = Math.Min(max, 1_000) });
        while (pages.HasMoreResults && found.Count < max)
        {
            FeedResponse<T> page = await SayAsync(() => pages.ReadNextAsync(cancellationToken));
            found.AddRange(page.Take(max - found.Count));
        }

        return found;
    }

    private async Task<T> SayAsync<T>(Func<Task<T>> request)
    {
        try
        {
            return await request();
        }
        catch (CosmosException error) when (!IsConflict(error.StatusCode) || error.SubStatusCode != 0)
        {
            throw AzureErrors.FromStatus((int)error.StatusCode, $"sub-status {error.SubStatusCode}", What, error);
        }
        catch (Exception error) when (error is HttpRequestException or AuthenticationFailedException)
        {
            throw error is HttpRequestException ? AzureErrors.FromStatus(0, "", What, error) : AzureErrors.From(error, What)!;
        }
    }
}
