using Vortex.Diffusion.Text;
using Vortex.Diffusion.Weights;
using Vortex.Tensors;
using Vortex.Tensors.Noise;

namespace Vortex.Diffusion.Tests.Text;

/// <summary>A vocabulary of a few merges and text encoders with seeded weights, so that behaviour is tested without any data.</summary>
internal static class TinyText
{
    public static ClipVocabulary Vocabulary { get; } = ClipVocabulary.FromMerges("#version\nc a\nca t</w>\nd o\ndo g</w>\nh e\nhe l\nhel l\nhell o</w>\n", "tiny");

    public static ClipTokenizer Words { get; } = new(Vocabulary);

    public static TensorWeights Weights(ITensorBackend backend, params (string Encoder, int Width)[] encoders)
    {
        Dictionary<string, Tensor> weights = new(StringComparer.Ordinal);
        NormalSource noise = new(7);
        foreach ((string encoder, int width) in encoders)
        {
            string prefix = $"{encoder}.transformer.text_model.";
            void Add(string name, params int[] shape)
            {
                float[] values = new float[shape.Aggregate(1, (a, b) => a * b)];
                noise.Fill(values);
                float scale = 1 / MathF.Sqrt(shape[^1]);
                weights[prefix + name] = backend.From(values.Select(value => value * scale).ToArray(), new Shape(shape)).Detach();
            }

            void AddLinear(string name, int inputs, int outputs)
            {
                Add(name + ".weight", outputs, inputs);
                Add(name + ".bias", outputs);
            }

            Add("embeddings.token_embedding.weight", Vocabulary.Count, width);
            Add("embeddings.position_embedding.weight", PromptTokenizer.ChunkLength, width);
            for (int i = 0; i < 3; i++)
            {
                string layer = $"encoder.layers.{i}.";
                foreach (string name in new[] { "q_proj", "k_proj", "v_proj", "out_proj" })
                {
                    AddLinear($"{layer}self_attn.{name}", width, width);
                }

                AddLinear(layer + "mlp.fc1", width, width * 4);
                AddLinear(layer + "mlp.fc2", width * 4, width);
                AddNorm(layer + "layer_norm1");
                AddNorm(layer + "layer_norm2");
            }

            AddNorm("final_layer_norm");

            void AddNorm(string name)
            {
                weights[$"{prefix}{name}.weight"] = backend.Full([width], 1).Detach();
                Add(name + ".bias", width);
            }
        }

        return new TensorWeights(backend, weights);
    }
}
