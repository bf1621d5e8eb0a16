using System.Reflection.Metadata;

namespace Vortex.Functions.Tests;

/// <summary>The function app holds triggers and wiring: nothing in it is longer than a screen.</summary>
public sealed class MethodLengthTests
{
    private const int Screen = 40;

    [Fact]
    public void No_method_of_the_function_app_is_longer_than_a_screen()
    {
        // From the debug information, which knows the first and last line of every method, those inside async ones included.
        using FileStream file = File.OpenRead(Path.ChangeExtension(typeof(Program).Assembly.Location, "pdb"));
        using MetadataReaderProvider provider = MetadataReaderProvider.FromPortablePdbStream(file);
        MetadataReader reader = provider.GetMetadataReader();
        List<(string Place, int Lines)> methods = [];
        foreach (MethodDebugInformationHandle handle in reader.MethodDebugInformation)
        {
            MethodDebugInformation method = reader.GetMethodDebugInformation(handle);
            SequencePoint[] points = [.. method.GetSequencePoints().Where(point => !point.IsHidden)];
            string document = points.Length == 0 ? "" : reader.GetString(reader.GetDocument(points[0].Document).Name);
            // What a generator writes is nobody's to read.
            if (points.Length > 0 && !document.EndsWith(".generated.cs", StringComparison.Ordinal) && !document.EndsWith(".g.cs", StringComparison.Ordinal))
            {
                int first = points.Min(point => point.StartLine);
                methods.Add(($"{Path.GetFileName(document)}:{first}", points.Max(point => point.EndLine) - first + 1));
            }
        }

        Assert.True(methods.Count > 50 && methods.Max(method => method.Lines) > 10, "The debug information of the function app tells nothing.");
        Assert.Empty(methods.Where(method => method.Lines > Screen).Select(method => $"{method.Place} has {method.Lines} lines"));
    }
}
