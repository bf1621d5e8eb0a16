using Azure;
using Azure.Storage.Blobs;
using Microsoft.Extensions.DependencyInjection;
using Vortex.Azure;
using Vortex.Local.Terminal;

namespace Vortex.Local.Hosting;

/// <summary>Where content lies: in the data folder, or in Azurite, the emulator of Azure's storage, through the adapter that runs in the cloud.</summary>
internal enum ContentPlace
{
    /// <summary>Files in the data folder.</summary>
    Folder,

    /// <summary>Blobs of an Azurite on this machine.</summary>
    Azurite,
}

/// <summary>Chooses and checks the place of content.</summary>
internal static class ContentPlaces
{
    /// <summary>The variable with the connection string of an Azurite that is not where it is by default.</summary>
    public const string Variable = "VORTEX_AZURITE";

    private const string MarkName = "content.place";

    /// <summary>Adds the store of a place that is not the data folder. Goes before the embedded ports, which add theirs when there is none.</summary>
    public static IServiceCollection AddContentPlace(this IServiceCollection services, ContentPlace place) =>
        place == ContentPlace.Azurite ? services.AddVortexAzureBlobs(client: _ => AzuriteClient(new BlobClientOptions())) : services;

    /// <summary>Makes sure that the place can be used, before anything else is opened.</summary>
    /// <returns>The address, for people; null for the data folder.</returns>
    /// <exception cref="CommandFailure">It does not answer, or refuses.</exception>
    public static async Task<string?> CheckAsync(ContentPlace place, CancellationToken cancellationToken)
    {
        if (place == ContentPlace.Folder)
        {
            return null;
        }

        BlobServiceClient client = AzuriteClient(new BlobClientOptions { Retry = { MaxRetries = 0, NetworkTimeout = TimeSpan.FromSeconds(5) } });
        try
        {
            await client.GetPropertiesAsync(cancellationToken);
            return client.Uri.ToString();
        }
        catch (RequestFailedException failure) when (failure.Status == 0)
        {
            throw CommandFailure.Failed($"""
                Azurite does not answer at {client.Uri}. Start it, then run this command again:
                  npx azurite-blob --location azurite-data --disableTelemetry --skipApiVersionCheck
                Where it listens elsewhere, set {Variable} to its connection string.
                """);
        }
        catch (RequestFailedException failure)
        {
            throw CommandFailure.Failed($"Azurite at {client.Uri} refuses: {failure.Status} {failure.ErrorCode}. Check the connection string in {Variable}; an Azurite that is older than the client wants --skipApiVersionCheck.");
        }
    }

    /// <summary>Remembers in the data folder where its content lies. What the database tells of is of no use with the content of another place.</summary>
    /// <exception cref="CommandFailure">Its content lies elsewhere.</exception>
    public static void Claim(string dataFolder, ContentPlace place)
    {
        Directory.CreateDirectory(dataFolder);
        string mark = Path.Combine(dataFolder, MarkName);
        bool used = File.Exists(Path.Combine(dataFolder, "vortex.db"));
        ContentPlace known = File.Exists(mark) ? Enum.Parse<ContentPlace>(File.ReadAllText(mark).Trim(), ignoreCase: true) : ContentPlace.Folder;
        if (used && known != place)
        {
            throw CommandFailure.Failed(known == ContentPlace.Azurite
                ? $"The content of the data folder '{dataFolder}' lies in Azurite. Serve it with 'vortex up --store azurite', or use another folder with --data DIR."
                : $"The data folder '{dataFolder}' holds its content itself. Use another folder for --store azurite, with --data DIR.");
        }

        if (!used && place != ContentPlace.Folder)
        {
            File.WriteAllText(mark, place.ToString().ToLowerInvariant());
        }
    }

    /// <summary>Makes a client of the Azurite that the variable names, or of the one where it is by default.</summary>
    /// <exception cref="CommandFailure">The variable holds no connection string.</exception>
    internal static BlobServiceClient AzuriteClient(BlobClientOptions options)
    {
        string? given = Environment.GetEnvironmentVariable(Variable);
        try
        {
            return new BlobServiceClient(string.IsNullOrWhiteSpace(given) ? "UseDevelopmentStorage=true" : given, options);
        }
        catch (FormatException)
        {
            throw CommandFailure.BadInput($"{Variable} is no connection string of a storage account. Azurite prints its own in its documentation; leave the variable out for the default one.");
        }
    }
}
