using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Vortex.Azure;
using Vortex.Diffusion;
using Vortex.Diffusion.Detection;
using Vortex.Diffusion.Files;
using Vortex.Diffusion.Tiny;
using Vortex.Local.Hosting;
using Vortex.Local.Terminal;
using Vortex.Runner.Models;
using Vortex.Runs;
using Vortex.Tensors.Cpu;

namespace Vortex.Local.Commands;

/// <summary><c>vortex models</c>: which models are here, what they are, and whether they are whole.</summary>
internal static class ModelsCommand
{
    public static Command Make(Option<string?> data)
    {
        Option<string[]> models = ModelsDirOption.Make();
        models.Recursive = true;
        Option<bool> json = new("--json") { Description = "Print as JSON", Recursive = true };
        Command command = new("models", "List, add, check and upload model files, or make tiny ones to try things with")
        {
            List(data, models, json),
            Add(data, models, json),
            ModelsVerify.Make(data, models, json),
            ModelsPush.Make(data, models, json),
            MakeTiny(),
        };
        command.Add(models);
        command.Add(json);
        return command;
    }

    /// <summary>Looks at a file.</summary>
    internal static ModelEntry Describe(ModelFolders folders, string folder, string name, CpuBackend backend)
    {
        string path = folders.Locate(folder, name)!;
        long size = new FileInfo(path).Length;
        if (folder == "configs")
        {
            return new ModelEntry(folder, name, size, path, "configuration", null, false, null);
        }

        try
        {
            using IModelFile file = ModelFiles.Open(path, name);
            DetectedModel found = ModelDetector.Detect(file, backend);
            string? problem = found.Kind == ModelKind.Unknown ? "its keys are those of no model that is known here"
                : found.Family is { IsSupported: false } family ? $"{family.Title} is not supported yet"
                : null;
            return new ModelEntry(folder, name, size, path, found.Kind.ToString(), found.Family?.Title ?? found.Detail, problem is null, problem);
        }
        catch (DiffusionException unreadable)
        {
            return new ModelEntry(folder, name, size, path, null, null, false, unreadable.Message);
        }
    }

