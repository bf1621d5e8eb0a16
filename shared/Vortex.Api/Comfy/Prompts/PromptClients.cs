using System.Security.Cryptography;
using System.Text;
using Vortex.Runs;

namespace Vortex.Api;

/// <summary>Which client a run was prompted by: kept as a tag of the run, so that a client that comes back finds its runs on any host.</summary>
internal static class PromptClients
{
    /// <summary>The tag of runs whose client gave no id. As in ComfyUI everybody hears of them.</summary>
    public const string Everybody = "comfy";
    private const string Prefix = "comfy:";
    private const int MaxPlain = 58;

    /// <summary>The longest client id that is taken.</summary>
    public const int MaxLength = 256;

    public static string TagOf(string? client) =>
        string.IsNullOrEmpty(client) ? Everybody
        : client.Length <= MaxPlain && !client.Any(char.IsControl) ? Prefix + client
        : Prefix + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(client)).AsSpan(0, 24));

    /// <summary>Returns the id of the client a run belongs to, as far as its tag holds it; null when there is none.</summary>
    public static string? Of(RunRecord run) =>
        run.Options.Tags.FirstOrDefault(tag => tag.StartsWith(Prefix, StringComparison.Ordinal))?[Prefix.Length..];
}
