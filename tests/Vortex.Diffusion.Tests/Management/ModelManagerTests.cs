using System.Collections.Immutable;
using System.Security.Cryptography;
using Vortex.Diffusion.Files;
using Vortex.Diffusion.Management;
using Vortex.Diffusion.Networks;
using Vortex.Diffusion.Recipes;
using Vortex.Diffusion.Tiny;
using Vortex.Diffusion.Vae;
using Vortex.Diffusion.Weights;
using Vortex.Tensors;
using Vortex.Tensors.Cpu;

namespace Vortex.Diffusion.Tests.Management;

public sealed class ModelManagerTests : IDisposable
{
    private readonly string _folder = Directory.CreateDirectory(Path.Combine(Path.GetTempPath(), "vortex-manager-tests", Guid.NewGuid().ToString("N"))).FullName;
    private readonly CpuBackend _backend = new();
    private readonly FolderFiles _files;

    public ModelManagerTests() => _files = new FolderFiles(_folder);

    [Fact]
    public void Second_use_of_a_model_loads_nothing()
    {
        using ModelManager manager = new(_backend, _files);
        ModelRecipe recipe = new(Source("checkpoints", "tiny-sd15.safetensors"));
        LoadedModel first;
        using (ModelLease<LoadedModel> lease = manager.Model(recipe))
        {
            first = lease.Value;
        }

        ModelCounters before = manager.Counters;
        using ModelLease<LoadedModel> again = manager.Model(new ModelRecipe(Source("checkpoints", "tiny-sd15.safetensors")));
        Assert.Same(first, again.Value);
        Assert.Equal((before.Loads, before.FilesOpened, before.Hits + 1), (manager.Counters.Loads, manager.Counters.FilesOpened, manager.Counters.Hits));
    }

