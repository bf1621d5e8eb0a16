using Vortex.Diffusion.Management;
using Vortex.Diffusion.Networks;
using Vortex.Diffusion.Recipes;
using Vortex.Diffusion.Sampling.Guidance;

namespace Vortex.Nodes.Packs;

/// <summary>A diffusion model in use by a node, with the control networks that its prompts ask for. All stay loaded until it is disposed of.</summary>
internal sealed class UsedModel : IDisposable
{
    private readonly ModelManager _models;
    private readonly ModelLease<LoadedModel> _lease;
    private readonly Dictionary<ControlRecipe, ModelLease<ControlNetwork>> _controls = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<GligenRecipe, ModelLease<Gligen>> _gligens = new(ReferenceEqualityComparer.Instance);
    private readonly List<ModelLease<Hypernetwork>> _hypernetworks = [];

    private UsedModel(ModelManager models, ModelRecipe recipe, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        _models = models;
        _lease = models.Model(recipe);
        try
        {
            Value = _lease.Value.ForSampling(models.Backend, recipe.Options, Control, Hypernetwork) with { Gligens = Gligen };
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Gets the model.</summary>
    public DiffusionModel Value { get; }

    /// <summary>Loads a model, or takes the one that is loaded.</summary>
    /// <remarks>What its LoRAs hold that the network has no place for shows as a warning of the node.</remarks>
    public static UsedModel Of(ModelRecipe recipe, NodeContext context)
    {
        UsedModel used = new(context.Models, recipe, context.CancellationToken);
        foreach (string warning in used._lease.Value.Warnings)
        {
            context.Warn(warning);
        }

        return used;
    }

    /// <summary>Ends the use.</summary>
    public void Dispose()
    {
        _lease.Dispose();
        foreach (ModelLease<ControlNetwork> control in _controls.Values)
        {
            control.Dispose();
        }

        foreach (ModelLease<Gligen> gligen in _gligens.Values)
        {
            gligen.Dispose();
        }

        _hypernetworks.ForEach(hypernetwork => hypernetwork.Dispose());
    }

    private Hypernetwork Hypernetwork(ModelFileRef file)
    {
        ModelLease<Hypernetwork> lease = _models.Hypernetwork(file);
        _hypernetworks.Add(lease);
        return lease.Value;
    }

    private Gligen Gligen(GligenRecipe recipe)
    {
        if (!_gligens.TryGetValue(recipe, out ModelLease<Gligen>? lease))
        {
            _gligens.Add(recipe, lease = _models.Gligen(recipe));
        }

        return lease.Value;
    }

    // Asked in every step, and by the recipe that the prompt holds: one lease each.
    private ControlNetwork Control(ControlRecipe recipe)
    {
        if (!_controls.TryGetValue(recipe, out ModelLease<ControlNetwork>? lease))
        {
            _controls.Add(recipe, lease = _models.Control(recipe));
        }

        return lease.Value;
    }
}
