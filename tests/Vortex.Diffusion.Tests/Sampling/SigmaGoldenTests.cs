using System.Globalization;
using System.Text.Json;
using Vortex.Diffusion.Sampling.Schedules;
using Vortex.Testing.Golden;

namespace Vortex.Diffusion.Tests.Sampling;

[Trait("kind", "golden")]
public sealed class SigmaGoldenTests(ITestOutputHelper output)
{
    [Fact]
    public void Every_table_and_every_schedule_has_the_references_noise_levels()
    {
        List<string> wrong = [];
        foreach (GoldenCase golden in GoldenCase.Find("04a*"))
        {
            JsonElement tolerance = golden.Json.GetProperty("tolerance");
            (double relative, double absolute) = (tolerance.GetProperty("rel").GetDouble(), tolerance.GetProperty("abs").GetDouble());
            foreach (JsonProperty model in golden.Json.GetProperty("config").EnumerateObject())
            {
                ModelSampling sampling = SamplingModels.Of(model.Value);
                Safetensors tensors = golden.Tensors(model.Name);
                double worst = 0;
                foreach (string name in tensors.Names)
                {
                    if (Compute(name, sampling, tensors) is not { } actual)
                    {
                        continue;
                    }

                    double[] expected = tensors[name].Doubles();
                    double error = expected.Length != actual.Length
                        ? double.PositiveInfinity
                        : expected.Zip(actual, (e, a) => double.IsNaN(e) && double.IsNaN(a) || e == a ? 0 : Math.Abs(e - a) / (absolute + (relative * Math.Abs(e)))).Max();
                    worst = Math.Max(worst, error);
                    if (!(error <= 1))
                    {
                        wrong.Add($"{golden.Name} {model.Name} {name}: {error:G4} of what is allowed");
                    }
                }

                output.WriteLine($"{golden.Name} {model.Name}: worst {worst:G3} of the tolerance");
            }
        }

        Assert.Empty(wrong);
    }

    private static double[]? Compute(string name, ModelSampling sampling, Safetensors tensors) => name switch
    {
        "sigmas_table" => Doubles(sampling.Sigmas.ToArray()),
        "log_sigmas_table" => Doubles(Array.ConvertAll(sampling.Sigmas.ToArray(), MathF.Log)),
        "q.timestep_of_sigma" => Doubles(Array.ConvertAll(tensors["q.sigmas"].Floats(), sampling.Timestep)),
        "q.sigma_of_timestep" => Doubles(Array.ConvertAll(tensors["q.timesteps"].Floats(), sampling.Sigma)),
        "q.percent_to_sigma" => Doubles(Array.ConvertAll(tensors["q.percents"].Doubles(), sampling.PercentToSigma)),
        _ when name.StartsWith("q.", StringComparison.Ordinal) => null,
        _ => Doubles(Schedule(name, sampling)),
    };

    private static float[] Schedule(string name, ModelSampling sampling)
    {
        int at = name.IndexOf(".steps", StringComparison.Ordinal);
        string rest = name[(at + 6)..];
        string sampler = rest.EndsWith(".discard_penultimate", StringComparison.Ordinal) ? "dpm_2" : "euler";
        rest = rest.Replace(".discard_penultimate", "", StringComparison.Ordinal);
        string[] parts = rest.Split(".denoise");
        double denoise = parts.Length > 1 ? double.Parse(parts[1], CultureInfo.InvariantCulture) : 1;
        return Schedulers.ForSampler(sampler, name[..at], sampling, int.Parse(parts[0], CultureInfo.InvariantCulture), denoise);
    }

    private static double[] Doubles(float[] values) => Array.ConvertAll(values, value => (double)value);
}
