using System.Text.Json;
using Vortex.Diffusion.Tests.Networks;
using Vortex.Diffusion.Upscale;
using Vortex.Tensors;
using Vortex.Tensors.Cpu;
using Vortex.Testing.Golden;

namespace Vortex.Diffusion.Tests.Upscale;

[Trait("kind", "golden")]
public sealed class UpscaleGoldenTests
{
    [Fact]
    public void Upscalers_give_the_pictures_of_the_reference()
    {
        using CpuBackend backend = new();
        foreach (GoldenCase found in GoldenCase.Find("06a*"))
        {
            using TensorScope scope = TensorScope.Begin();
            NetworkGolden golden = new(found, backend);
            JsonElement tiled = golden.Config.GetProperty("tiled");
            foreach (string model in golden.Entries(".image"))
            {
                Upscaler upscaler = Upscaler.Load(golden.Weights(model));
                foreach (string entry in golden.Entries(".x").Where(entry => entry.StartsWith(model, StringComparison.Ordinal)))
                {
                    Tensor x = golden.Input($"{entry}.x");
                    golden.Compare($"{entry}.raw", upscaler.Network.Forward(x));
                    golden.Compare($"{entry}.out", upscaler.Run(x));
                }

                Tensor image = golden.Input($"{model}.image").Permute(0, 3, 1, 2);
                golden.Compare($"{model}.ImageUpscaleWithModel", upscaler.Run(image).Permute(0, 2, 3, 1));
                golden.Compare($"{model}.tiled", upscaler.Run(image, tiled.GetProperty("tile_x").GetInt32(), tiled.GetProperty("overlap").GetInt32()));
            }

            golden.Report();
        }
    }
}