    [Fact]
    public async Task Two_that_ask_at_once_share_one_load()
    {
        using ModelManager manager = new(_backend, _files);
        ModelRecipe recipe = new(Source("checkpoints", "tiny-sd15.safetensors"));
        ModelLease<LoadedModel>[] leases = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => manager.Model(recipe))));
        Assert.All(leases, lease => Assert.Same(leases[0].Value, lease.Value));
        Assert.Equal(1, manager.Counters.FilesOpened);
        Array.ForEach(leases, lease => lease.Dispose());
    }

    [Fact]
    public void Checkpoint_opened_once_serves_network_and_vae()
    {
        using ModelManager manager = new(_backend, _files);
        WeightsRecipe source = Source("checkpoints", "tiny-sd15.safetensors");
        using ModelLease<LoadedModel> model = manager.Model(new ModelRecipe(source));
        using ModelLease<Autoencoder> vae = manager.Vae(new VaeRecipe(source));
        Assert.Equal(1, manager.Counters.FilesOpened);
        Assert.Equal(4, vae.Value.Network.LatentChannels);
    }

    [Fact]
    public void Longest_unused_goes_first_when_there_is_no_room_and_what_is_used_stays()
    {
        long one;
        using (ModelManager measure = new(_backend, _files))
        {
            using ModelLease<LoadedModel> lease = measure.Model(new ModelRecipe(Source("checkpoints", "tiny-sd15.safetensors")));
            one = measure.Counters.Bytes;
        }

        using ModelManager manager = new(_backend, _files, new ModelManagerOptions { KeepBytes = one });
        ModelLease<LoadedModel> used = manager.Model(new ModelRecipe(Source("checkpoints", "tiny-sd15.safetensors")));
        using (manager.Control(new ControlRecipe(Source("controlnet", "tiny-sd15-control.safetensors"))))
        {
            Assert.True(manager.Counters.Bytes > one);
        }

        Assert.Equal(one, manager.Counters.Bytes);
        long loads = manager.Counters.Loads;
        manager.Model(new ModelRecipe(Source("checkpoints", "tiny-sd15.safetensors"))).Dispose();
        Assert.Equal(loads, manager.Counters.Loads);
        used.Dispose();
    }

    [Fact]
    public void Nothing_stays_in_tensor_memory_once_everything_is_let_go()
    {
        long before = _backend.Memory.InUse;
        using (ModelManager manager = new(_backend, _files))
        {
            ModelRecipe recipe = new(Source("checkpoints", "tiny-sd15.safetensors")) { Patches = [new PatchRecipe(Ref("loras", "tiny-sd15-lora.safetensors"), 0.5f)] };
            manager.Model(recipe).Dispose();
            Assert.True(_backend.Memory.InUse > before);
        }

        Assert.Equal(before, _backend.Memory.InUse);
    }

    [Fact]
    public void Open_file_that_no_network_uses_keeps_no_weights()
    {
        using ModelManager manager = new(_backend, _files);
        ModelFileRef file = Ref("checkpoints", "tiny-sd15.safetensors");
        Tensor first;
        string name;
        using (ModelLease<OpenModelFile> opened = manager.Open(file))
        {
            name = opened.Value.Weights.Names.First();
            first = opened.Value.Weights.Load(name);
            manager.Open(file).Dispose();
            Assert.Same(first, opened.Value.Weights.Load(name));
        }

        using ModelLease<OpenModelFile> again = manager.Open(file);
        Assert.NotSame(first, again.Value.Weights.Load(name));
        Assert.Equal(1, manager.Counters.FilesOpened);
    }

    [Fact]
    public void Strength_and_patches_make_another_network_and_options_do_not()
    {
        using ModelManager manager = new(_backend, _files);
        ModelRecipe plain = new(Source("checkpoints", "tiny-sd15.safetensors"));
        PatchRecipe patch = new(Ref("loras", "tiny-sd15-lora.safetensors"), 0.5f);
        using ModelLease<LoadedModel> first = manager.Model(plain);
        using ModelLease<LoadedModel> patched = manager.Model(plain with { Patches = [patch] });
        using ModelLease<LoadedModel> stronger = manager.Model(plain with { Patches = [patch with { Strength = 1 }] });
        using ModelLease<LoadedModel> same = manager.Model(plain with { Options = [ModelOptions.Of(ModelOptions.RescaleCfg, ("multiplier", 0.7))] });
        Assert.Same(first.Value, same.Value);
        Assert.NotSame(first.Value, patched.Value);
        Assert.NotSame(patched.Value, stronger.Value);
        Assert.Empty(patched.Value.Warnings);
        Assert.NotEqual(Predict(first.Value), Predict(patched.Value));
    }

    [Fact]
    public void Merge_with_itself_is_the_same_network()
    {
        using ModelManager manager = new(_backend, _files);
        ModelRecipe plain = new(Source("checkpoints", "tiny-sd15.safetensors"));
        ImmutableSortedDictionary<string, float> ratios = ImmutableSortedDictionary<string, float>.Empty.Add("", 0.25f).Add("middle", 0.5f);
        using ModelLease<LoadedModel> first = manager.Model(plain);
        using ModelLease<LoadedModel> merged = manager.Model(new ModelRecipe(new WeightsRecipe.Merged("blocks", plain, plain, ratios)));
        float[] expected = Predict(first.Value);
        float[] actual = Predict(merged.Value);
        Assert.True(expected.Zip(actual, (a, b) => Math.Abs(a - b)).Max() < 1e-4);
    }

    [Fact]
    public void File_of_another_kind_is_told_what_it_is_and_where_it_belongs()
    {
        using ModelManager manager = new(_backend, _files);
        DiffusionException problem = Assert.Throws<DiffusionException>(() => manager.Model(new ModelRecipe(Source("loras", "tiny-sd15-lora.safetensors"))));
        Assert.Equal(DiffusionCodes.Mismatch, problem.Code);
        Assert.Contains("loras", problem.Message, StringComparison.Ordinal);
        problem = Assert.Throws<DiffusionException>(() => manager.Vae(new VaeRecipe(Source("controlnet", "tiny-sd15-control.safetensors"))));
        Assert.Equal(DiffusionCodes.Mismatch, problem.Code);
    }

    [Fact]
    public void Failed_load_leaves_nothing_behind_and_the_next_one_tries_anew()
    {
        using ModelManager manager = new(_backend, _files);
        ModelRecipe recipe = new(Source("checkpoints", "tiny-sd15.safetensors")) { Patches = [new PatchRecipe(new ModelFileRef("loras", "gone", "00"), 1)] };
        for (int i = 0; i < 2; i++)
        {
            Assert.Equal(DiffusionCodes.FileGone, Assert.Throws<DiffusionException>(() => manager.Model(recipe)).Code);
        }

        manager.FreeUnused();
        Assert.Equal(0, manager.Counters.Bytes);
    }

    [Fact]
    public void Too_little_memory_is_a_coded_error_and_the_manager_goes_on()
    {
        using CpuBackend small = new(new CpuBackendOptions { MemoryLimit = 16 << 10 });
        using ModelManager manager = new(small, _files);
        ModelRecipe recipe = new(Source("checkpoints", "tiny-sd15.safetensors")) { Patches = [new PatchRecipe(Ref("loras", "tiny-sd15-lora.safetensors"), 1)] };
        DiffusionException problem = Assert.Throws<DiffusionException>(() => manager.Model(recipe));
        Assert.Equal(DiffusionCodes.OutOfMemory, problem.Code);
        Assert.Equal(0, small.Memory.InUse);
    }

    [Fact]
    public void Every_tiny_model_loads_as_what_it_is()
    {
        using ModelManager manager = new(_backend, _files);
        manager.Model(new ModelRecipe(Source("checkpoints", "tiny-sdxl.safetensors"))).Dispose();
        manager.Model(new ModelRecipe(Source("checkpoints", "tiny-sd15-inpainting.safetensors"))).Dispose();
        manager.Vae(new VaeRecipe(Source("vae", "tiny-vae.safetensors"))).Dispose();
        manager.Control(new ControlRecipe(Source("controlnet", "tiny-sd15-control.safetensors"))).Dispose();
        manager.Control(new ControlRecipe(Source("controlnet", "tiny-sd15-t2iadapter.safetensors"))).Dispose();
        manager.Upscaler(new UpscalerRecipe(Source("upscale_models", "tiny-esrgan-x4.safetensors"))).Dispose();
        using ModelLease<Autoencoder> tiny = manager.Vae(new VaeRecipe(Source("vae_approx", "taesd_decoder.safetensors")));
        Assert.True(tiny.Value.Network.CanDecode && tiny.Value.Network.CanEncode);
    }

    [Fact]
    public void Weight_that_is_no_number_is_named_by_the_first_prediction()
    {
        ModelFileRef good = Ref("checkpoints", "tiny-sd15.safetensors");
        string path = Path.Combine(_folder, "checkpoints", good.Name);
        byte[] bytes = File.ReadAllBytes(path);
        string header = System.Text.Encoding.UTF8.GetString(bytes, 8, BitConverter.ToInt32(bytes));
        using (System.Text.Json.JsonDocument json = System.Text.Json.JsonDocument.Parse(header))
        {
            System.Text.Json.JsonElement weight = json.RootElement.GetProperty("model.diffusion_model.out.2.bias");
            int at = 8 + BitConverter.ToInt32(bytes) + weight.GetProperty("data_offsets")[0].GetInt32();
            bytes.AsSpan(at, 4).Fill(0xff);
        }

        File.WriteAllBytes(path, bytes);
        using ModelManager manager = new(_backend, _files);
        using ModelLease<LoadedModel> lease = manager.Model(new ModelRecipe(Source("checkpoints", "tiny-sd15.safetensors")));
        DiffusionException problem = Assert.Throws<DiffusionException>(() => Predict(lease.Value));
        Assert.Equal(DiffusionCodes.WeightsNotFinite, problem.Code);
        Assert.Contains("'out.2.bias' of 'tiny-sd15.safetensors'", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_control_network_of_differences_is_added_to_its_model_and_asks_for_it()
    {
        ModelFileRef alone = Ref("controlnet", "tiny-sd15-control.safetensors");
        string path = Path.Combine(_folder, "controlnet", "difference.safetensors");
        Dictionary<string, Tensor> sums = [];
        using (SafetensorsFile control = SafetensorsFile.Open(Path.Combine(_folder, "controlnet", alone.Name)))
        using (SafetensorsFile model = SafetensorsFile.Open(Path.Combine(_folder, "checkpoints", Ref("checkpoints", "tiny-sd15.safetensors").Name)))
        {
            List<SafetensorsEntry> entries = [new("difference", DType.Float16, [], new byte[2])];
            foreach ((string name, TensorInfo info) in control.Tensors)
            {
                float[] own = control.Load(name, _backend).To(DType.Float32).ToArray();
                entries.Add(new SafetensorsEntry(name, info.Type, info.Shape, System.Runtime.InteropServices.MemoryMarshal.AsBytes<Half>(own.Select(value => (Half)value).ToArray()).ToArray()));
                string key = "model.diffusion_model." + name["control_model.".Length..];
                float[]? other = model.Tensors.ContainsKey(key) ? model.Load(key, _backend).To(DType.Float32).ToArray() : null;
                sums[name] = _backend.From([.. own.Select((value, i) => (float)(Half)(value + (other?[i] ?? 0)))], info.Shape).Detach();
            }

            SafetensorsWriter.Write(path, entries);
        }

        using ModelManager manager = new(_backend, _files);
        WeightsRecipe source = Source("controlnet", "difference.safetensors");
        DiffusionException problem = Assert.Throws<DiffusionException>(() => manager.Control(new ControlRecipe(source)));
        Assert.Equal(DiffusionCodes.Mismatch, problem.Code);
        Assert.Contains("DiffControlNetLoader", problem.Message, StringComparison.Ordinal);
        ModelRecipe baseModel = new(Source("checkpoints", "tiny-sd15.safetensors"));
        using ModelLease<ControlNetwork> added = manager.Control(new ControlRecipe(source) { Base = baseModel });
        float[] expected = Steer(ControlNetwork.Load(new TensorWeights(_backend, sums), TinyModels.Sd15));
        Assert.All(Steer(added.Value).Zip(expected), pair => Assert.Equal(pair.Second, pair.First, 1e-4));

        // A file that stands alone is what it is, whatever is connected.
        using ModelLease<ControlNetwork> plain = manager.Control(new ControlRecipe(Source("controlnet", alone.Name)));
        using ModelLease<ControlNetwork> connected = manager.Control(new ControlRecipe(Source("controlnet", alone.Name)) { Base = baseModel });
        Assert.Equal(Steer(plain.Value), Steer(connected.Value));
        Assert.NotEqual(expected, Steer(plain.Value));
    }

    public void Dispose()
    {
        _backend.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private WeightsRecipe Source(string folder, string name) => new WeightsRecipe.FromFiles([Ref(folder, name)]);

    private ModelFileRef Ref(string folder, string name)
    {
        string path = Path.Combine(_folder, folder, name);
        if (!File.Exists(path))
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            TinyModels.All.Single(model => model.Name == name).Write(path);
            if (name == "taesd_decoder.safetensors")
            {
                Ref(folder, "taesd_encoder.safetensors");
            }
        }

        return _files.Find(folder, name)!;
    }

    private float[] Predict(LoadedModel model)
    {
        using TensorScope scope = TensorScope.Begin();
        Tensor latent = _backend.From([.. Enumerable.Range(0, 4 * 64).Select(i => MathF.Sin(i))], [1, 4, 8, 8]);
        Tensor text = _backend.From([.. Enumerable.Range(0, 77 * model.Config.ContextDim).Select(i => MathF.Cos(i))], [1, 77, model.Config.ContextDim]);
        return model.Network.Forward(new NetworkInput { Latent = latent, Timesteps = _backend.Full([1], 500), Context = text }).ToArray();
    }

    private float[] Steer(ControlNetwork control)
    {
        using TensorScope scope = TensorScope.Begin();
        NetworkInput input = new()
        {
            Latent = _backend.From([.. Enumerable.Range(0, 4 * 64).Select(i => MathF.Sin(i))], [1, 4, 8, 8]),
            Timesteps = _backend.Full([1], 500),
            Context = _backend.From([.. Enumerable.Range(0, 77 * 32).Select(i => MathF.Cos(i))], [1, 77, 32]),
        };
        ControlResiduals residuals = control.Residuals(input, _backend.Full([1, 3, 64, 64], 0.25f), 1);
        return [.. residuals.Middle.Concat(residuals.Output).SelectMany(residual => residual!.ToArray())];
    }

    private sealed class FolderFiles(string root) : IModelFiles
    {
        public string PathOf(ModelFileRef file) => Directory.EnumerateFiles(root, "*", SearchOption.AllDirectories).FirstOrDefault(path => Digest(path) == file.Digest)
            ?? throw new DiffusionException(DiffusionCodes.FileGone, "gone");

        public ModelFileRef? Find(string folder, string name)
        {
            string path = Path.Combine(root, folder, name);
            return File.Exists(path) ? new ModelFileRef(folder, name, Digest(path)) : null;
        }

        public IReadOnlyList<string> List(string folder) => [];

        private static string Digest(string path) => Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(path)));
    }
}
