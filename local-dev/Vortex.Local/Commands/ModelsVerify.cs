using System.CommandLine;
using System.Text.Json;
using Vortex.Diffusion;
using Vortex.Diffusion.Detection;
using Vortex.Diffusion.Files;
using Vortex.Diffusion.Management;
using Vortex.Diffusion.Recipes;
using Vortex.Local.Hosting;
using Vortex.Local.Terminal;
using Vortex.Runner.Models;
using Vortex.Runs;
using Vortex.Tensors.Cpu;

namespace Vortex.Local.Commands;

/// <summary><c>vortex models verify</c>: reads model files to the end and makes the networks they hold.</summary>
internal static class ModelsVerify
{
    public static Command Make(Option<string?> data, Option<string[]> models, Option<bool> json)
    {
        Argument<string[]> names = new("NAME") { Description = "A model such as loras/x.safetensors, or x.safetensors; none checks all", Arity = ArgumentArity.ZeroOrMore };
        Command command = new("verify", "Check model files: digest, header, values, and that nothing is missing") { names, data };
        command.SetAction((parsed, cancellationToken) =>
        {
            string dataFolder = DataFolders.Choose(parsed.GetValue(data));
            ModelFolders folders = ModelsDirOption.Folders(ModelsDirOption.Checked(parsed.GetValue(models), dataFolder), dataFolder);
            string[] vocabulary = [.. ModelRoots.VocabularyFolders(ModelRoots.Choose(parsed.GetValue(models) ?? [], dataFolder), dataFolder)];
            List<Verdict> verdicts = [];
            foreach ((string folder, string name) in Wanted(folders, parsed.GetValue(names) ?? []))
            {
                cancellationToken.ThrowIfCancellationRequested();
                Verdict verdict = Check(folders, folder, name, vocabulary, cancellationToken);
                verdicts.Add(verdict);
                if (!parsed.GetValue(json))
                {
                    Console.Out.WriteLine($"{verdict.State,-12} {folder}/{name}  {verdict.What}\n{"",-13}sha256 {verdict.Digest}{(verdict.Message is { } message ? $"\n{"",-13}{message} ({verdict.Code})" : "")}");
                }
            }

            if (parsed.GetValue(json))
            {
                Console.Out.WriteLine(JsonSerializer.Serialize(verdicts, RunsJson.Options));
            }

            return Task.FromResult(verdicts.Exists(verdict => verdict.State == "broken") ? ExitCodes.Failed : ExitCodes.Done);
        });
        return command;
    }

    private static IEnumerable<(string Folder, string Name)> Wanted(ModelFolders folders, string[] asked)
    {
        (string Folder, string Name)[] all = [.. folders.Folders.Where(folder => folder != "configs").SelectMany(folder => folders.List(folder).Select(name => (folder, name)))];
        return asked.Length == 0
            ? all
            : asked.SelectMany(wanted =>
            {
                (string, string)[] found = [.. all.Where(model => $"{model.Folder}/{model.Name}" == wanted || model.Name == wanted)];
                return found.Length > 0 ? found : throw CommandFailure.BadInput($"There is no model '{wanted}'. 'vortex models list' shows those that are here.");
            });
    }

    private static Verdict Check(ModelFolders folders, string folder, string name, string[] vocabulary, CancellationToken cancellationToken)
    {
        string digest = "";
        string what = "";
        try
        {
            string path = folders.Locate(folder, name)!;
            digest = folders.Digests.DigestOf(path, cancellationToken);
            using CpuBackend backend = new();
            using ModelManager manager = new(backend, folders, new ModelManagerOptions { KeepBytes = 0, VocabularyFolders = vocabulary });
            using (IModelFile file = ModelFiles.Open(path, name))
            {
                DetectedModel found = ModelDetector.Detect(file, backend);
                what = found.Describe();
                if (found.Family is { IsSupported: false } || found.Kind == ModelKind.Unknown)
                {
                    return new Verdict(folder, name, "unsupported", what, digest, DiffusionCodes.FamilyUnsupported, "Whole as far as can be told, but nothing here works with it yet.");
                }

                if (FiniteCheck.FirstNotFinite(file, backend, cancellationToken) is { } wrong)
                {
                    return new Verdict(folder, name, "broken", what, digest, DiffusionCodes.WeightsNotFinite, $"'{wrong}' holds values that are no numbers. Download the file again.");
                }

                Build(manager, found, new ModelFileRef(folder, name, digest));
            }

            return new Verdict(folder, name, "ok", what, digest, null, null);
        }
        catch (DiffusionException missing) when (missing.Code == DiffusionCodes.VocabularyMissing)
        {
            return new Verdict(folder, name, "ok", what, digest, missing.Code, $"Its text encoders were not made: {missing.Message}");
        }
        catch (DiffusionException wrong)
        {
            return new Verdict(folder, name, "broken", what, digest, wrong.Code, wrong.Message);
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            return new Verdict(folder, name, "broken", what, digest, DiffusionCodes.FileDamaged, unreadable.Message);
        }
    }

    private static void Build(ModelManager manager, DetectedModel found, ModelFileRef file)
    {
        WeightsRecipe.FromFiles source = new([file]);
        switch (found.Kind)
        {
            case ModelKind.Checkpoint or ModelKind.DiffusionModel:
                manager.Model(new ModelRecipe(source)).Dispose();
                if (found.VaePrefix is not null)
                {
                    manager.Vae(new VaeRecipe(source)).Dispose();
                }

                if (!found.TextEncoders.IsEmpty)
                {
                    manager.Text(new TextRecipe(source)).Dispose();
                }

                break;
            case ModelKind.Vae or ModelKind.TinyVae:
                manager.Vae(new VaeRecipe(source)).Dispose();
                break;
            case ModelKind.ControlNet or ModelKind.T2IAdapter:
                manager.Control(new ControlRecipe(source)).Dispose();
                break;
            case ModelKind.Upscaler:
                manager.Upscaler(new UpscalerRecipe(source)).Dispose();
                break;
            case ModelKind.ClipVision:
                manager.Vision(new VisionRecipe(source)).Dispose();
                break;
            case ModelKind.TextEncoder:
                manager.Text(new TextRecipe(source)).Dispose();
                break;
        }
    }

    private sealed record Verdict(string Folder, string Name, string State, string What, string Digest, string? Code, string? Message);
}
