using System.Text.Json;
using Vortex.Diffusion.Sampling.Schedules;

namespace Vortex.Diffusion.Tests.Sampling;

/// <summary>Makes the noise levels that golden cases name.</summary>
internal static class SamplingModels
{
    public static ModelSampling Of(JsonElement config)
    {
        double Number(string name, double standard) => config.TryGetProperty(name, out JsonElement value) ? value.GetDouble() : standard;
        bool isZeroSignal = config.TryGetProperty("zsnr", out JsonElement zsnr) && zsnr.GetBoolean();
        return config.GetProperty("type").GetString() switch
        {
            "eps" => DiscreteSampling.Create(PredictionKind.Noise, isZeroSignal),
            "v" => DiscreteSampling.Create(PredictionKind.Velocity, isZeroSignal),
            "flow" => FlowSampling.Shift(Number("shift", 1)),
            "flux" => FlowSampling.Exponential(Number("shift", 1.15)),
            string other => throw new NotSupportedException(other),
            null => throw new NotSupportedException(),
        };
    }
}
