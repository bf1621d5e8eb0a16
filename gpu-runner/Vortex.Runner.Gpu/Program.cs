using Vortex.Runner;
using Vortex.Runner.Gpu;

return await RunnerCommand.InvokeAsync(args, TorchKinds.All);
