using Vortex.Runner;

return await RunnerCommand.InvokeAsync(args);
