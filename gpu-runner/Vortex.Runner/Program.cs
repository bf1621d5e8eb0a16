using System.CommandLine;
using Vortex.Runner;

return await RunnerCommand.Create().Parse(args).InvokeAsync();
