using Vortex.Runner;
using Vortex.Runner.Gpu;

return await RunnerCommand.Create(TorchKinds.All).Parse(args).InvokeAsync();
