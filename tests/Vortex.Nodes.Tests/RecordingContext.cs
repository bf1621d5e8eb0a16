using System.Collections.Immutable;
using System.Text.Json;
using Vortex.Diffusion.Management;
using Vortex.Workflows;

namespace Vortex.Nodes.Tests;

/// <summary>A context that keeps what a node makes and shows.</summary>
internal sealed class RecordingContext(ModelManager? models = null, PreviewMethod previews = PreviewMethod.Rough) : NodeContext
{
    public List<PreviewPicture> Previews { get; } = [];

    public List<string> Warnings { get; } = [];

    public List<EmittedFile> Files { get; } = [];

    public Dictionary<string, JsonElement> Shown { get; } = [];

    public List<(long, long)> Reports { get; } = [];

    public override NodeId Node => new("1");

    public override ModelManager Models => models ?? TestModels.Shared;

    public override PreviewMethod PreviewMethod => previews;

    public override CancellationToken CancellationToken => default;

    public override DateTimeOffset Now => new(2031, 2, 3, 4, 5, 6, TimeSpan.Zero);

    public override IReadOnlyDictionary<string, string> Metadata { get; } =
        new Dictionary<string, string> { ["workflow"] = """{"nodes":[]}""", ["vtxw"] = "{}", ["prompt"] = """{"1":"日本"}""" }.ToImmutableDictionary();

    public override void Report(long value, long max) => Reports.Add((value, max));

    public override void Report(long value, long max, Func<PreviewPicture?> preview)
    {
        Report(value, max);
        if (preview() is { } picture)
        {
            Previews.Add(picture);
        }
    }

    public override void Emit(EmittedFile file) => Files.Add(file);

    public override void Show(string name, JsonElement value) => Shown[name] = value;

    public override void Warn(string sentence) => Warnings.Add(sentence);
}
