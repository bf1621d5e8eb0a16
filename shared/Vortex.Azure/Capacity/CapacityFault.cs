using System.Text.RegularExpressions;
using Azure;
using Vortex.Runs;

namespace Vortex.Azure;

/// <summary>Turns what the service says when it starts no runner into a reason that a person understands.</summary>
/// <remarks>
/// Codes alone do not tell: quota and capacity both come as <c>ServiceUnavailable</c> (MicrosoftDocs/SupportArticles-docs,
/// azure-container-instances/configuration-setup), so the text decides, and the service's own words go along.
/// </remarks>
internal static partial class CapacityFault
{
    /// <summary>Makes the state that follows from a refusal.</summary>
    internal static CapacityState Of(RequestFailedException refused, string? region) => Of($"{refused.ErrorCode}: {FirstLine(refused.Message)}", refused.Status, region);

    /// <summary>Makes the state that follows from a group that failed.</summary>
    internal static CapacityState Of(ContainerGroup failed, string? region)
    {
        string said = string.Join(' ', new[] { failed.Detail, failed.Events.Count > 0 ? failed.Events[^1] : null }.OfType<string>());
        return failed.ExitCode is { } code
            ? new CapacityState(
                CapacityStatus.Missing,
                CapacityCodes.RunnerFailed,
                FormattableString.Invariant($"The runner in the container group '{failed.Name}' ended with exit code {code}; 2 means a setting. See: az container logs --name {failed.Name}."))
            : Of(said.Length > 0 ? said : $"The container group '{failed.Name}' did not come up", 0, region);
    }

    /// <summary>Says whether a text is about an image that cannot be fetched.</summary>
    internal static bool IsAboutImage(string? text) => text is not null && ImageWords().IsMatch(text);

    private static CapacityState Of(string said, int status, string? region)
    {
        string where = region is { Length: > 0 } ? $"in {region}" : "in the region";
        (string code, string sentence) = said switch
        {
            _ when QuotaWords().IsMatch(said) => (CapacityCodes.Quota, $"The subscription's quota for container groups {where} is used up. Ask for more under 'Quotas' in the portal; what waits goes on with the runners that are there."),
            _ when IsAboutImage(said) => (CapacityCodes.Image, "The runner's image cannot be fetched: it is not in the registry, or the runner's identity may not pull it (role AcrPull)."),
            _ when status is 401 or 403 || RightsWords().IsMatch(said) => (CapacityCodes.Refused, "The function app's identity may not start container groups: it needs the roles 'Azure Container Instances Contributor Role' on the resource group and 'Managed Identity Operator' on the runner's identity."),
            _ when RegionWords().IsMatch(said) => (CapacityCodes.RegionFull, $"Azure has no machine for a container group to give {where} at the moment. It is tried again every minute."),
            _ => (CapacityCodes.Refused, "Azure started no container group."),
        };
        return new CapacityState(CapacityStatus.Missing, code, $"{sentence} Azure says: {said.TrimEnd('.')}.");
    }

    private static string FirstLine(string message) => message.Split('\n', 2)[0].Trim();

    [GeneratedRegex("quota", RegexOptions.IgnoreCase)]
    private static partial Regex QuotaWords();

    [GeneratedRegex("InaccessibleImage|InvalidImage|ImagePull|ErrImage|pull(ing)? image|image .{0,200}(not found|cannot be pulled|unauthorized)", RegexOptions.IgnoreCase)]
    private static partial Regex ImageWords();

    [GeneratedRegex("AuthorizationFailed|Forbidden", RegexOptions.IgnoreCase)]
    private static partial Regex RightsWords();

    [GeneratedRegex("not available in the location|ServiceUnavailable|capacity|overconstrained|AllocationFailed", RegexOptions.IgnoreCase)]
    private static partial Regex RegionWords();
}
