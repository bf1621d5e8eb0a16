using System.Collections.Immutable;
using Vortex.Runs;
using Vortex.Testing;

namespace Vortex.Functions.Tests.Models;

/// <summary>What names in a workflow mean in the cloud.</summary>
public sealed class StoredFileResolverTests
{
    private readonly InMemoryFileStore _files = new();
    private readonly StoredFileResolver _resolver;

    public StoredFileResolverTests() => _resolver = new StoredFileResolver(_files);

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
