using System.Globalization;
using Vortex.Imaging;
using Vortex.Imaging.Codecs;
using Vortex.Imaging.Codecs.Png;
using Vortex.Imaging.Resampling;

namespace Vortex.Benchmarks;

/// <summary>PNG and Lanczos, beside Pillow and libvips where these are installed.</summary>
internal static class PictureBenchmarks
{
    private const int Runs = 9;

    private const string PillowEncode = """
        image = Image.open(sys.argv[1]).convert("RGB"); image.load()
        for i in range(9):
            t = time.perf_counter(); image.save(io.BytesIO(), "PNG", compress_level=4); print((time.perf_counter() - t) * 1000)
        """;

    private const string PillowEncodeSize = """
        image = Image.open(sys.argv[1]).convert("RGB"); out = io.BytesIO(); image.save(out, "PNG", compress_level=4); print(len(out.getvalue()))
        """;

    private const string PillowDecode = """
        data = open(sys.argv[1], "rb").read()
        for i in range(9):
            t = time.perf_counter(); Image.open(io.BytesIO(data)).load(); print((time.perf_counter() - t) * 1000)
        """;

    private const string PillowLanczos = """
        image = Image.open(sys.argv[1]).convert("RGB"); image.load()
        for i in range(9):
            t = time.perf_counter(); image.resize((1024, 1024), Image.LANCZOS); print((time.perf_counter() - t) * 1000)
        """;

    public static IEnumerable<Benchmark> All =>
    [
        new("png", "PNG encode at level 4 and decode, 1024x1024 RGB, beside Pillow", PngAsync),
        new("lanczos", "Lanczos 4096x4096 to 1024x1024 RGB, beside Pillow and libvips", LanczosAsync),
    ];

    private static async Task PngAsync(Report report)
    {
        byte[] pixels = Landscape(1024, 1024);
        byte[] file = PngEncoder.Encode(pixels, 1024, 1024, 3);
        string path = await SaveAsync("png.png", file);
        double[] encode = await Report.TimeAsync(Runs, () => Task.FromResult(PngEncoder.Encode(pixels, 1024, 1024, 3)), warmups: 30);
        double[] decode = await Report.TimeAsync(Runs, () => Task.FromResult(ImageFile.Decode(file)), warmups: 30);
        report.Times("encode, level 4", encode, "<= 0.45 x Pillow");
        report.Times("decode", decode, "<= 0.65 x Pillow");
        if (Peers.Pillow(PillowEncode, path) is { } pillowEncode && Peers.Pillow(PillowDecode, path) is { } pillowDecode)
        {
            report.Ratio("encode against Pillow", Report.Median(encode), Report.Median(pillowEncode), "Pillow", "<= 0.45");
            double size = Peers.Pillow(PillowEncodeSize, path)![0];
            report.Line("size against Pillow", string.Create(CultureInfo.InvariantCulture, $"{100 * ((file.Length / size) - 1),+9:+0.0;-0.0} % ({file.Length:N0} against {size:N0} bytes)"), "<= +6 %");
            report.Ratio("decode against Pillow", Report.Median(decode), Report.Median(pillowDecode), "Pillow", "<= 0.65");
        }
        else
        {
            report.Missing("Pillow", "not installed (Debian: python3-pil)");
        }

        File.Delete(path);
    }

