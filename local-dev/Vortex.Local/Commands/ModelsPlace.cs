using System.CommandLine;
using Azure.Storage.Blobs;
using Vortex.Azure;
using Vortex.Local.Hosting;
using Vortex.Local.Terminal;

namespace Vortex.Local.Commands;

/// <summary><c>--azure</c> of the commands that work with the models of a deployment.</summary>
internal static class ModelsPlace
{
    private const string Emulator = "azurite";

    public static Option<string?> Make(string what) => new("--azure")
    {
        Description = $"{what}: the blob endpoint of the deployment's data account, such as https://ACCOUNT.blob.core.windows.net, or the account's name; '{Emulator}' for the emulator on this machine",
        HelpName = "ACCOUNT",
    };

    public static Option<string> Container() => new("--container") { Description = "The container of models there", HelpName = "NAME", DefaultValueFactory = _ => new ModelStoreOptions().Container };

    /// <summary>Opens the model store of a deployment, as whoever is signed in.</summary>
    /// <exception cref="CommandFailure">It is no address.</exception>
    public static BlobModelStore Open(string azure, string container)
    {
        ModelStoreOptions options = new() { Container = container };
        if (azure == Emulator)
        {
            return new BlobModelStore(ContentPlaces.AzuriteClient(new BlobClientOptions()), options);
        }

        string address = azure.Contains(':', StringComparison.Ordinal) ? azure : $"https://{azure}.blob.core.windows.net";
        return Uri.TryCreate(address, UriKind.Absolute, out Uri? uri) && uri is { Scheme: "https", UserInfo: "", Query: "" } && uri.Host.Contains('.', StringComparison.Ordinal)
            ? new BlobModelStore(AzureBlobServices.SignIn(uri), options)
            : throw CommandFailure.BadInput($"'{azure}' is no data account. Say its name or its blob endpoint: https://ACCOUNT.blob.core.windows.net");
    }
}
