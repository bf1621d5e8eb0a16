namespace Vortex.Tensors.Torch.Tests;

/// <summary>Which device a backend works on.</summary>
public sealed class DeviceTests
{
    [Theory]
    [InlineData("gpu")]
    [InlineData("cuda:")]
    [InlineData("cuda:-1")]
    [InlineData("cuda:0:1")]
    [InlineData("")]
    public void Name_that_is_no_device_is_refused(string name) =>
        Assert.Contains("cuda:N", Assert.Throws<ArgumentException>(() => new TorchBackend(new TorchBackendOptions { Device = name })).Message, StringComparison.Ordinal);

    [Fact]
    public void Device_that_is_not_there_is_refused_with_what_is_missing()
    {
        Assert.SkipWhen(TorchLibrary.CudaProblem is null, "This machine has the device.");
        NotSupportedException refused = Assert.Throws<NotSupportedException>(() => new TorchBackend(new TorchBackendOptions { Device = "cuda" }));
        Assert.Equal(TorchLibrary.CudaProblem, refused.Message);
        Assert.EndsWith(".", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Automatic_choice_takes_the_graphics_card_where_there_is_one()
    {
        Natives.SkipWithout("cpu");
        using TorchBackend backend = new();
        Assert.Equal(TorchLibrary.CudaProblem is null, backend.IsCuda);
        Assert.StartsWith("libtorch ", backend.Description, StringComparison.Ordinal);
        Assert.Contains(backend.IsCuda ? "-cuda-" : "-cpu-", backend.NumericClass, StringComparison.Ordinal);
    }

    [Fact]
    public void Tensors_of_another_backend_are_refused()
    {
        using TorchBackend one = Natives.Open();
        using TorchBackend other = Natives.Open();
        using Tensor x = one.Full([2], 1);
        Assert.Throws<ArgumentException>(() => other.Unary(UnaryOp.Negate, x));
    }
}
