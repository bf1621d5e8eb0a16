using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using Vortex.Local.Hosting;
using Vortex.Local.Running;
using Vortex.Local.Terminal;
using Vortex.Runs;
using Vortex.Workflows;

namespace Vortex.Local.Commands;

/// <summary><c>vortex hooks</c>: addresses that other systems deliver to, each delivery a run.</summary>
internal static class HooksCommand
{
    public static Command Make(Option<string?> data)
    {
        Option<bool> json = new("--json") { Description = "Print as JSON", Recursive = true };
        return new Command("hooks", "List, add and remove addresses that other systems deliver to, each delivery a run") { List(data, json), Add(data, json), Rotate(data, json), Remove(data, json), json };
    }

    private static Command List(Option<string?> data, Option<bool> json)
    {
        Command command = new("list", "List the hooks of the host that serves the data folder") { data };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using HostApi host = await HostAsync(parsed, data, cancellationToken);
            IReadOnlyList<JsonElement> hooks = await host.ListAsync("v1/hooks", cancellationToken);
            if (parsed.GetValue(json))
            {
                Console.Out.WriteLine(JsonSerializer.Serialize(hooks, RunsJson.Options));
                return ExitCodes.Done;
            }

            foreach (JsonElement hook in hooks)
            {
                Console.Out.WriteLine($"{Text(hook, "hook_id")}  {Text(hook, "scheme"),-9}  {Text(hook, "workflow_id")}  {Text(hook, "name")}");
            }

            if (hooks.Count == 0)
            {
                Console.Out.WriteLine("There are no hooks. 'vortex hooks add WORKFLOW' makes one.");
            }

            return ExitCodes.Done;
        });
        return command;
    }

    private static Command Add(Option<string?> data, Option<bool> json)
    {
        Argument<string> workflow = new("WORKFLOW") { Description = "The id of a stored workflow (wf_…), or a workflow file, which is stored first" };
        Option<string[]> inputs = new("--input") { Description = "Where in the payload an input's value is, as INPUT=POINTER, such as prompt=/order/text", HelpName = "INPUT=POINTER" };
        Option<string[]> defaults = new("--default") { Description = "An input's value where the payload names none, as INPUT=VALUE", HelpName = "INPUT=VALUE" };
        Option<string?> name = new("--name") { Description = "What it is called; the workflow's name when not given", HelpName = "NAME" };
        Option<string?> delivery = new("--delivery-id") { Description = "Where in the payload the delivery's id is; the header webhook-id when not given", HelpName = "POINTER" };
        Option<bool> signed = new("--signed") { Description = "Deliveries are signed (Standard Webhooks) instead of carrying the secret" };
        Command command = new("add", "Make a hook and print its address and its secret") { workflow, inputs, defaults, name, delivery, signed, data };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using HostApi host = await HostAsync(parsed, data, cancellationToken);
            JsonObject body = new()
            {
                ["workflow_id"] = await WorkflowIdAsync(host, parsed.GetValue(workflow)!, cancellationToken),
                ["scheme"] = parsed.GetValue(signed) ? "signature" : "token",
                ["inputs"] = Pairs(parsed.GetValue(inputs), "--input", pointer => pointer),
                ["defaults"] = Pairs(parsed.GetValue(defaults), "--default", Value),
            };
            Put(body, "name", parsed.GetValue(name));
            Put(body, "delivery_pointer", parsed.GetValue(delivery));
            Print(host, await host.SendAsync(HttpMethod.Post, "v1/hooks", body, cancellationToken), parsed.GetValue(json));
            return ExitCodes.Done;
        });
        return command;
    }

    private static Command Rotate(Option<string?> data, Option<bool> json)
    {
        Argument<string> hook = new("HOOK") { Description = "The hook's id" };
        Option<int> grace = new("--grace") { Description = "For how many seconds the earlier secret is taken as well", DefaultValueFactory = _ => 0, HelpName = "SECONDS" };
        Command command = new("rotate", "Give a hook a new secret and print it") { hook, grace, data };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using HostApi host = await HostAsync(parsed, data, cancellationToken);
            JsonObject body = new() { ["grace_seconds"] = parsed.GetValue(grace) };
            Print(host, await host.SendAsync(HttpMethod.Post, Path(parsed.GetValue(hook)!) + "/rotate", body, cancellationToken), parsed.GetValue(json));
            return ExitCodes.Done;
        });
        return command;
    }

    private static Command Remove(Option<string?> data, Option<bool> json)
    {
        Argument<string> hook = new("HOOK") { Description = "The hook's id" };
        Command command = new("remove", "Remove a hook; its deliveries are refused from then on") { hook, data };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using HostApi host = await HostAsync(parsed, data, cancellationToken);
            await host.SendAsync(HttpMethod.Delete, Path(parsed.GetValue(hook)!), null, cancellationToken);
            Console.Out.WriteLine(parsed.GetValue(json) ? "{}" : $"Removed {parsed.GetValue(hook)}.");
            return ExitCodes.Done;
        });
        return command;
    }

    private static Task<HostApi> HostAsync(ParseResult parsed, Option<string?> data, CancellationToken cancellationToken) =>
        HostApi.FindAsync(DataFolders.Choose(parsed.GetValue(data)), cancellationToken);

    private static async Task<string> WorkflowIdAsync(HostApi host, string workflow, CancellationToken cancellationToken)
    {
        if (workflow.StartsWith("wf_", StringComparison.Ordinal) && !File.Exists(workflow))
        {
            return workflow;
        }

        OpenedWorkflow opened = await WorkflowFiles.OpenAsync(workflow, Catalogs.All, cancellationToken);
        if (opened.Document is not { } document)
        {
            throw CommandFailure.BadInput(string.Join('\n', opened.Problems.Select(problem => WorkflowFiles.Format(workflow, problem))));
        }

        JsonObject body = new() { ["definition"] = JsonNode.Parse(VtxwWriter.Write(document)) };
        return Text(await host.SendAsync(HttpMethod.Post, "v1/workflows", body, cancellationToken), "workflow_id");
    }

    private static JsonObject Pairs(string[]? given, string option, Func<string, JsonNode?> value)
    {
        JsonObject pairs = [];
        foreach (string one in given ?? [])
        {
            int equals = one.IndexOf('=', StringComparison.Ordinal);
            pairs[equals > 0 ? one[..equals] : throw CommandFailure.BadInput($"'{one}' is no {option}: write NAME=VALUE.")] = value(one[(equals + 1)..]);
        }

        return pairs;
    }

    // A number or true is meant as such; what is no JSON is a text.
    private static JsonNode? Value(string text)
    {
        try
        {
            return JsonNode.Parse(text);
        }
        catch (JsonException)
        {
            return text;
        }
    }

    private static void Put(JsonObject body, string name, string? value)
    {
        if (value is not null)
        {
            body[name] = value;
        }
    }

    private static void Print(HostApi host, JsonElement hook, bool json) => Console.Out.WriteLine(json
        ? JsonSerializer.Serialize(hook, RunsJson.Options)
        : $"""
            {Text(hook, "hook_id")}: {Text(hook, "name")}
              address {new Uri(host.Url, Text(hook, "url"))}
              secret  {Text(hook, "secret")}
            Keep the secret now; it is not shown again. {(Text(hook, "scheme") == "token" ? "Send it as 'Authorization: Bearer SECRET'." : "Sign with it as Standard Webhooks lays down.")}
            """);

    private static string Path(string hook) => "v1/hooks/" + Uri.EscapeDataString(hook);

    private static string Text(JsonElement element, string name) => element.GetProperty(name).GetString()!;
}