    internal static string SizeText(long bytes) => bytes switch
    {
        >= 1L << 30 => string.Create(CultureInfo.InvariantCulture, $"{bytes / (double)(1L << 30):0.0} GiB"),
        >= 1L << 20 => string.Create(CultureInfo.InvariantCulture, $"{bytes / (double)(1L << 20):0.0} MiB"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{Math.Max(1, bytes >> 10)} KiB"),
    };

    private static Command List(Option<string?> data, Option<string[]> models, Option<bool> json)
    {
        Argument<string?> only = new("FOLDER") { Description = "Only this folder, such as loras", Arity = ArgumentArity.ZeroOrOne };
        Option<string?> azure = ModelsPlace.Make("List what a deployment has instead");
        Option<string> container = ModelsPlace.Container();
        Command command = new("list", "List the model files that are here, and what they hold") { only, azure, container, data };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            if (parsed.GetValue(azure) is { } account)
            {
                return await ListThereAsync(ModelsPlace.Open(account, parsed.GetValue(container)!), parsed.GetValue(only), parsed.GetValue(json), cancellationToken);
            }

            ModelFolders folders = Folders(parsed, data, models);
            using CpuBackend backend = new();
            string? wanted = parsed.GetValue(only) is { } named ? ModelFolderNames.Current(named) : null;
            ModelEntry[] entries =
            [
                .. folders.Folders.Where(folder => wanted is null || folder == wanted)
                    .SelectMany(folder => folders.List(folder).Select(name => Describe(folders, folder, name, backend))),
            ];
            if (parsed.GetValue(json))
            {
                Console.Out.WriteLine(JsonSerializer.Serialize(entries, RunsJson.Options));
                return ExitCodes.Done;
            }

            foreach (IGrouping<string, ModelEntry> group in entries.GroupBy(entry => entry.Folder))
            {
                Console.Out.WriteLine(group.Key);
                foreach (ModelEntry entry in group)
                {
                    string what = entry.Kind is null ? "" : entry.Family is null ? entry.Kind : $"{entry.Kind}, {entry.Family}";
                    Console.Out.WriteLine($"  {entry.Name,-44} {SizeText(entry.Size),9}  {what}{(entry.Problem is { } problem ? $" ({problem})" : "")}");
                }
            }

            if (entries.Length == 0)
            {
                Console.Out.WriteLine("There are no models here. They belong into the folders below:");
                foreach (string directory in folders.DirectoriesOf(wanted ?? "checkpoints").Take(4))
                {
                    Console.Out.WriteLine($"  {directory}");
                }

                Console.Out.WriteLine("'vortex models make-tiny DIR' writes tiny ones to try things with.");
            }

            return ExitCodes.Done;
        });
        return command;
    }

    private static async Task<int> ListThereAsync(BlobModelStore store, string? only, bool asJson, CancellationToken cancellationToken)
    {
        IReadOnlyList<FileRef> found;
        try
        {
            found = await store.ListAsync(only is null ? null : ModelFolderNames.Current(only), cancellationToken);
        }
        catch (AzureStoreException failure)
        {
            throw CommandFailure.Failed($"The models of the deployment cannot be listed ({failure.Code}): {failure.Message}");
        }

        if (asJson)
        {
            Console.Out.WriteLine(JsonSerializer.Serialize(found, RunsJson.Options));
            return ExitCodes.Done;
        }

        foreach (IGrouping<string?, FileRef> group in found.GroupBy(file => file.ModelFolder))
        {
            Console.Out.WriteLine(group.Key);
            foreach (FileRef file in group)
            {
                Console.Out.WriteLine($"  {file.Name,-44} {SizeText(file.Size),9}  sha256 {file.Digest}");
            }
        }

        if (found.Count == 0)
        {
            Console.Out.WriteLine("The deployment has no models. 'vortex models push FILE --azure ACCOUNT' brings one there.");
        }

        return ExitCodes.Done;
    }

    private static Command Add(Option<string?> data, Option<string[]> models, Option<bool> json)
    {
        Argument<string> source = new("FILE") { Description = "A model file" };
        Option<string?> folder = new("--folder") { Description = "The folder it belongs to; found out from the file when not given", HelpName = "FOLDER" };
        Option<string?> newName = new("--name") { Description = "What it is called there; its own name when not given", HelpName = "NAME" };
        Option<bool> link = new("--link") { Description = "Make a link and no copy" };
        Command command = new("add", "Put a model file into the model folder it belongs to") { source, folder, newName, link, data };
        command.SetAction(parsed =>
        {
            ModelFolders folders = Folders(parsed, data, models);
            ModelEntry added = ModelAdding.Add(folders, parsed.GetValue(source)!, parsed.GetValue(folder), parsed.GetValue(newName), parsed.GetValue(link));
            string digest = folders.Digests.DigestOf(added.Path);
            Console.Out.WriteLine(parsed.GetValue(json)
                ? JsonSerializer.Serialize(added with { Digest = digest }, RunsJson.Options)
                : $"{added.Folder}/{added.Name}: {added.Kind}{(added.Family is null ? "" : $", {added.Family}")}, {SizeText(added.Size)}\n  {added.Path}\n  sha256 {digest}{(added.Problem is { } problem ? $"\n  note: {problem}" : "")}");
            return ExitCodes.Done;
        });
        return command;
    }

    private static Command MakeTiny()
    {
        Argument<string> folder = new("DIR") { Description = "Where the model folders are made" };
        Command command = new("make-tiny", "Write tiny models with random weights, so that every sample runs without a download") { folder };
        command.SetAction(parsed =>
        {
            string target = Path.GetFullPath(parsed.GetValue(folder)!);
            try
            {
                TinyModels.WriteAll(target);
            }
            catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
            {
                throw CommandFailure.Failed($"The tiny models could not be written to '{target}': {failure.Message}");
            }

            foreach (TinyModel model in TinyModels.All)
            {
                Console.Out.WriteLine($"{model.Folder}/{model.Name}: {model.Title}");
            }

            Console.Out.WriteLine($"Their weights are random: pictures show nothing. Use them with --models-dir {target}");
            return ExitCodes.Done;
        });
        return command;
    }

    private static ModelFolders Folders(ParseResult parsed, Option<string?> data, Option<string[]> models)
    {
        string dataFolder = DataFolders.Choose(parsed.GetValue(data));
        return ModelsDirOption.Folders(ModelsDirOption.Checked(parsed.GetValue(models), dataFolder), dataFolder);
    }
}

/// <summary>A model file as the command lists it.</summary>
/// <param name="Folder">The model folder.</param>
/// <param name="Name">The name below it.</param>
/// <param name="Size">Bytes.</param>
/// <param name="Path">Where it lies.</param>
/// <param name="Kind">What it holds; null where it cannot be read.</param>
/// <param name="Family">The family, or what more is known.</param>
/// <param name="Supported">Whether something here can work with it.</param>
/// <param name="Problem">Why not.</param>
/// <param name="Digest">SHA-256, where it was asked for.</param>
internal sealed record ModelEntry(string Folder, string Name, long Size, string Path, string? Kind, string? Family, bool Supported, string? Problem, string? Digest = null);
