namespace Vortex.Workflows.Tests.Catalog;

public sealed class ComfyTypesTests
{
    [Theory]
    [InlineData("IMAGE", "Image")]
    [InlineData("MASK", "Mask")]
    [InlineData("LATENT", "Latent")]
    [InlineData("STRING", "Text")]
    [InlineData("FLOAT", "Number")]
    [InlineData("INT", "Integer")]
    [InlineData("BOOLEAN", "Bool")]
    [InlineData("COMBO", "Choice")]
    [InlineData("*", "*")]
    [InlineData("CONDITIONING", "CONDITIONING")]
    public void Known_names_have_a_type_of_ours_and_others_stay_as_they_are(string comfy, string ours)
    {
        Assert.Equal(new PortType(ours), ComfyTypes.FromComfy(comfy));
    }

    [Theory]
    [InlineData("IMAGE")]
    [InlineData("Image")]
    [InlineData("Number")]
    [InlineData("comfy:Image")]
    [InlineData("")]
    [InlineData("IMAGE,MASK")]
    [InlineData("some pack's type")]
    public void Every_name_of_ComfyUI_comes_back_as_it_was(string name)
    {
        Assert.Equal(name, ComfyTypes.ToComfy(ComfyTypes.FromComfy(name)));
    }

    [Fact]
    public void Types_of_the_catalog_all_have_a_name_in_ComfyUI()
    {
        foreach (PortType type in CoreCatalog.Load().Types.SelectMany(type => type.Inputs.Select(input => input.Type)))
        {
            string name = ComfyTypes.ToComfy(type);
            Assert.True(type == PortType.File || type == PortType.ModelRef || ComfyTypes.FromComfy(name) == type, name);
        }
    }
}
