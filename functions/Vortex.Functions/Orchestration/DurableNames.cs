using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Vortex.Runs;

namespace Vortex.Functions;

/// <summary>Names in the durable backend.</summary>
internal static class DurableNames
{
    /// <summary>What the backend takes: 100 printable ASCII characters.</summary>
    private const int Longest = 100;
    private const string VersionMark = "-v";

    /// <summary>Names an orchestrator of a version: <c>run-v1</c>. An instance keeps the name it began with, so a deployment that brings <c>run-v2</c> leaves it alone.</summary>
    public static string Orchestrator(string name, int version) => string.Create(CultureInfo.InvariantCulture, $"{name}{VersionMark}{version}");

    /// <summary>Reads a name back.</summary>
    public static (string Name, int Version) Read(string name)
    {
        int at = name.LastIndexOf(VersionMark, StringComparison.Ordinal);
        return at > 0 && int.TryParse(name.AsSpan(at + VersionMark.Length), NumberStyles.None, CultureInfo.InvariantCulture, out int version)
            ? (name[..at], version)
            : (name, 0);
    }

    /// <summary>Names an instance: tenant, workspace and name, or a hash of the three where that is too long or has characters that the backend refuses.</summary>
    public static string Instance(OrchestrationId instance)
    {
        string plain = $"{instance.Workspace.Tenant}.{instance.Workspace.Workspace}.{instance.Name}";
        bool isPlain = plain.Length <= Longest && plain.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_') && plain.Count(c => c == '.') == 2;
        // A colon is in no plain name, so the two kinds never meet.
        return isPlain ? plain : "sha256:" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{instance.Workspace.Tenant}\n{instance.Workspace.Workspace}\n{instance.Name}")));
    }
}
