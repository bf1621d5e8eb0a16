using System.CommandLine;
using System.Text.Json;
using Vortex.Local.Hosting;
using Vortex.Local.Terminal;
using Vortex.Runs;
using Vortex.Workflows;

namespace Vortex.Local.Commands;

/// <summary><c>vortex validate</c>: says what keeps a workflow from running, without running it.</summary>
internal static class ValidateCommand
{
    public static Command Make()
    {
        Argument<string> file = new("FILE") { Description = "A workflow: VTXW, either ComfyUI format, or a picture that holds one" };
        Option<bool> json = new("--json") { Description = "Print problems as JSON" };
        Command command = new("validate", "Check a workflow without running it") { file, json };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            string path = parsed.GetValue(file)!;
            OpenedWorkflow opened = await WorkflowFiles.OpenAsync(path, Catalogs.All, cancellationToken);
            List<WorkflowProblem> problems = [.. opened.Problems];
            if (opened.Document is { } document)
            {
                problems.AddRange(WorkflowValidator.Validate(document, Catalogs.All));
            }

            int errors = problems.Count(problem => problem.Severity == ProblemSeverity.Error);
            if (parsed.GetValue(json))
            {
                Console.Out.WriteLine(JsonSerializer.Serialize(new { file = path, valid = errors == 0, problems }, RunsJson.Options));
            }
            else
            {
                foreach (WorkflowProblem problem in problems)
                {
                    Console.Out.WriteLine(WorkflowFiles.Format(path, problem));
                }

                Console.Out.WriteLine(errors == 0
                    ? $"{path}: valid, {opened.Document!.Nodes.Length} nodes{(problems.Count > 0 ? $", {problems.Count} warnings" : "")}."
                    : $"{path}: {errors} {(errors == 1 ? "error" : "errors")}, {problems.Count - errors} warnings.");
            }

            return errors == 0 ? ExitCodes.Done : ExitCodes.BadInput;
        });
        return command;
    }
}
