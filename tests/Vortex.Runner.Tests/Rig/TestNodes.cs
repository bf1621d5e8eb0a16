using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using Vortex.Imaging;
using Vortex.Nodes;

namespace Vortex.Runner.Tests;

/// <summary>Node types that show what a runner does. What a test wants to see goes through a <see cref="Probe"/> named by a constant.</summary>
public static class TestNodes
{
    public static NodePack Pack { get; } = NodePack.From("test", typeof(TestNodes));

    [Node("Value", "test")]
    public static long Value(long value) => value;

    [Node("Add", "test")]
    public static long Add(long a, long b) => a + b;

    [Node("Pass", "test", Cost = NodeCost.Trivial)]
    public static object? Pass(object? value) => value;

    [Node("Switch", "test")]
    public static object? Switch(
        bool @switch,
        [Input(ChosenBy = "switch", ChosenAt = false)] object? onFalse,
        [Input(ChosenBy = "switch", ChosenAt = true)] object? onTrue) => @switch ? onTrue : onFalse;

    [Node("Numbers", "test")]
    [Outputs("numbers", Lists = [0])]
    public static IReadOnlyList<long> Numbers(long count) => [.. Enumerable.Range(1, (int)count).Select(number => (long)number)];

    [Node("Sum", "test", TakesLists = true)]
    public static long Sum(IReadOnlyList<long> numbers) => numbers.Sum();

    [Node("Warn", "test")]
    public static long Warn(long value, NodeContext context)
    {
        context.Warn("Something was left out.");
        context.Warn($"{value % 2} as well.");
        return value;
    }

    [Node("Probed", "test")]
    public static async Task<object?> Probed(string probe, object? value, CancellationToken cancellationToken)
    {
        await Probe.Of(probe).EnterAsync(cancellationToken);
        return value;
    }

    [Node("Throw", "test")]
    public static long Throw(string what, object? value) => throw (what switch
    {
        "problem" => new NodeProblemException("test.wrong", "value", "It is wrong."),
        "full" => new IOException("No space left on device", 28),
        "io" => new IOException("The cable is out."),
        "memory" => new InsufficientMemoryException(),
        _ => new InvalidOperationException("secret words"),
    });

    [Node("File", "test", IsOutput = true)]
    public static void File(string name, string text, NodeContext context) =>
        context.Emit(new EmittedFile($"{name}_{context.NextNumber(name)}.txt", "text/plain", Encoding.UTF8.GetBytes(text), IsPreview: false) { Width = 1 });

    [Node("RawFile", "test", IsOutput = true)]
    public static void RawFile(string name, NodeContext context) => context.Emit(new EmittedFile(name, "text/plain", new byte[10], IsPreview: true));

    [Node("StreamedFile", "test", IsOutput = true)]
    public static Task Streamed(string name, NodeContext context) =>
        context.EmitAsync(new StreamedFile(name, "text/plain", () => new MemoryStream(Encoding.UTF8.GetBytes("streamed"))));

    [Node("Show", "test", IsOutput = true)]
    public static void Show(object value, NodeContext context) => context.Show("value", JsonSerializer.SerializeToElement(value));

    [Node("Progress", "test")]
    public static long Progress(long steps, NodeContext context)
    {
        for (int i = 1; i <= steps; i++)
        {
            context.Report(i, steps);
        }

        return steps;
    }

    [Node("Read", "test")]
    public static async Task<string> Read(NodeFile file, CancellationToken cancellationToken)
    {
        using StreamReader reader = new(await file.OpenAsync(cancellationToken));
        return await reader.ReadToEndAsync(cancellationToken);
    }

    [Node("Image", "test")]
    public static ImageBatch Image(string probe)
    {
        ImageBatch image = new(1, 64, 64, 3, new float[64 * 64 * 3]);
        Probe.Of(probe).Made.Add(new WeakReference(image.Values));
        return image;
    }

    [Node("Size", "test")]
    public static long Size(ImageBatch image) => image.Width * image.Height;

    [Node("Collect", "test")]
    public static long Collect(string probe, long after)
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        return Probe.Of(probe).Made.Count(made => made.IsAlive);
    }

    [Node("Opaque", "test")]
    [Outputs("opaque", Types = ["Thing"])]
    public static object Opaque() => new Thing();

    private sealed class Thing;
}

/// <summary>What a test and a node of its run tell each other.</summary>
public sealed class Probe
{
    private static readonly ConcurrentDictionary<string, Probe> s_all = new();
    private readonly TaskCompletionSource _entered = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _entries;

    public static string NewName() => Guid.NewGuid().ToString("N");

    public static Probe Of(string name) => s_all.GetOrAdd(name, _ => new Probe());

    /// <summary>Gets how often a node came by.</summary>
    public int Entries => _entries;

    public Task Entered => _entered.Task;

    public ConcurrentBag<WeakReference> Made { get; } = [];

    /// <summary>Gets or sets what a node waits for; it goes on at once by default.</summary>
    public Task Gate { get; set; } = Task.CompletedTask;

    public async Task EnterAsync(CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _entries);
        _entered.TrySetResult();
        await Gate.WaitAsync(cancellationToken);
    }
}
