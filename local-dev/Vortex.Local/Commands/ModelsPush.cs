using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Vortex.Azure;
using Vortex.Diffusion.Text;
using Vortex.Local.Hosting;
using Vortex.Local.Terminal;
using Vortex.Runner.Models;
using Vortex.Runs;
using Vortex.Tensors.Cpu;

namespace Vortex.Local.Commands;

/// <summary><c>vortex models push</c>: gives model files to a deployment in Azure.</summary>
internal static class ModelsPush
{
    public static Command Make(Option<string?> data, Option<string[]> models, Option<bool> json)
    {
        Argument<string[]> files = new("FILE") { Description = "Model files, or names in the model folders such as checkpoints/sd15.safetensors", Arity = ArgumentArity.OneOrMore };
        Option<string?> azure = ModelsPlace.Make("Where to");
        azure.Required = true;
        Option<string> container = ModelsPlace.Container();
        Option<string?> folder = new("--folder") { Description = "The model folder they belong to; found out from each file when not given", HelpName = "FOLDER" };
        Option<string?> newName = new("--name") { Description = "What the one file is called there; its own name when not given", HelpName = "NAME" };
        Option<bool> again = new("--again") { Description = "Send content that is there already: what is there is damaged" };
        Command command = new("push", "Upload models to a deployment in Azure. Content that is there is not sent again, and an upload that was broken off goes on where it was.")
        {
            files, azure, container, folder, newName, again, data,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            string dataFolder = DataFolders.Choose(parsed.GetValue(data));
            ModelFolders folders = ModelsDirOption.Folders(ModelsDirOption.Checked(parsed.GetValue(models), dataFolder), dataFolder);
            Directory.CreateDirectory(dataFolder);
            string[] asked = parsed.GetValue(files)!;
            string? name = parsed.GetValue(newName);
            if (name is not null && asked.Length > 1)
            {
                throw CommandFailure.BadInput("--name is for one file.");
            }

            // All are looked at before the first is sent.
            (string Path, string Folder, string Name)[] chosen = [.. asked.Select(file => Choose(folders, file, parsed.GetValue(folder), name))];
            ModelUpload upload = new(ModelsPlace.Open(parsed.GetValue(azure)!, parsed.GetValue(container)!));
            foreach ((string Path, string Folder, string Name) one in chosen)
            {
                PushedModel pushed = await PushAsync(upload, folders, one, parsed.GetValue(again), cancellationToken);
                Console.Out.WriteLine(parsed.GetValue(json)
                    ? JsonSerializer.Serialize(pushed, RunsJson.Options)
                    : $"{pushed.Folder}/{pushed.Name}: {ModelsCommand.SizeText(pushed.Size)}, {(pushed.Sent == 0 ? "was there already" : pushed.Sent == pushed.Size ? "sent" : $"{ModelsCommand.SizeText(pushed.Sent)} of it sent")}\n  sha256 {pushed.Digest}");
            }

            return ExitCodes.Done;
        });
        return command;
    }

    private static async Task<PushedModel> PushAsync(
        ModelUpload upload, ModelFolders folders, (string Path, string Folder, string Name) one, bool isAgain, CancellationToken cancellationToken)
    {
        try
        {
            Digest digest = new(await Task.Run(() => folders.Digests.DigestOf(one.Path, cancellationToken), cancellationToken));
            FileRef file = new(one.Name, digest, new FileInfo(one.Path).Length) { ModelFolder = one.Folder };
            long sent = await upload.PushAsync(file, one.Path, isAgain, Shower($"{one.Folder}/{one.Name}", file.Size), cancellationToken);
            return new PushedModel(one.Folder, one.Name, file.Size, digest.Value, sent);
        }
        catch (AzureStoreException failure)
        {
            throw CommandFailure.Failed($"'{one.Path}' could not be uploaded ({failure.Code}): {failure.Message} Run the command again to go on where it was.");
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw CommandFailure.Failed($"'{one.Path}' could not be uploaded: {failure.Message}");
        }
    }

    private static (string Path, string Folder, string Name) Choose(ModelFolders folders, string asked, string? folder, string? name)
    {
        if (File.Exists(asked))
        {
            string path = Path.GetFullPath(asked);
            string chosen = folder is not null ? Known(folder) : ClipVocabularyFiles.IsPart(path) ? FileRef.VocabularyFolder : FolderOf(path);
            return Checked(path, chosen, name ?? Path.GetFileName(path));
        }

        string[] parts = asked.Replace('\\', '/').Split('/', 2);
        if (folder is null && parts.Length == 2 && folders.Locate(parts[0], parts[1]) is { } located)
        {
            return Checked(located, ModelFolderNames.Current(parts[0]), name ?? parts[1]);
        }

        throw CommandFailure.BadInput($"There is no file '{asked}', and no model of that name in the model folders: vortex models list.");
    }

    private static (string Path, string Folder, string Name) Checked(string path, string folder, string name) =>
        !FileNames.IsGood($"{folder}/{name}") ? throw CommandFailure.BadInput($"No model can be called '{name}'. Choose another name with --name NAME.")
        : new FileInfo(path).Length == 0 ? throw CommandFailure.BadInput($"'{path}' is empty.")
        : (path, folder, name);

    private static string Known(string folder)
    {
        string current = ModelFolderNames.Current(folder);
        return current == FileRef.VocabularyFolder || ModelFolderNames.All.Contains(current)
            ? current
            : throw CommandFailure.BadInput($"There is no model folder '{folder}'. There are: {string.Join(", ", ModelFolderNames.All)}, {FileRef.VocabularyFolder}.");
    }

    private static string FolderOf(string path)
    {
        using CpuBackend backend = new();
        return ModelAdding.FolderOf(path, backend);
    }

    /// <summary>Shows how far an upload is where a person looks on.</summary>
    private static Action<long>? Shower(string name, long size)
    {
        if (Console.IsErrorRedirected)
        {
            return null;
        }

        long shown = -1;
        return done =>
        {
            long percent = done * 100 / Math.Max(1, size);
            if (Interlocked.Exchange(ref shown, percent) != percent)
            {
                Console.Error.Write(string.Create(CultureInfo.InvariantCulture, $"\r{name}: {percent} % of {ModelsCommand.SizeText(size)}{(percent == 100 ? "\n" : "")}"));
            }
        };
    }

    /// <summary>What became of a file.</summary>
    private sealed record PushedModel(string Folder, string Name, long Size, string Digest, long Sent);
}
