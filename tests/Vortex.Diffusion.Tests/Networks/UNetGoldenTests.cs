using Vortex.Diffusion.Conditioning;
using Vortex.Diffusion.Networks;
using Vortex.Diffusion.Tests.Detection;
using Vortex.Diffusion.Weights;
using Vortex.Tensors;
using Vortex.Tensors.Cpu;
using Vortex.Testing.Golden;

namespace Vortex.Diffusion.Tests.Networks;

[Trait("kind", "golden")]
public sealed class UNetGoldenTests
{
    [Fact]
    public void UNets_predict_what_the_reference_predicts()
    {
        using CpuBackend backend = new();
        foreach (GoldenCase found in GoldenCase.Find("02?-unet*"))
        {
            using TensorScope scope = TensorScope.Begin();
            NetworkGolden golden = new(found, backend);
            UNet unet = new(new WeightSet(golden.Weights("model", "model.diffusion_model.")), UNetConfigJson.Read(golden.Config));
            foreach (string entry in golden.Entries(".x"))
            {
                golden.Compare($"{entry}.out", unet.Forward(Input(golden, entry)));
            }

            golden.Report();
        }
    }

    [Fact]
    public void Embeddings_of_time_and_vector_are_those_of_the_reference()
    {
        using CpuBackend backend = new();
        foreach (GoldenCase found in GoldenCase.Find("02?-unet*"))
        {
            using TensorScope scope = TensorScope.Begin();
            NetworkGolden golden = new(found, backend);
            UNet unet = new(new WeightSet(golden.Weights("model", "model.diffusion_model.")), UNetConfigJson.Read(golden.Config));
            foreach (string entry in golden.Entries(".time_embed", "trace"))
            {
                NetworkInput input = Input(golden, entry);
                Tensor? vector = unet.EmbedVector(input);
                golden.Compare($"{entry}.time_embed", vector is null ? unet.Embed(input) : unet.Embed(input) - vector, "trace");
                if (vector is not null)
                {
                    golden.Compare($"{entry}.label_emb", vector, "trace");
                }
            }

            golden.Report();
        }
    }

    [Fact]
    public void Vector_conditioning_is_that_of_the_reference()
    {
        using CpuBackend backend = new();
        foreach (GoldenCase found in GoldenCase.Find("02?-unet*").Where(found => File.Exists(Path.Combine(found.Folder, "adm_inputs.safetensors"))))
        {
            using TensorScope scope = TensorScope.Begin();
            NetworkGolden golden = new(found, backend);
            foreach (string entry in golden.Entries(".size", "adm_inputs"))
            {
                int[] size = [.. found.Tensors("adm_inputs")[$"{entry}.size"].Integers().Select(value => (int)value)];
                int Given(int i, int otherwise) => size[i] < 0 ? otherwise : size[i];
                (int width, int height) = (Given(0, 768), Given(1, 768));
                SizeConditioning sizes = new(width, height, Given(2, 0), Given(3, 0), Given(4, width), Given(5, height));
                golden.Compare($"{entry}.y", VectorConditioning.Base(golden.Input($"{entry}.pooled_output", "adm_inputs"), sizes), "adm_outputs");
            }

            golden.Report();
        }
    }

    private static NetworkInput Input(NetworkGolden golden, string entry) => new()
    {
        Latent = golden.Input($"{entry}.x"),
        Timesteps = golden.Input($"{entry}.timesteps"),
        Context = golden.Input($"{entry}.context"),
        Vector = golden.Case.Tensors("inputs").Contains($"{entry}.y") ? golden.Input($"{entry}.y") : null,
    };
}
