using Vortex.Nodes.Packs;
using Vortex.Workflows;

namespace Vortex.Local.Hosting;

/// <summary>The catalog of this build: the types it can execute, the flow types, and those it knows by their interface.</summary>
internal static class Catalogs
{
    private static readonly Lazy<NodeCatalog> s_all = new(() => CoreCatalog.Load().With(FlowTypes.All).With(BuiltInPacks.Types));

    public static NodeCatalog All => s_all.Value;
}
