using Vortex.Diffusion.Networks;
using Vortex.Diffusion.Tests.Detection;
using Vortex.Diffusion.Weights;
using Vortex.Tensors;
using Vortex.Tensors.Cpu;
using Vortex.Testing.Golden;

namespace Vortex.Diffusion.Tests.Networks;

[Trait("kind", "golden")]
public sealed class ControlGoldenTests
{
    [Fact]
    public void ControlNets_give_the_residuals_of_the_reference()
    {
        using CpuBackend backend = new();
        foreach (GoldenCase found in GoldenCase.Find("05c*"))
        {
            using TensorScope scope = TensorScope.Begin();
            NetworkGolden golden = new(found, backend);
            ControlNet control = ControlNet.Load(golden.Weights("model"), ModelConfig(found));
            NetworkInput input = new()
            {
                Latent = golden.Input("forward.x"),
                Timesteps = golden.Input("forward.timesteps"),
                Context = golden.Input("forward.context"),
            };
            golden.Compare("forward.hint_block", control.EncodeHint(golden.Input("forward.hint")));
            ControlResiduals residuals = control.Residuals(input, golden.Input("forward.hint"), 1);
            golden.Compare("forward.middle.0", residuals.Middle.Single()!);
            for (int i = 0; i < residuals.Output.Count; i++)
            {
                golden.Compare($"forward.output.{i}", residuals.Output[i]!);
            }

            golden.Report();
        }
    }

    [Fact]
    public void ControlNets_steer_the_UNet_as_in_the_reference()
    {
        using CpuBackend backend = new();
        foreach (GoldenCase found in GoldenCase.Find("05c*"))
        {
            using TensorScope scope = TensorScope.Begin();
            NetworkGolden golden = new(found, backend);
            GoldenCase model = GoldenCase.Find(golden.Config.GetProperty("model").GetString()!).Single();
            UNet unet = new(new WeightSet(new NetworkGolden(model, backend).Weights("model", "model.diffusion_model.")), UNetConfigJson.Read(model.Json.GetProperty("config")));
            ControlNet control = ControlNet.Load(golden.Weights("model"), unet.Config);
            double allowed = found.Json.GetProperty("tolerance").GetProperty("effect.* abs").GetDouble();
            foreach (GoldenRun run in found.Runs)
            {
                // Ranges are the sampler's business; here only those that are on at this noise.
                if (Hints(run.Name) is { } hints)
                {
                    string noise = run.Name.StartsWith("batch2", StringComparison.Ordinal) ? "noise2" : "noise";
                    golden.Compare($"effect.{run.Name}.denoised", Denoised(golden, unet, control, noise, hints), absolute: allowed);
                }
            }

            golden.Report();
        }
    }

    [Fact]
    public void T2I_adapters_give_the_features_of_the_reference()
    {
        using CpuBackend backend = new();
        foreach (GoldenCase found in GoldenCase.Find("14e*"))
        {
            using TensorScope scope = TensorScope.Begin();
            NetworkGolden golden = new(found, backend);
            int[] latent = [.. golden.Config.GetProperty("latent").EnumerateArray().Select(size => size.GetInt32())];
            NetworkInput input = new() { Latent = backend.Full(new Shape(latent), 0), Timesteps = backend.Full([latent[0]], 0), Context = backend.Full([latent[0], 1, 1], 0) };
            foreach (string variant in golden.Entries(".lengths", "outputs"))
            {
                T2IAdapter adapter = T2IAdapter.Load(golden.Weights(variant));
                using ControlHint hint = adapter.Prepare(golden.Input("hint"), latent[2], latent[3]);
                golden.Compare($"{variant}.scaled_hint", hint.Pixels);
                ControlResiduals residuals = adapter.Residuals(input, hint, 0.8f);
                Compare(golden, $"{variant}.input", [.. residuals.Input.Reverse()]);
                Compare(golden, $"{variant}.middle", residuals.Middle);
            }

            golden.Report();
        }
    }

    private static void Compare(NetworkGolden golden, string name, IReadOnlyList<Tensor?> residuals)
    {
        for (int i = 0; i < residuals.Count; i++)
        {
            Assert.Equal(golden.Case.Tensors("outputs").Contains($"{name}.{i}"), residuals[i] is not null);
            if (residuals[i] is { } residual)
            {
                golden.Compare($"{name}.{i}", residual);
            }
        }
    }

    private static (string Image, float Strength)[]? Hints(string run) => run switch
    {
        "advanced_1.0" => [("image", 1)],
        "advanced_other_size" => [("image_other_size", 0.55f)],
        "apply_0.8" => [("image", 0.8f)],
        "chained" => [("image", 0.7f), ("image_other_size", 0.4f)],
        "batch2" => [("image", 1)],
        "batch2_hint2" => [("image_batch2", 1)],
        _ => null,
    };

    // Classifier-free guidance of 5 at a noise level of 4, written out.
    private static Tensor Denoised(NetworkGolden golden, UNet unet, ControlNet control, string noise, (string Image, float Strength)[] hints)
    {
        const float Sigma = 4;
        Tensor x = golden.Input(noise) * Sigma;
        Tensor scaled = x / MathF.Sqrt((Sigma * Sigma) + 1);
        int batch = x.Shape[0];
        Tensor[] predictions = [.. ((string[])["positive", "negative"]).Select(text =>
        {
            NetworkInput input = new()
            {
                Latent = scaled,
                Timesteps = x.Backend.Full([batch], Timestep(Sigma)),
                Context = golden.Input(text).Expand(batch, golden.Input(text).Shape[1], golden.Input(text).Shape[2]),
            };
            ControlResiduals? residuals = null;
            foreach ((string image, float strength) in hints)
            {
                residuals = control.Residuals(input, golden.Input(image).Permute(0, 3, 1, 2), strength, residuals);
            }

            return x - (unet.Forward(input with { Control = residuals }) * Sigma);
        })];
        return predictions[1] + ((predictions[0] - predictions[1]) * 5);
    }

    private static int Timestep(double sigma)
    {
        double product = 1;
        double[] distances = new double[1000];
        for (int i = 0; i < distances.Length; i++)
        {
            double root = Math.Sqrt(0.00085) + ((Math.Sqrt(0.012) - Math.Sqrt(0.00085)) * i / (distances.Length - 1));
            product *= 1 - (root * root);
            distances[i] = Math.Abs(Math.Log(sigma) - (0.5 * Math.Log((1 - product) / product)));
        }

        return Array.IndexOf(distances, distances.Min());
    }

    private static UNetConfig ModelConfig(GoldenCase found)
    {
        GoldenCase model = GoldenCase.Find(found.Json.GetProperty("config").GetProperty("model").GetString()!).Single();
        return UNetConfigJson.Read(model.Json.GetProperty("config"));
    }
}
