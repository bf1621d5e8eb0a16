using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.Hosting;

namespace Vortex.Functions;

/// <summary>The function app: the same API and the same orchestrator as on one machine, over the ports in Azure.</summary>
internal static class Program
{
    public static void Main(string[] arguments)
    {
        FunctionsApplicationBuilder builder = FunctionsApplication.CreateBuilder(arguments);
        builder.ConfigureFunctionsWebApplication();
        builder.Services.AddVortexFunctions(builder.Configuration);
        builder.Build().Run();
    }
}
