using System.Text.Json;
using System.Text.RegularExpressions;
using YamlDotNet.Serialization;

namespace Vortex.Infra.Tests;

/// <summary><c>local-dev/azure/compose.yaml</c>, as far as it can be told without a container engine.</summary>
public sealed partial class ComposeTests
{
    private static readonly string s_folder = Path.Combine(ReferenceData.RepositoryRoot(), "local-dev", "azure");
    private static readonly Dictionary<object, object> s_file =
        new DeserializerBuilder().Build().Deserialize<Dictionary<object, object>>(File.ReadAllText(Path.Combine(s_folder, "compose.yaml")));

    [Fact]
    public void Every_port_is_open_on_this_machine_alone_and_no_two_services_want_the_same()
    {
        string[] ports = [.. Services().SelectMany(service => List(service, "ports"))];
        Assert.NotEmpty(ports);
        Assert.All(ports, port => Assert.Matches(@"^127\.0\.0\.1:\d+:\d+$", port));
        Assert.Equal(ports.Length, ports.Select(port => port.Split(':')[1]).Distinct().Count());
    }

    [Fact]
    public void Every_service_has_an_image_and_what_it_names_is_there()
    {
        string[] volumes = [.. Map(s_file["volumes"]).Keys.Cast<string>()];
        Assert.Equal(["name", "services", "volumes"], s_file.Keys.Cast<string>());
        foreach ((string name, Dictionary<object, object> service) in Map(s_file["services"]).Select(one => ((string)one.Key, Map(one.Value))))
        {
            Assert.Matches(@"^[a-z0-9.-]+(/[a-z0-9.-]+)+:[A-Za-z0-9.-]+$", (string)service["image"]);
            Assert.All(List(service, "depends_on"), other => Assert.Contains(other, Map(s_file["services"]).Keys));
            Assert.All(List(service, "volumes"), volume =>
            {
                string source = volume.Split(':')[0];
                Assert.True(source[0] == '.' ? File.Exists(Path.Combine(s_folder, source)) : volumes.Contains(source), $"{name} mounts {source}.");
            });
        }
    }

    [Fact]
    public void No_password_is_written_down()
    {
        foreach (Dictionary<object, object> service in Services().Where(service => service.ContainsKey("environment")))
        {
            foreach ((object key, object value) in Map(service["environment"]).Where(variable => ((string)variable.Key).Contains("PASSWORD", StringComparison.Ordinal)))
            {
                Assert.Matches(@"^\$\{VORTEX_[A-Z_]+:\?.+\}$", (string)value);
            }
        }
    }

    [Fact]
    public void Queues_of_the_emulator_are_those_of_the_deployment_and_drop_doubles()
    {
        using JsonDocument config = JsonDocument.Parse(File.ReadAllText(Path.Combine(s_folder, "servicebus.json")));
        JsonElement[] queues = [.. config.RootElement.GetProperty("UserConfig").GetProperty("Namespaces").EnumerateArray().SelectMany(space => space.GetProperty("Queues").EnumerateArray())];
        string main = File.ReadAllText(Path.Combine(ReferenceData.RepositoryRoot(), "infra", "main.bicep"));
        string[] deployed = [.. QueueNames().Matches(main).Select(match => match.Groups[1].Value)];
        Assert.Equal(3, deployed.Length);
        Assert.Equal(deployed.Order(StringComparer.Ordinal), queues.Select(queue => queue.GetProperty("Name").GetString()!).Order(StringComparer.Ordinal));
        Assert.All(queues, queue => Assert.True(queue.GetProperty("Properties").GetProperty("RequiresDuplicateDetection").GetBoolean()));
    }

    private static IEnumerable<Dictionary<object, object>> Services() => Map(s_file["services"]).Values.Select(Map);

    private static string[] List(Dictionary<object, object> service, string key) => service.TryGetValue(key, out object? list) ? [.. ((List<object>)list).Cast<string>()] : [];

    private static Dictionary<object, object> Map(object value) => (Dictionary<object, object>)value;

    [GeneratedRegex("(?m)^var (?:cpu|gpu|result)Queue = '([^']+)'$")]
    private static partial Regex QueueNames();
}
