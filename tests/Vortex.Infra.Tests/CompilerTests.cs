using System.Diagnostics;
using System.Reflection;
using System.Text.Json;

namespace Vortex.Infra.Tests;

/// <summary>The files in <c>infra/</c>, as the real compiler sees them, where there is one.</summary>
public sealed class CompilerTests
{
    private static readonly string s_main = Path.Combine(ReferenceData.RepositoryRoot(), "infra", "main.bicep");

    [Fact]
    public async Task Compiler_has_nothing_to_say()
    {
        (int code, string output, string errors) = await RunAsync("build", s_main, "--stdout");
        Assert.Equal((0, ""), (code, errors.Trim()));
        Assert.True(output.Length > 10_000);
    }

    [Fact]
    public async Task Key_that_seals_the_secrets_of_hooks_is_made_once_and_named_by_reference()
    {
        (_, string output, _) = await RunAsync("build", s_main, "--stdout");
        // Without this each deployment would make another key, and what the last one sealed could not be read.
        Assert.Matches("\"onlyIfNotExists\": \\[\\]\\s+\\},\\s+\"type\": \"Microsoft.KeyVault/vaults/secrets\"", output);
        Assert.Contains("@Microsoft.KeyVault(SecretUri=", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", 2, 2, 0)]
    [InlineData("param gpuProfile = ''", 1, 1, 0)]
    [InlineData("param overflowLocation = 'westus3'", 3, 2, 0)]
    [InlineData("param overflowLocation = 'westus3'\nparam networkIsolation = true\nparam durableBackend = 'storage'\nparam principalId = '11111111-1111-1111-1111-111111111111'", 3, 2, 9)]
    public async Task Deployment_makes_what_its_parameters_ask_for(string parameters, int runners, int batchQueues, int privateEndpoints)
    {
        string folder = Directory.CreateTempSubdirectory("vortex-infra").FullName;
        try
        {
            string file = Path.Combine(folder, "try.bicepparam");
            string path = Path.GetRelativePath(folder, s_main).Replace('\\', '/');
            await File.WriteAllTextAsync(file, $"using '{path}'\nparam environmentName = 'a-rather-long-name'\nparam location = 'swedencentral'\n{parameters}\n");
            (int code, string output, string errors) = await RunAsync(
                "snapshot", file, "--mode", "overwrite", "--location", "swedencentral", "--subscription-id", Guid.NewGuid().ToString(), "--tenant-id", Guid.NewGuid().ToString());
            Assert.True(code == 0, output + errors);
            using JsonDocument snapshot = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(folder, "try.snapshot.json")));
            Assert.Empty(snapshot.RootElement.GetProperty("diagnostics").EnumerateArray());
            JsonElement[] made = [.. snapshot.RootElement.GetProperty("predictedResources").EnumerateArray()];
            string[] types = [.. made.Select(one => one.GetProperty("type").GetString()!)];
            Assert.Equal(runners, types.Count(type => type == "Microsoft.App/containerApps"));
            Assert.Equal(batchQueues + 1, types.Count(type => type == "Microsoft.ServiceBus/namespaces/queues"));
            Assert.Equal(privateEndpoints, types.Count(type => type == "Microsoft.Network/privateEndpoints"));
            Assert.Equal(parameters.Contains("storage", StringComparison.Ordinal) ? 0 : 1, types.Count(type => type == "Microsoft.DurableTask/schedulers"));
            Assert.All(made.Where(one => one.GetProperty("type").GetString() == "Microsoft.Storage/storageAccounts"), account =>
                Assert.False(account.GetProperty("properties").GetProperty("allowSharedKeyAccess").GetBoolean()));
            Assert.Equal("hook-key", Assert.Single(made, one => one.GetProperty("type").GetString() == "Microsoft.KeyVault/vaults/secrets").GetProperty("name").GetString()!.Split('/')[1]);
            Assert.DoesNotContain(types, type => type == "Microsoft.ContainerInstance/containerGroups");
            Assert.All(made.Where(one => one.GetProperty("type").GetString() == "Microsoft.App/containerApps"), app =>
                Assert.Equal(0, app.GetProperty("properties").GetProperty("template").GetProperty("scale").GetProperty("minReplicas").GetInt32()));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<(int Code, string Output, string Errors)> RunAsync(params string[] arguments)
    {
        string? compiler = Compiler();
        Assert.SkipWhen(compiler is null, "No Bicep compiler: build with -p:WithBicep=true, or set VORTEX_BICEP.");
        if (!OperatingSystem.IsWindows())
        {
            // A package does not keep the permission.
            File.SetUnixFileMode(compiler!, File.GetUnixFileMode(compiler!) | UnixFileMode.UserExecute);
        }

        using Process process = Process.Start(new ProcessStartInfo(compiler!, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> errors = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, await output, await errors);
    }

    private static string? Compiler()
    {
        string suffix = OperatingSystem.IsWindows() ? ".exe" : "";
        string? restored = typeof(CompilerTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().FirstOrDefault(one => one.Key == "BicepCompiler")?.Value;
        string[] places =
        [
            Environment.GetEnvironmentVariable("VORTEX_BICEP") ?? "",
            restored is null ? "" : restored + suffix,
            .. (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Select(folder => Path.Combine(folder, "bicep" + suffix)),
        ];
        return places.FirstOrDefault(File.Exists);
    }
}
