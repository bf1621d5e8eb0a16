using Vortex.Tensors;

namespace Vortex.Testing;

// Numbers that PyTorch 1.13 computed on a CPU, for ops whose definition hides a choice.
public abstract partial class TensorBackendConformance
{
    /// <summary>Gets the names of the recorded results.</summary>
    public static TheoryData<string> Recorded => [.. s_recorded.Keys];

    [Theory]
    [MemberData(nameof(Recorded))]
    public void Op_gives_what_PyTorch_gives(string name)
    {
        (Func<ITensorBackend, Tensor> op, float[] expected) = s_recorded[name];
        Near(op(Backend), new Plain([expected.Length], [.. expected.Select(value => (double)value)]), factor: 2, flat: true, what: name);
    }

    private static readonly Dictionary<string, (Func<ITensorBackend, Tensor> Op, float[] Expected)> s_recorded = new()
    {
        ["nearest 3x7"] = (b => b.Interpolate(T(b, 1, 1, 4, 5), 3, 7, InterpolationMode.Nearest, alignCorners: false, antialias: false),
        [
            -2f, -2f, -0.52f, 0.96f, 0.96f, -1.6f, -0.12f, 1.36f, 1.36f, -1.2f, 0.28f, 0.28f, 1.76f, -0.8f, 0.68f, 0.68f, -1.88f, -0.4f, -0.4f,
            1.08f, -1.48f,
        ]),
        ["nearest-exact 3x7"] = (b => b.Interpolate(T(b, 1, 1, 4, 5), 3, 7, InterpolationMode.NearestExact, alignCorners: false, antialias: false),
        [
            -2f, -0.52f, -0.52f, 0.96f, -1.6f, -1.6f, -0.12f, 0.68f, -1.88f, -1.88f, -0.4f, 1.08f, 1.08f, -1.48f, 0f, 1.48f, 1.48f, -1.08f,
            0.4f, 0.4f, 1.88f,
        ]),
        ["nearest-exact 6x2"] = (b => b.Interpolate(T(b, 1, 1, 4, 5), 6, 2, InterpolationMode.NearestExact, alignCorners: false, antialias: false),
        [
            -0.52f, -1.6f, -1.2f, 1.76f, -1.2f, 1.76f, -1.88f, 1.08f, 1.48f, 0.4f, 1.48f, 0.4f,
        ]),
        ["bilinear 3x7"] = (b => b.Interpolate(T(b, 1, 1, 4, 5), 3, 7, InterpolationMode.Bilinear, alignCorners: false, antialias: false),
        [
            -1.4399999f, -0.9790476f, -0.21047613f, 0.8466665f, -0.5009525f, -0.69428563f, -0.23333333f, 1.02f, -0.44285727f, -1.1171428f,
            -0.059999943f, 0.997143f, 0.32285687f, -1.1400001f, 0.11333327f, 0.5742859f, 0.38095257f, -0.9666667f, 0.090476215f, 0.85904783f,
            1.3200004f,
        ]),
        ["bilinear 6x3 corners"] = (b => b.Interpolate(T(b, 1, 1, 4, 5), 6, 3, InterpolationMode.Bilinear, alignCorners: true, antialias: false),
        [
            -2f, 0.96f, -0.12f, 0.016000088f, 0.552f, -0.528f, 1.224f, 0.14399996f, -0.93600005f, 0.816f, -0.26400006f, -1.3440001f,
            0.40799993f, -0.6720001f, -0.1359997f, 0f, -1.08f, 1.88f,
        ]),
        ["bicubic 3x7"] = (b => b.Interpolate(T(b, 1, 1, 4, 5), 3, 7, InterpolationMode.Bicubic, alignCorners: false, antialias: false),
        [
            -1.5768332f, -1.1390421f, -0.030277563f, 0.8742131f, -0.6171977f, -0.9358847f, -0.13492687f, 1.6598955f, -0.7210684f, -1.8723086f,
            -0.05999996f, 1.7523087f, 0.60106784f, -1.7798944f, 0.014927236f, 0.8158848f, 0.49719715f, -0.9942128f, -0.08972158f, 1.0190426f,
            1.4568323f,
        ]),
        ["bicubic 6x3 corners"] = (b => b.Interpolate(T(b, 1, 1, 4, 5), 6, 3, InterpolationMode.Bicubic, alignCorners: true, antialias: false),
        [
            -2f, 0.96f, -0.12f, 0.12976012f, 0.61727995f, -0.46271998f, 1.5791999f, 0.1113599f, -1.0656f, 0.9456003f, -0.23136051f,
            -1.6991996f, 0.34271955f, -0.7372804f, -0.24975902f, 1.6212464e-07f, -1.08f, 1.8799994f,
        ]),
        ["area 3x2"] = (b => b.Interpolate(T(b, 1, 1, 4, 5), 3, 2, InterpolationMode.Area, alignCorners: false, antialias: false),
        [
            -0.18666667f, 0.07999999f, -0.19333333f, 0.073333345f, -0.2f, 0.06666666f,
        ]),
        ["area 6x3"] = (b => b.Interpolate(T(b, 1, 1, 4, 5), 6, 3, InterpolationMode.Area, alignCorners: false, antialias: false),
        [
            -1.26f, -0.3866667f, -0.86f, -0.59000003f, -0.05333336f, -0.19000001f, 0.07999998f, 0.27999997f, 0.48f, -0.6f, -0.39999998f,
            -0.19999999f, 0.06999999f, -0.066666655f, 0.47f, 0.74f, 0.26666665f, 1.14f,
        ]),
        ["bilinear 3x2 antialias"] = (b => b.Interpolate(T(b, 1, 1, 4, 5), 3, 2, InterpolationMode.Bilinear, alignCorners: false, antialias: true),
        [
            -0.46690914f, -0.20636362f, -0.25454548f, 0.13454545f, 0.08636371f, 0.34690917f,
        ]),
        ["bicubic 2x3 antialias"] = (b => b.Interpolate(T(b, 1, 1, 4, 5), 2, 3, InterpolationMode.Bicubic, alignCorners: false, antialias: true),
        [
            -0.60681236f, 0.14169517f, -0.2745099f, 0.15450987f, -0.2616952f, 0.48681235f,
        ]),
        ["bicubic 6x8 antialias"] = (b => b.Interpolate(T(b, 1, 1, 4, 5), 6, 8, InterpolationMode.Bicubic, alignCorners: false, antialias: true),
        [
            -2.3466716f, -1.6063406f, -0.36757898f, 0.86915255f, 0.2862063f, -1.7621183f, -0.9067636f, 0.050356235f, -0.3485175f, -0.6196168f,
            -0.75580114f, 0.31163633f, 0.6240976f, 0.059742082f, -0.26689273f, -0.43030605f, 1.6848577f, 0.28215927f, -1.3849651f,
            -0.47086677f, 0.8413016f, 1.8980978f, 0.24762797f, -1.1644872f, 1.0444864f, -0.36762822f, -2.018097f, -0.9613013f, 0.35086644f,
            1.2649642f, -0.40215927f, -1.8048568f, 0.31030604f, 0.14689267f, -0.1797421f, -0.74409753f, -0.43163633f, 0.63580114f, 0.4996168f,
            0.22851746f, -0.17035647f, 0.7867638f, 1.6421192f, -0.40620622f, -0.98915285f, 0.2475788f, 1.486341f, 2.2266724f,
        ]),
        ["gelu"] = (b => b.Unary(UnaryOp.Gelu, T(b, 12) * 2),
        [
            -0.00012671947f, -0.15513678f, 1.8673365f, -0.0021990777f, -0.09723963f, 2.7111216f, -0.01967404f, 0.39886582f, 3.5192404f,
            -0.087678865f, 1.2417955f, -0.0003195858f,
        ]),
        ["gelu tanh"] = (b => b.Unary(UnaryOp.GeluTanh, T(b, 12) * 2),
        [
            -0.00007021427f, -0.15530337f, 1.8673658f, -0.0018695832f, -0.09724067f, 2.7115946f, -0.019276857f, 0.3988399f, 3.5194306f,
            -0.08786302f, 1.241562f, -0.00020988226f,
        ]),
        ["softplus"] = (b => b.Unary(UnaryOp.Softplus, T(b, 12) * 20),
        [
            4.248354e-18f, 0.000030432031f, 19.199999f, 1.2664166e-14f, 0.08683616f, 27.2f, 3.7751344e-11f, 5.603691f, 35.2f, 1.1253517e-07f,
            13.600001f, 4.683043e-17f,
        ]),
        ["round"] = (b => b.Unary(UnaryOp.Round, T(b, 12) * 12.5f),
        [
            -25f, -6f, 12f, -20f, -2f, 17f, -15f, 4f, 22f, -10f, 8f, -24f,
        ]),
        ["group norm"] = (b => b.GroupNorm(T(b, 2, 4, 3), 2, T(b, 4), T(b, 4) * 0.5f, 1e-5f),
        [
            1.7431755f, -0.67343146f, -3.0900383f, 0.28341004f, -0.3449078f, -0.9732256f, -0.30781186f, 0.85042804f, 2.008668f, -0.008709892f,
            -1.9391098f, 1.3999603f, -0.37592846f, -3.1468065f, 1.6460636f, -0.2924517f, -1.01288f, 0.23326619f, 0.76353574f, 1.99775f,
            -0.13710716f, -1.828512f, 1.7295834f, -0.32744047f,
        ]),
        ["group norm silu"] = (b => b.GroupNorm(T(b, 1, 4, 3), 4, null, null, 1e-6f, Activation.Silu),
        [
            -0.27814263f, 0f, 0.9466018f, -0.27814263f, 3.0827896e-09f, 0.9466018f, -0.27814263f, 1.2331158e-08f, 0.9466018f, -0.059500065f,
            1.0048598f, -0.27674797f,
        ]),
        ["layer norm"] = (b => b.LayerNorm(T(b, 2, 5), T(b, 5), T(b, 5) * 0.5f, 1e-5f),
        [
            1.5365784f, -0.32673615f, 1.943968f, 0.6253156f, -0.120696686f, -2.8640578f, 0.40415686f, 0.48f, -2.8435597f, 0.051843464f,
        ]),
        ["transposed convolution"] = (b => b.ConvTranspose2d(T(b, 1, 2, 2, 3), T(b, 2, 2, 3, 3), T(b, 2), new ConvOptions(2, 1), 1),
        [
            0.352f, -3.328f, -2.4304f, -2.9136f, -5.2128f, -1.1872001f, -1.6f, -5.184f, -1.1855999f, -5.9712f, -8.3664f, 2.4847999f,
            -0.39999998f, -3.216f, -3.1824f, -6.0336f, 1.1456001f, 0.37600017f, -1.36f, -3.952f, -2.9584f, -6.0176f, 0.93760014f, 0.16799998f,
            -2.008f, 2.104f, -1.2384f, 3.6432f, -0.46879995f, -0.32159993f, -3.6080003f, 3.3728004f, -2.0688f, -5.992f, 3.3488f, -2.768f,
            -1.8000001f, 2.52f, -1.0304f, -4.0207996f, 2.0016f, -4.2623997f, -2.76f, -0.96320003f, -0.80639994f, 3.5904002f, 1.7936001f,
            -4.4704f,
        ]),
        ["grouped dilated convolution"] = (b => b.Conv2d(T(b, 1, 4, 5, 5), T(b, 2, 2, 2, 2), T(b, 2), new ConvOptions(2, 1, 2, 2)),
        [
            -0.23679996f, -5.7552004f, 1.6576002f, -5.0432f, 0.6975999f, -6.1872f, -5.3808002f, -3.5232f, -2.9248f, -0.67039996f, 0.34879994f,
            -0.66719997f, 2.6f, -3.3376f, 1.552f, -0.18719995f, -5.7184f, 3.1248f,
        ]),
        ["pad reflect"] = (b => b.Pad(T(b, 1, 1, 3, 4), [2, 1, 1, 2], PadMode.Reflect),
        [
            -1.2f, 1.36f, -0.12f, 1.36f, -1.2f, 0.28f, -1.2f, 0.96f, -0.52f, -2f, -0.52f, 0.96f, -1.6f, 0.96f, -1.2f, 1.36f, -0.12f, 1.36f,
            -1.2f, 0.28f, -1.2f, 0.68f, -0.8f, 1.76f, -0.8f, 0.68f, -1.88f, 0.68f, -1.2f, 1.36f, -0.12f, 1.36f, -1.2f, 0.28f, -1.2f, 0.96f,
            -0.52f, -2f, -0.52f, 0.96f, -1.6f, 0.96f,
        ]),
        ["pad replicate"] = (b => b.Pad(T(b, 1, 1, 3, 4), [2, 1, 1, 2], PadMode.Replicate),
        [
            -2f, -2f, -2f, -0.52f, 0.96f, -1.6f, -1.6f, -2f, -2f, -2f, -0.52f, 0.96f, -1.6f, -1.6f, -0.12f, -0.12f, -0.12f, 1.36f, -1.2f,
            0.28f, 0.28f, 1.76f, 1.76f, 1.76f, -0.8f, 0.68f, -1.88f, -1.88f, 1.76f, 1.76f, 1.76f, -0.8f, 0.68f, -1.88f, -1.88f, 1.76f, 1.76f,
            1.76f, -0.8f, 0.68f, -1.88f, -1.88f,
        ]),
        ["pad circular"] = (b => b.Pad(T(b, 1, 1, 3, 4), [2, 1, 1, 2], PadMode.Circular),
        [
            0.68f, -1.88f, 1.76f, -0.8f, 0.68f, -1.88f, 1.76f, 0.96f, -1.6f, -2f, -0.52f, 0.96f, -1.6f, -2f, -1.2f, 0.28f, -0.12f, 1.36f,
            -1.2f, 0.28f, -0.12f, 0.68f, -1.88f, 1.76f, -0.8f, 0.68f, -1.88f, 1.76f, 0.96f, -1.6f, -2f, -0.52f, 0.96f, -1.6f, -2f, -1.2f,
            0.28f, -0.12f, 1.36f, -1.2f, 0.28f, -0.12f,
        ]),
        ["pad constant, cropping"] = (b => b.Pad(T(b, 1, 1, 3, 4), [-1, 2, 1, -1], PadMode.Constant, 0.5f),
        [
            0.5f, 0.5f, 0.5f, 0.5f, 0.5f, -0.52f, 0.96f, -1.6f, 0.5f, 0.5f, 1.36f, -1.2f, 0.28f, 0.5f, 0.5f,
        ]),
        ["average pool"] = (b => b.AveragePool2d(T(b, 1, 1, 5, 5), 3, 2, 1),
        [
            -0.26222223f, -0.035555575f, -0.08444445f, 0.048888896f, 0.048888884f, 0.31555554f, 0.17777778f, -0.0488889f, 0.35555556f,
        ]),
        ["max pool"] = (b => b.MaxPool2d(T(b, 1, 1, 5, 5), 3, 2, 1),
        [
            1.36f, 1.76f, 1.76f, 1.48f, 1.76f, 1.88f, 1.48f, 1.48f, 1.88f,
        ]),
        ["pixel shuffle"] = (b => b.PixelShuffle(T(b, 1, 4, 2, 3), 2),
        [
            -2f, -1.2f, -0.52f, 0.28f, 0.96f, 1.76f, -0.4f, 0.4f, 1.08f, 1.88f, -1.48f, -0.68f, -1.6f, -0.8f, -0.12f, 0.68f, 1.36f, -1.88f, 0f,
            0.8f, 1.48f, -1.76f, -1.08f, -0.28f,
        ]),
        ["pixel unshuffle"] = (b => b.PixelUnshuffle(T(b, 1, 1, 4, 6), 2),
        [
            -2f, 0.96f, -0.12f, -0.4f, -1.48f, 1.48f, -0.52f, -1.6f, 1.36f, 1.08f, 0f, -1.08f, -1.2f, 1.76f, 0.68f, 0.4f, -0.68f, -1.76f,
            0.28f, -0.8f, -1.88f, 1.88f, 0.8f, -0.28f,
        ]),
        ["variance"] = (b => b.Reduce(ReduceOp.Variance, T(b, 3, 5), [1]),
        [
            1.40368f, 1.6784f, 1.6784f,
        ]),
        ["geglu"] = (b => b.Geglu(T(b, 2, 6)),
        [
            0.17535773f, 0.028219871f, 1.1921238f, 0.20338117f, 0.14313276f, -0.09944279f,
        ]),
        ["prelu"] = (b => b.PRelu(T(b, 1, 3, 2, 2), T(b, 3)),
        [
            4f, 1.04f, 0.96f, 3.2f, 0.062399995f, 1.36f, 0.624f, 0.28f, 1.76f, -0.768f, 0.68f, -1.8047999f,
        ]),
    };

    // The same simple numbers the recording was made from.
    private static Tensor T(ITensorBackend backend, params int[] shape)
    {
        float[] values = new float[new Shape(shape).Count];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = (float)(((i * 37 % 101) - 50) / 25.0);
        }

        return backend.From(values, new Shape(shape));
    }
}
