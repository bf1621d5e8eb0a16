using System.Collections.Immutable;
using Vortex.Runs;
using Vortex.Testing;

namespace Vortex.Functions.Tests.Models;

/// <summary>What names in a workflow mean in the cloud.</summary>
public sealed class StoredFileResolverTests
{
    private readonly InMemoryFileStore _files = new();
    private readonly InMemoryModelStore _store = new();
    private readonly StoredFileResolver _resolver;
    private readonly StoredFileNames _names;

    public StoredFileResolverTests()
    {
        WorkspaceModels models = new(_store, _files);
        (_resolver, _names) = (new StoredFileResolver(models, _store, _files), new StoredFileNames(models, _files));
    }

    [Fact]
    public async Task Replaced_textual_inversion_is_another_file_of_the_prompt()
    {
        await PutAsync("models/embeddings/ugly.pt", "old");
        await PutAsync("models/embeddings/other.pt", "x");
        ImmutableArray<FileRef> before = (await _resolver.PromptFilesAsync(Some.Here, "a cat, (embedding:ugly:1.2)", Stop)).Value();
        await PutAsync("models/embeddings/ugly.pt", "new");
        ImmutableArray<FileRef> after = (await _resolver.PromptFilesAsync(Some.Here, "a cat, (embedding:ugly:1.2)", Stop)).Value();
        Assert.Equal(("ugly.pt", "embeddings", Some.Digest("old")), (before.Single().Name, before.Single().ModelFolder, before.Single().Digest));
        Assert.Equal(Some.Digest("new"), after.Single().Digest);
    }

    [Fact]
    public async Task Prompt_that_nodes_make_may_name_any_textual_inversion_and_a_plain_one_none()
    {
        for (int i = 0; i < 250; i++)
        {
            await PutAsync($"models/embeddings/sub/e{i:D3}.safetensors", "x" + i);
        }

        await PutAsync("models/loras/l.safetensors", "l");
        Assert.Equal(250, (await _resolver.PromptFilesAsync(Some.Here, null, Stop)).Value().Length);
        Assert.Empty((await _resolver.PromptFilesAsync(Some.Here, "e001 without the word", Stop)).Value());
        Assert.Equal("sub/e001.safetensors", (await _resolver.PromptFilesAsync(Some.Here, "embedding:sub/e001", Stop)).Value().Single().Name);
        Assert.Empty((await _resolver.PromptFilesAsync(Some.Stranger, null, Stop)).Value());
    }

    [Fact]
    public async Task Model_of_the_deployment_is_found_by_every_workspace_and_a_workspaces_own_comes_first()
    {
        FileRef shared = _store.Put("checkpoints", "sub/sd.safetensors", [1]);
        Assert.Equal(shared, (await _resolver.ResolveAsync(Some.Here, "sub\\sd.safetensors", "checkpoints", Stop)).File);
        await PutAsync("models/checkpoints/sub/sd.safetensors", "own");
        Assert.Equal(Some.Digest("own"), (await _resolver.ResolveAsync(Some.Here, "sub/sd.safetensors", "checkpoints", Stop)).File!.Digest);
        Assert.Equal(shared, (await _resolver.ResolveAsync(Some.There, "sub/sd.safetensors", "checkpoints", Stop)).File);
    }

    [Fact]
    public async Task Vocabulary_and_textual_inversions_of_the_deployment_count_in_prompts()
    {
        FileRef words = _store.Put("vocabulary", "vocab.json", [1]);
        FileRef ugly = _store.Put("embeddings", "ugly.pt", [2]);
        Assert.Equal([words], (await _resolver.PromptFilesAsync(Some.Here, "a cat", Stop)).Value());
        Assert.Equal([ugly, words], (await _resolver.PromptFilesAsync(Some.Here, "embedding:ugly", Stop)).Value());
    }

    [Fact]
    public async Task Names_to_choose_from_are_those_that_are_found()
    {
        _store.Put("checkpoints", "a.safetensors", [1]);
        _store.Put("vocabulary", "vocab.json", [1]);
        await PutAsync("models/checkpoints/b.safetensors", "b");
        await PutAsync("models/loras/l.safetensors", "l");
        await PutAsync("photo.png", "p");
        Assert.Equal(["checkpoints", "loras"], await _names.FoldersAsync(Some.Here, Stop));
        Assert.Equal(["a.safetensors", "b.safetensors"], await _names.ListAsync(Some.Here, "checkpoints", Stop));
        Assert.Equal(["photo.png"], await _names.ListAsync(Some.Here, null, Stop));
        Assert.Equal(["checkpoints"], await _names.FoldersAsync(Some.Stranger, Stop));
    }

    [Theory]
    [InlineData("photo.png")]
    [InlineData("photo.png [input]")]
    [InlineData("photo.png [OUTPUT]")]
    public async Task File_is_found_by_the_name_that_widgets_give_it(string name)
    {
        await PutAsync("photo.png", "p");
        FileResolution found = await _resolver.ResolveAsync(Some.Here, name, null, Stop);
        Assert.Equal((name, Some.Digest("p")), (found.File!.Name, found.File.Digest));
    }

    [Fact]
    public async Task What_is_missing_is_told_with_the_way_to_bring_it()
    {
        FileResolution file = await _resolver.ResolveAsync(Some.Here, "a b.png", null, Stop);
        Assert.Equal(RunProblemCodes.FileNotFound, file.Problem!.Code);
        Assert.Contains("name=a%20b.png", file.Problem.Message, StringComparison.Ordinal);
        Assert.Equal(RunProblemCodes.ModelNotFound, (await _resolver.ResolveAsync(Some.Here, "sd.safetensors", "checkpoints", Stop)).Problem!.Code);
    }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private ValueTask PutAsync(string name, string content) => _files.PutAsync(Some.Here, new FileRef(name, Some.Digest(content), content.Length), Stop);
}

internal static class Found
{
    /// <summary>Asserts that the host knows of models.</summary>
    public static ImmutableArray<FileRef> Value(this ImmutableArray<FileRef>? files)
    {
        Assert.NotNull(files);
        return files.Value;
    }
}
