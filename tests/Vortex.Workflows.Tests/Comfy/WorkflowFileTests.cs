using System.Text;

namespace Vortex.Workflows.Tests.Comfy;

/// <summary>The one door for files of every kind.</summary>
public sealed class WorkflowFileTests
{
    private static OpenedWorkflow Open(string text, WorkflowLimits? limits = null) =>
        WorkflowFile.Open(Encoding.UTF8.GetBytes(text), "folder\\my flow.json", Imported.Catalog, limits);

    [Fact]
    public void Each_format_is_told_by_its_content()
    {
        OpenedWorkflow ui = Open(Some.PhotoWorkflow);
        Assert.Equal(WorkflowSource.ComfyUi, ui.Source);
        Assert.Equal("my flow", ui.Document!.Meta.Name);
        Assert.Equal(WorkflowSource.ComfyApi, Open("""{"1": {"class_type": "ImageInvert", "inputs": {}}}""").Source);
        OpenedWorkflow vtxw = WorkflowFile.Open(VtxwWriter.Write(ui.Document), "other.json", Imported.Catalog);
        Assert.Equal(WorkflowSource.Vtxw, vtxw.Source);
        Assert.Equal("my flow", vtxw.Document!.Meta.Name);
        Assert.Null(vtxw.Report);
    }

    [Theory]
    [InlineData("hello", ImportCodes.NotJson)]
    [InlineData("", ImportCodes.NotJson)]
    [InlineData("[1, 2]", WorkflowFile.NoWorkflow)]
    [InlineData("{\"nodes\": 3}", WorkflowFile.NoWorkflow)]
    public void File_that_is_no_workflow_gives_one_clear_problem(string text, string code)
    {
        OpenedWorkflow opened = Open(text);
        Assert.Equal((WorkflowSource.Unknown, code), (opened.Source, Assert.Single(opened.Problems).Code));
        Assert.Null(opened.Document);
    }

    [Fact]
    public void Broken_VTXW_is_told_by_its_own_reader()
    {
        OpenedWorkflow opened = Open("{\"vtxw_version\": \"1.0\", \"nodes\": 3}");
        Assert.Equal(WorkflowSource.Vtxw, opened.Source);
        Assert.Null(opened.Document);
        Assert.NotEmpty(opened.Problems);
    }

    [Fact]
    public void Workflow_beyond_a_limit_is_no_document_but_a_problem()
    {
        OpenedWorkflow nodes = Open(Some.PhotoWorkflow, new WorkflowLimits { MaxNodes = 3 });
        Assert.Equal((ImportCodes.TooLarge, true), (Assert.Single(nodes.Problems).Code, nodes.Document is null));
        OpenedWorkflow bytes = Open(Some.PhotoWorkflow, new WorkflowLimits { MaxBytes = 100 });
        Assert.Equal((ImportCodes.TooLarge, true), (Assert.Single(bytes.Problems).Code, bytes.Document is null));
    }
}
