using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Vortex.Local.Hosting;
using Vortex.Local.Terminal;
using Vortex.Runs;
using Vortex.Workflows;

namespace Vortex.Local.Commands;

/// <summary><c>vortex nodes</c>: lists node types, or explains one.</summary>
internal static class NodesCommand
{
    public static Command Make()
    {
        Argument<string?> name = new("NAME") { Description = "A node type to explain; none lists all", Arity = ArgumentArity.ZeroOrOne };
        Option<bool> json = new("--json") { Description = "Print as JSON" };
        Option<bool> all = new("--all") { Description = "Also list types known only by their interface, which cannot run here" };
        Command command = new("nodes", "List the node types this build has") { name, json, all };
        command.SetAction(parsed => Run(parsed.GetValue(name), parsed.GetValue(json), parsed.GetValue(all)));
        return command;
    }

    private static int Run(string? name, bool json, bool all)
    {
        if (name is not null)
        {
            NodeType type = Catalogs.All.Find(name) ?? throw CommandFailure.BadInput($"There is no node type '{name}'.{Nearest(name)} 'vortex nodes --all' lists them.");
            Console.Out.WriteLine(json ? JsonSerializer.Serialize(type, RunsJson.Options) : Explain(type));
            return ExitCodes.Done;
        }

        NodeType[] types = [.. Catalogs.All.Types.Where(type => all || type.IsExecutable)];
        if (json)
        {
            Console.Out.WriteLine(JsonSerializer.Serialize(types, RunsJson.Options));
            return ExitCodes.Done;
        }

        foreach (IGrouping<string, NodeType> group in types.GroupBy(type => type.Category).OrderBy(group => group.Key, StringComparer.Ordinal))
        {
            Console.Out.WriteLine(group.Key.Length == 0 ? "(no category)" : group.Key);
            foreach (NodeType type in group)
            {
                string summary = type.Description?.Split('\n')[0] ?? "";
                Console.Out.WriteLine($"  {type.Name,-28} {(type.IsExecutable ? "" : "(cannot run here) ")}{Short(summary)}");
            }
        }

        Console.Out.WriteLine();
        Console.Out.WriteLine($"{types.Count(type => type.IsExecutable)} node types run here; {Catalogs.All.Types.Count(type => !type.IsExecutable)} more are known by their interface (--all).");
        return ExitCodes.Done;
    }

    private static string Explain(NodeType type)
    {
        StringWriter text = new(CultureInfo.InvariantCulture);
        text.WriteLine($"{type.Name} ({type.DisplayName}), {type.Category}{(type.IsExecutable ? "" : "; cannot run here")}{(type.IsDeprecated ? "; deprecated" : "")}");
        if (type.Description is { } description)
        {
            text.WriteLine();
            text.WriteLine(string.Join('\n', description.Split('\n').Select(line => "  " + line)));
        }

        text.WriteLine();
        text.WriteLine("Inputs" + (type.Inputs.IsEmpty ? ": none" : ""));
        foreach (NodeInput input in type.Inputs)
        {
            string range = (input.Min, input.Max) switch
            {
                (null, null) => "",
                ({ } min, null) => $", at least {Plain(min)}",
                (null, { } max) => $", at most {Plain(max)}",
                ({ } min, { } max) => $", {Plain(min)} to {Plain(max)}",
            };
            string choices = input.Choices.IsEmpty ? "" : $", one of {string.Join(", ", input.Choices)}";
            string fallback = input.Default is { } value ? $", default {value.GetRawText()}" : input.IsRequired ? "" : ", optional";
            text.WriteLine($"  {input.Name,-20} {input.Type}{range}{choices}{fallback}");
            if (input.Tooltip is { } tooltip)
            {
                text.WriteLine($"  {"",-20}   {tooltip}");
            }
        }

        text.WriteLine("Outputs" + (type.Outputs.IsEmpty ? ": none" : ""));
        foreach (NodeOutput output in type.Outputs)
        {
            text.WriteLine($"  {output.Name,-20} {output.Type}{(output.IsList ? ", a list" : "")}");
        }

        return text.ToString().TrimEnd();
    }

    private static string Plain(decimal number) => number.ToString("0.############", CultureInfo.InvariantCulture);

    private static string Short(string text) => text.Length > 90 ? text[..89] + "…" : text;

    private static string Nearest(string name)
    {
        string? near = Catalogs.All.Types.Select(type => type.Name).FirstOrDefault(known => known.Equals(name, StringComparison.OrdinalIgnoreCase))
            ?? Catalogs.All.Types.Select(type => type.Name).FirstOrDefault(known => known.Contains(name, StringComparison.OrdinalIgnoreCase));
        return near is null ? "" : $" Did you mean '{near}'?";
    }
}
