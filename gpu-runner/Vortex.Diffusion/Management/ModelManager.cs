using Vortex.Diffusion.Detection;
using Vortex.Diffusion.Files;
using Vortex.Diffusion.Networks;
using Vortex.Diffusion.Recipes;
using Vortex.Diffusion.Vae;
using Vortex.Diffusion.Weights;
using Vortex.Tensors;

namespace Vortex.Diffusion.Management;

/// <summary>Makes networks from recipes, once each, and keeps them for the next run as long as memory allows. Safe to use from several threads.</summary>
/// <remarks>
/// Two that ask for the same recipe at once wait for one load. Weights that no patch touches are those of the mapped file, shared by all recipes
/// over it; patched and merged ones belong to their recipe. Loading is computed on the calling thread. Options of a recipe that leave its weights
/// alone do not make another network: apply them to what is leased.
/// </remarks>
public sealed partial class ModelManager : IDisposable
{
    private readonly ModelCache _cache;
    private long _filesOpened;

    /// <summary>Makes a manager without any network.</summary>
    public ModelManager(ITensorBackend backend, IModelFiles files, ModelManagerOptions? options = null)
    {
        (Backend, Files, Options) = (backend, files, options ?? new ModelManagerOptions());
        _cache = new ModelCache(Options.KeepBytes);
    }

    /// <summary>Gets what computes.</summary>
    public ITensorBackend Backend { get; }

    /// <summary>Gets where model files lie.</summary>
    public IModelFiles Files { get; }

    /// <summary>Gets how it works.</summary>
    public ModelManagerOptions Options { get; }

    /// <summary>Gets what was done so far.</summary>
    public ModelCounters Counters
    {
        get
        {
            (long loads, long hits, long evictions, long bytes) = _cache.Counters;
            return new ModelCounters(loads, hits, evictions, Interlocked.Read(ref _filesOpened), bytes);
        }
    }

    /// <summary>Says what a model file holds. Reads its header only.</summary>
    /// <exception cref="DiffusionException">It is gone, damaged or of a kind that is not read.</exception>
    public DetectedModel Detect(ModelFileRef file)
    {
        using ModelLease<OpenModelFile> opened = Open(file);
        return opened.Value.Detected;
    }

    /// <summary>Opens a model file, shared with the networks made of it.</summary>
    /// <exception cref="DiffusionException">It is gone, damaged or of a kind that is not read.</exception>
    public ModelLease<OpenModelFile> Open(ModelFileRef file) => _cache.Lease<OpenModelFile>("open " + file.Digest, () =>
    {
        IModelFile opened = ModelFiles.Open(Files.PathOf(file), file.Name);
        Interlocked.Increment(ref _filesOpened);
        FileWeights weights = new(opened, Backend);
        return new Loaded(new OpenModelFile(opened, ModelDetector.Detect(opened, Backend), weights), 0, () =>
        {
            weights.Dispose();
            opened.Dispose();
        },
        // Where weights are copies on a device, an open file that no network uses would hold its memory.
        Rest: weights.Dispose);
    });

    /// <summary>Leases a diffusion network.</summary>
    /// <exception cref="DiffusionException">A file is gone, damaged, of an unsupported family or another sort of model; patches do not fit; the memory does not suffice.</exception>
    public ModelLease<LoadedModel> Model(ModelRecipe recipe) => Lease<LoadedModel>(recipe, builder =>
    {
        NetworkWeights weights = builder.Network(recipe);
        UNetConfig config = weights.Detected.UNet!;
        GuardedNetwork network = new(new UNet(new WeightSet(weights.Weights), config), weights.Weights, weights.Detected.File);
        return (new LoadedModel(network, config, weights.Detected, builder.Warnings), weights.StoredBytes);
    });

    /// <summary>Leases an autoencoder.</summary>
    /// <exception cref="DiffusionException">As for <see cref="Model"/>.</exception>
    public ModelLease<Autoencoder> Vae(VaeRecipe recipe) => Lease<Autoencoder>(recipe, builder =>
    {
        if (recipe.Source is WeightsRecipe.FromFiles { Files: [], Kind: VaeRecipe.PixelSpace })
        {
            return (new Autoencoder(new PixelSpace(Backend)), 0);
        }

        OpenModelFile file = builder.Single(recipe, ModelKind.Vae, ModelKind.TinyVae, ModelKind.Checkpoint, ModelKind.DiffusionModel);
        if (file.Detected.Kind == ModelKind.TinyVae)
        {
            return (new Autoencoder(TinyAutoencoders.Load(builder, file, Files, recipe)), WeightBuilder.Bytes(file.File));
        }

        string prefix = file.Detected.VaePrefix ?? throw new DiffusionException(
            DiffusionCodes.WeightsMissing, $"'{file.File.Name}' holds no VAE. Load one with VAELoader and connect that.");
        IWeightSource weights = RenamedWeights.Below(file.Weights, prefix);
        return (new Autoencoder(new GuardedVae(Autoencoder.Load(weights).Network, weights, file.File.Name)), WeightBuilder.Bytes(file.File, prefix));
    });

    /// <summary>Lets go of every network that nobody uses now.</summary>
    public void FreeUnused()
    {
        _cache.Clear();
        Backend.Trim();
    }

    /// <summary>Lets go of everything. Leases given out stay usable until they are disposed of.</summary>
    public void Dispose() => _cache.Clear();

    private ModelLease<T> Lease<T>(Recipe recipe, Func<WeightBuilder, (T Network, long StoredBytes)> make)
        where T : class => Lease(RecipeKey.Of(recipe), make);

    private ModelLease<T> Lease<T>(string key, Func<WeightBuilder, (T Network, long StoredBytes)> make)
        where T : class => _cache.Lease<T>(key, () =>
    {
        try
        {
            return Load(make);
        }
        catch (TensorMemoryException)
        {
            // What nobody uses may be in the way.
            FreeUnused();
        }

        try
        {
            return Load(make);
        }
        catch (TensorMemoryException full)
        {
            throw new DiffusionException(
                DiffusionCodes.OutOfMemory,
                $"The model does not fit into memory: {full.Message} Free memory, use a smaller model or fewer LoRAs and merges, or raise the runner's limit.");
        }
    });

    private Loaded Load<T>(Func<WeightBuilder, (T Network, long StoredBytes)> make)
        where T : class
    {
        WeightBuilder builder = new(Open, Backend, Options.PatchedStorage);
        try
        {
            (T network, long stored) = make(builder);
            return new Loaded(network, stored + builder.ComputedBytes, builder.Dispose);
        }
        catch
        {
            builder.Dispose();
            throw;
        }
    }
}
