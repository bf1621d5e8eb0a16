using System.Collections.Immutable;
using System.Text.Json;
using Vortex.Diffusion.Management;
using Vortex.Workflows;

namespace Vortex.Nodes.Tests;

/// <summary>A context for nodes that only compute.</summary>
internal sealed class SilentContext(CancellationToken cancellationToken = default) : NodeContext
{
    public override NodeId Node => new("1");

    public override ModelManager Models => TestModels.Shared;

    public override CancellationToken CancellationToken => cancellationToken;

    public override IReadOnlyDictionary<string, string> Metadata => ImmutableDictionary<string, string>.Empty;

    public override void Report(long value, long max)
    {
    }

    public override void Emit(EmittedFile file) => throw new InvalidOperationException("This node makes no file.");

    public override void Show(string name, JsonElement value) => throw new InvalidOperationException("This node shows nothing.");

    public override void Warn(string sentence) => throw new InvalidOperationException("This node warns of nothing.");
}
