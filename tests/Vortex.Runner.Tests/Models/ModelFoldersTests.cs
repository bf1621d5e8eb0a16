using Vortex.Diffusion;
using Vortex.Diffusion.Recipes;
using Vortex.Runner.Models;

namespace Vortex.Runner.Tests.Models;

public sealed class ModelFoldersTests : IDisposable
{
    private readonly string _folder = Directory.CreateDirectory(Path.Combine(Path.GetTempPath(), "vortex-model-tests", Guid.NewGuid().ToString("N"))).FullName;

    [Fact]
    public void Models_are_listed_by_folder_with_slashes_and_only_files_that_count()
    {
        Write("models/loras/a.safetensors");
        Write("models/loras/style/b.ckpt");
        Write("models/loras/readme.txt");
        Write("models/loras/.cache/c.safetensors");
        Write("models/clip/d.safetensors");
        Write("models/unet/e.gguf");
        ModelFolders folders = Open("models");
        Assert.Equal(["a.safetensors", "style/b.ckpt"], folders.List("loras"));
        Assert.Equal(["d.safetensors"], folders.List("text_encoders"));
        Assert.Equal(["e.gguf"], folders.List("unet"));
    }

    [Theory]
    [InlineData("style/b.ckpt")]
    [InlineData("style\\b.ckpt")]
    public void Either_slash_finds_a_model(string name)
    {
        Write("models/loras/style/b.ckpt");
        Assert.NotNull(Open("models").Locate("loras", name));
    }

    [Theory]
    [InlineData("../secret.safetensors")]
    [InlineData("a/../../secret.safetensors")]
    [InlineData("..\\secret.safetensors")]
    [InlineData("/secret.safetensors")]
    [InlineData("C:secret.safetensors")]
    [InlineData("")]
    [InlineData("a\0b")]
    public void Names_that_lead_out_find_nothing(string name)
    {
        Write("models/secret.safetensors");
        Write("models/loras/a/x.safetensors");
        Assert.Null(Open("models").Locate("loras", name));
    }

    [Fact]
    public void First_root_counts_where_two_have_one_name()
    {
        string first = Write("one/vae/v.safetensors");
        Write("two/vae/v.safetensors");
        ModelFolders folders = new(ModelRoots.Expand([Path.Combine(_folder, "one"), Path.Combine(_folder, "two")]), new DigestCache(null));
        Assert.Equal(first, folders.Locate("vae", "v.safetensors"));
        Assert.Equal(["v.safetensors"], folders.List("vae"));
    }

    [Fact]
    public void Links_are_followed_and_a_link_in_a_circle_ends()
    {
        Write("elsewhere/x.safetensors");
        Directory.CreateDirectory(Path.Combine(_folder, "models/loras/real"));
        Directory.CreateSymbolicLink(Path.Combine(_folder, "models/loras/linked"), Path.Combine(_folder, "elsewhere"));
        Directory.CreateSymbolicLink(Path.Combine(_folder, "models/loras/real/up"), Path.Combine(_folder, "models/loras"));
        Assert.Contains("linked/x.safetensors", Open("models").List("loras"));
        Assert.True(Open("models").List("loras").Count < 5);
    }

    [Fact]
    public void Model_is_found_by_content_under_another_name_and_told_when_it_changed()
    {
        Write("models/loras/a.safetensors", "content");
        ModelFolders folders = Open("models");
        ModelFileRef file = folders.Find("loras", "a")!;
        Assert.Equal("a.safetensors", file.Name);
        Write("models/loras/b.safetensors", "content");
        folders.Find("loras", "b");
        File.Delete(Path.Combine(_folder, "models/loras/a.safetensors"));
        Assert.EndsWith("b.safetensors", folders.PathOf(file), StringComparison.Ordinal);
        Write("models/loras/b.safetensors", "other content");
        DiffusionException gone = Assert.Throws<DiffusionException>(() => folders.PathOf(file));
        Assert.Equal(DiffusionCodes.FileGone, gone.Code);
    }

    [Fact]
    public void Names_that_are_alike_are_told()
    {
        Write("models/checkpoints/dreamshaper_8.safetensors");
        Write("models/checkpoints/something-else.safetensors");
        Assert.Equal(["dreamshaper_8.safetensors"], Open("models").Similar("checkpoints", "DreamShaper_7.safetensors"));
    }

    [Fact]
    public void Comfy_folder_and_its_list_of_further_folders_are_read()
    {
        Write("comfy/models/checkpoints/own.safetensors");
        Write("shared/Stable-diffusion/far.safetensors");
        Write("shared/Lora/l.safetensors");
        Write("shared/LyCORIS/m.safetensors");
        File.WriteAllText(
            Path.Combine(_folder, "comfy/extra_model_paths.yaml"),
            """
            # ComfyUI's example, with a comment
            a111:
                base_path: ../shared/
                is_default: true
                checkpoints: Stable-diffusion
                loras: |
                     Lora
                     LyCORIS
            #comfyui:
            #     base_path: path/to/comfyui/
            other:
            """);
        ModelFolders folders = Open("comfy");
        Assert.Equal(["far.safetensors", "own.safetensors"], folders.List("checkpoints"));
        Assert.Equal(["l.safetensors", "m.safetensors"], folders.List("loras"));
    }

    [Theory]
    [InlineData("a: [unclosed")]
    [InlineData("- just\n- a list")]
    [InlineData("text")]
    public void List_of_folders_that_is_none_says_so(string yaml)
    {
        string path = Path.Combine(_folder, "extra_model_paths.yaml");
        File.WriteAllText(path, yaml);
        Assert.Contains(path, Assert.Throws<FormatException>(() => ModelRoots.Expand([path])).Message, StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private ModelFolders Open(string root) => new(ModelRoots.Expand([Path.Combine(_folder, root)]), new DigestCache(null));

    private string Write(string path, string content = "x")
    {
        string full = Path.GetFullPath(Path.Combine(_folder, path));
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        File.WriteAllText(full, content);
        return full;
    }
}