    private static async Task LanczosAsync(Report report)
    {
        byte[] pixels = Landscape(4096, 4096);
        byte[] result = new byte[1024 * 1024 * 3];
        ImageBatch floats = new(1, 4096, 4096, 3, Array.ConvertAll(pixels, value => value / 255f));
        Resize resize = new() { Width = 1024, Height = 1024, Method = ResizeMethod.Lanczos };
        string path = await SaveAsync("lanczos.png", PngEncoder.Encode(pixels, 4096, 4096, 3, new PngEncoderOptions { CompressionLevel = 1 }));
        double[] one = await Report.TimeAsync(Runs, () => Bytes(pixels, result, threads: 1), warmups: 30);
        double[] all = await Report.TimeAsync(Runs, () => Bytes(pixels, result, threads: 0), warmups: 30);
        double[] node = await Report.TimeAsync(Runs, () => Task.FromResult(resize.Apply(floats)), warmups: 30);
        report.Times("8-bit RGB, one thread", one, "<= 0.45 x Pillow");
        report.Times($"8-bit RGB, {Environment.ProcessorCount} threads", all, "");
        report.Times($"float pictures as ImageScale has them, {Environment.ProcessorCount} threads", node, "");
        if (Peers.Pillow(PillowLanczos, path) is { } pillow)
        {
            report.Ratio("one thread against Pillow", Report.Median(one), Report.Median(pillow), "Pillow", "<= 0.45");
        }
        else
        {
            report.Missing("Pillow", "not installed (Debian: python3-pil)");
        }

        // The whole command, less the same command that only copies: reading the file is not what is compared.
        string copy = Path.Combine(Path.GetTempPath(), $"vortex-bench-{Environment.ProcessId}.v");
        if (Peers.Command(1, "vips", "copy", path, copy) is not null
            && Peers.Command(5, "vips", "--vips-concurrency=1", "resize", copy, Path.ChangeExtension(copy, ".out.v"), "0.25", "--kernel", "lanczos3") is { } vips)
        {
            report.Ratio("one thread against libvips (whole command)", Report.Median(one), Report.Median(vips), "libvips", "beside it");
            File.Delete(copy);
            File.Delete(Path.ChangeExtension(copy, ".out.v"));
        }
        else
        {
            report.Missing("libvips", "not installed (Debian: libvips-tools)");
        }

        File.Delete(path);
    }

    private static Task Bytes(byte[] pixels, byte[] result, int threads)
    {
        Lanczos8.Run(new Rows(pixels, result), 4096, 4096, 1024, 1024, 3, CancellationToken.None, threads);
        return Task.CompletedTask;
    }

    private static async Task<string> SaveAsync(string name, byte[] bytes)
    {
        string path = Path.Combine(Path.GetTempPath(), $"vortex-bench-{Environment.ProcessId}-{name}");
        await File.WriteAllBytesAsync(path, bytes);
        return path;
    }

    // Smooth shapes, edges and some grain: what a photograph asks of a codec.
    private static byte[] Landscape(int width, int height)
    {
        byte[] pixels = new byte[width * height * 3];
        uint grain = 12345;
        for (int y = 0; y < height; y++)
        {
            for (int x = 0; x < width; x++)
            {
                double ridge = 0.55 + (0.12 * Math.Sin(x * 9.0 / width)) + (0.05 * Math.Sin(x * 47.0 / width));
                bool land = y > ridge * height;
                double shade = land ? 0.25 + (0.1 * Math.Sin((x + (2 * y)) * 60.0 / width)) : 0.4 + (0.5 * y / height);
                grain = (grain * 1664525) + 1013904223;
                double noise = ((grain >> 24) / 255.0 - 0.5) * 8;
                int at = ((y * width) + x) * 3;
                pixels[at] = (byte)Math.Clamp((shade * (land ? 180 : 250)) + noise, 0, 255);
                pixels[at + 1] = (byte)Math.Clamp((shade * (land ? 220 : 200)) + noise, 0, 255);
                pixels[at + 2] = (byte)Math.Clamp((shade * (land ? 160 : 170)) + noise, 0, 255);
            }
        }

        return pixels;
    }

    private readonly struct Rows(byte[] from, byte[] to) : ILanczosRows
    {
        public void Read(int y, Span<byte> row) => from.AsSpan(y * row.Length, row.Length).CopyTo(row);

        public void Write(int y, Span<byte> row) => row.CopyTo(to.AsSpan(y * row.Length, row.Length));
    }
}
