using Vortex.Diffusion.Latents;
using Vortex.Tensors;
using static Vortex.Diffusion.Sampling.Samplers.Mixing;

namespace Vortex.Diffusion.Sampling.Samplers;

/// <summary>Consistency steps that enlarge the clean latent before it gets noise again.</summary>
internal static class LcmUpscaleSampler
{
    public static void Sample(SamplingRun run)
    {
        int levels = run.Sigmas.Length;
        int asked = (int)run.Number("scale_steps", -1);
        int grows = (asked < 0 ? Math.Max((levels / 2) + 1, 2) : Math.Min(asked + 1, levels + 1)) - 1;
        double ratio = run.Number("scale_ratio", 2);
        LatentResizeMethod method = Method(run.Text("upscale_method", "bislerp"));
        (int height, int width) = (run.X.Shape[2], run.X.Shape[3]);
        run.EachStep(i =>
        {
            double next = run.Sigmas[i + 1];
            Tensor denoised = run.Denoise(run.X, run.Sigmas[i]);
            run.Report(i, denoised);
            Tensor x = denoised;
            if (i < grows)
            {
                double scale = 1 + ((ratio - 1) * (i + 1) / grows);
                x = LatentResizing.Resize(denoised, Rounded(width * scale), Rounded(height * scale), method);
            }

            run.X = Mix((x, 1), (next > 0 ? run.DrawAfterInitial(x.Shape) : x, next > 0 ? next : 0));
        });
    }

    private static LatentResizeMethod Method(string name) => name switch
    {
        "bislerp" => LatentResizeMethod.Bislerp,
        "nearest-exact" => LatentResizeMethod.NearestExact,
        "bilinear" => LatentResizeMethod.Bilinear,
        "area" => LatentResizeMethod.Area,
        "bicubic" => LatentResizeMethod.Bicubic,
        _ => throw new DiffusionException(DiffusionCodes.OutOfRange, $"There is no way of scaling called '{name}'.", "upscale_method"),
    };

    private static int Rounded(double size) => (int)Math.Round(size, MidpointRounding.ToEven);
}
