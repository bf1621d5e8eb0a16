using System.Text.Json;

namespace Vortex.Infra.Tests;

/// <summary>The numbers in <c>roles.json</c>, against Azure's own names for them. A wrong number is refused only by Azure, at the end of a deployment.</summary>
public sealed class RoleTests
{
    // DOCS: the table of the page "Azure built-in roles" (MicrosoftDocs/azure-docs, articles/role-based-access-control/built-in-roles.md), compared again with lists that others
    // made of 'az role definition list', in November 2026.
    // SAMPLES: the templates of Azure-Samples for the Durable Task Scheduler, whose role is younger than the copy of that page; several agree.
    public static TheoryData<string, string, string> Roles => new()
    {
        { "acrPull", "7f951dda-4ed3-4680-a7ca-43fe172d538d", "AcrPull" }, // DOCS
        { "acrPush", "8311e382-0749-4cb8-b61a-304f252e45ec", "AcrPush" }, // DOCS
        { "containerInstancesContributor", "5d977122-f97e-4b4d-a52f-6b43003ddb4d", "Azure Container Instances Contributor Role" }, // DOCS
        { "durableTaskDataContributor", "0ad04412-c4d5-4796-b79c-f76d14c8d402", "Durable Task Data Contributor" }, // SAMPLES
        { "keyVaultSecretsOfficer", "b86a8fe4-44ce-4948-aee5-eccb2c155cd7", "Key Vault Secrets Officer" }, // DOCS
        { "keyVaultSecretsUser", "4633458b-17de-408a-b874-0445c86b69e6", "Key Vault Secrets User" }, // DOCS
        { "managedIdentityOperator", "f1a07417-d97a-45cb-824c-7a7467783830", "Managed Identity Operator" }, // DOCS
        { "monitoringMetricsPublisher", "3913510d-42f4-4e42-8a64-420c390055eb", "Monitoring Metrics Publisher" }, // DOCS
        { "serviceBusDataOwner", "090c5cfd-751d-490a-894a-3ce6f1109419", "Azure Service Bus Data Owner" }, // DOCS
        { "serviceBusDataReceiver", "4f6d3b9b-027b-4f4c-9142-0e5a2a2247e0", "Azure Service Bus Data Receiver" }, // DOCS
        { "serviceBusDataSender", "69a216fc-b8fb-44d8-bc22-1f3c2cd27a39", "Azure Service Bus Data Sender" }, // DOCS
        { "signalRRestApiOwner", "fd53cd77-2268-407a-8f46-7e7863d0f521", "SignalR REST API Owner" }, // DOCS; older copies call it SignalR Serverless Contributor
        { "storageBlobDataContributor", "ba92f5b4-2d11-453d-a403-e96b0029c9fe", "Storage Blob Data Contributor" }, // DOCS
        { "storageBlobDataOwner", "b7e6dc6d-f1e8-4753-8033-0f276bb0955b", "Storage Blob Data Owner" }, // DOCS
        { "storageBlobDataReader", "2a2b9908-6ea1-4ae2-8e65-a410df84e7d1", "Storage Blob Data Reader" }, // DOCS
        { "storageBlobDelegator", "db58b8e5-c6ad-4a2a-8342-4190687cbf4a", "Storage Blob Delegator" }, // DOCS
        { "storageQueueDataContributor", "974c5e8b-45b9-4653-ba55-5f855dd0fb88", "Storage Queue Data Contributor" }, // DOCS
        { "storageTableDataContributor", "0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3", "Storage Table Data Contributor" }, // DOCS
    };

    private static readonly Dictionary<string, string> s_file =
        JsonSerializer.Deserialize<Dictionary<string, string>>(File.ReadAllText(Path.Combine(ReferenceData.RepositoryRoot(), "infra", "roles.json")))!;

    [Theory]
    [MemberData(nameof(Roles))]
    public void Number_is_that_of_the_role_which_the_name_says(string key, string number, string name)
    {
        Assert.Equal(number, s_file[key]);
        // Our keys are Azure's names without blanks, and without the words that all of their kind begin with.
        string expected = name.Replace(" ", "", StringComparison.Ordinal).Replace("Azure", "", StringComparison.Ordinal);
        Assert.StartsWith(key, expected, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void Every_role_in_the_file_is_compared() =>
        Assert.Equal(s_file.Keys.Order(StringComparer.Ordinal), Roles.Select(row => row.Data.Item1).Order(StringComparer.Ordinal));
}
