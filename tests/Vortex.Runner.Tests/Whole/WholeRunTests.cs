using System.Diagnostics;
using System.Globalization;
using Vortex.Imaging.Codecs;
using Vortex.Imaging.Codecs.Png;

namespace Vortex.Runner.Tests;

/// <summary>Runs through everything there is on one machine: SQLite, files, the orchestration engine, the runner and the built-in nodes.</summary>
public sealed class WholeRunTests(ITestOutputHelper output)
{
    [Fact]
    public async Task Picture_goes_from_file_to_file_and_a_second_run_comes_from_the_cache()
    {
        await using OneMachine machine = await OneMachine.StartAsync();
        FileRef photo = await machine.FileAsync("photo.png", PngEncoder.Encode([0, 51, 255, 255, 255, 0], 2, 1, 3));
        NodeSpec[] nodes =
        [
            new NodeSpec("load", "LoadImage").File("image", photo).With("image", "photo.png"),
            new NodeSpec("invert", "ImageInvert").From("image", "load"),
            new NodeSpec("save", "SaveImage").From("images", "invert").With("filename_prefix", "done").Output(),
        ];
        (RunRecord run, IReadOnlyList<RunEvent> events) = await Some.SoonAsync(machine.RunAsync(nodes));
        Assert.Equal((RunStatus.Succeeded, 3, 1), (run.Status, run.Summary?.Succeeded, run.Summary?.Artifacts));
        Assert.Equal(Enumerable.Range(1, events.Count), events.Select(one => (int)one.Sequence));
        ArtifactRecord artifact = Assert.Single((await machine.Store.Runs.ListArtifactsAsync(Some.Here, run.Id, null, 10)).Items);
        Assert.Equal("done_00001_.png", artifact.File.Name);
        Assert.Equal([photo.Digest], artifact.MadeFrom);
        byte[] content = new byte[artifact.File.Size];
        await using (Stream stream = (await machine.Store.Artifacts.OpenAsync(Some.Here, artifact.File.Digest))!)
        {
            await stream.ReadExactlyAsync(content);
        }

        DecodedImage saved = ImageFile.Decode(content);
        Assert.Equal([255, 204, 0, 0, 0, 255], saved.Pixels);
        Assert.Equal("{}", saved.Metadata.Text["vtxw"]);

        (RunRecord again, _) = await Some.SoonAsync(machine.RunAsync(nodes));
        Assert.Equal((RunStatus.Succeeded, 0, 3), (again.Status, again.Summary?.Succeeded, again.Summary?.Cached));
        ArtifactRecord cached = Assert.Single((await machine.Store.Runs.ListArtifactsAsync(Some.Here, again.Id, null, 10)).Items);
        Assert.Equal((artifact.File.Digest, true), (cached.File.Digest, cached.Cached));
        Assert.Equal([photo.Digest], cached.MadeFrom);
    }

    [Fact]
    public async Task Failure_ends_the_run_with_its_problem()
    {
        await using OneMachine machine = await OneMachine.StartAsync();
        FileRef broken = await machine.FileAsync("broken.png", [1, 2, 3]);
        (RunRecord run, _) = await Some.SoonAsync(machine.RunAsync(
            new NodeSpec("load", "LoadImage").File("image", broken).With("image", "broken.png"),
            new NodeSpec("save", "SaveImage").From("images", "load").Output()));
        Assert.Equal(RunStatus.Failed, run.Status);
        RunProblem problem = Assert.Single(run.Summary!.Problems);
        Assert.Equal(("image.not_an_image", "image", new NodeId("load")), (problem.Code, problem.Port, problem.Node));
    }

    [Fact]
    public async Task Thousand_nodes_of_any_shape_leave_whole_logs()
    {
        await using OneMachine machine = await OneMachine.StartAsync();
        // The figures are for people to read; a loaded machine is no reason to fail.
        foreach ((string shape, NodeSpec[] nodes) in (IEnumerable<(string, NodeSpec[])>)[("warm-up", Chains(1, 50, "w")), ("one chain of 1,000", Chains(1, 1000, "a")), ("ten chains of 100", Chains(10, 100, "b"))])
        {
            Stopwatch watch = Stopwatch.StartNew();
            (RunRecord run, IReadOnlyList<RunEvent> events) = await Some.SoonAsync(machine.RunAsync(nodes));
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{shape}: {watch.Elapsed.TotalMilliseconds:0} ms"));
            Assert.Equal((RunStatus.Succeeded, nodes.Length), (run.Status, run.Summary?.Succeeded));
            Assert.Equal(nodes.Length, events.Count(one => one.Type == RunEventTypes.NodeCompleted));
            watch.Restart();
            (RunRecord again, _) = await Some.SoonAsync(machine.RunAsync(nodes));
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{shape}, cached: {watch.Elapsed.TotalMilliseconds:0} ms"));
            Assert.Equal(nodes.Length, again.Summary?.Cached);
        }
    }

    private static NodeSpec[] Chains(int chains, int length, string name)
    {
        List<NodeSpec> nodes = [];
        for (int chain = 0; chain < chains; chain++)
        {
            nodes.Add(new NodeSpec($"{name}{chain}.0", "PrimitiveString").With("value", $"{name}{chain}"));
            for (int i = 1; i < length; i++)
            {
                nodes.Add(new NodeSpec($"{name}{chain}.{i}", "vortex.NoOp").From("value", $"{name}{chain}.{i - 1}"));
            }

            nodes[^1] = nodes[^1].Output();
        }

        return [.. nodes];
    }
}
