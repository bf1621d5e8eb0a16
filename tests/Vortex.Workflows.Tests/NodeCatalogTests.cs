namespace Vortex.Workflows.Tests;

public sealed class NodeCatalogTests
{
    [Fact]
    public void Executable_type_wins_over_one_known_only_by_its_interface()
    {
        NodeType known = new() { Name = "ImageInvert", DisplayName = "known" };
        NodeType executable = known with { DisplayName = "executable", IsExecutable = true };
        Assert.Equal("executable", new NodeCatalog([executable, known]).Find("ImageInvert")?.DisplayName);
    }

    [Fact]
    public void Output_is_found_by_name_and_by_position()
    {
        NodeType type = new() { Name = "T", DisplayName = "T", Outputs = [new("a", PortType.Image), new("b", PortType.Mask)] };
        Assert.Equal(1, type.FindOutput("b"));
        Assert.Equal(1, type.FindOutput("#1"));
        Assert.Equal(-1, type.FindOutput("#2"));
    }
}
