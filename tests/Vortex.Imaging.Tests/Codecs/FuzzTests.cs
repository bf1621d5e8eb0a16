using System.Buffers.Binary;
using System.Text;
using Vortex.Imaging.Codecs;
using Vortex.Imaging.Codecs.Jpeg;
using Vortex.Imaging.Codecs.WebP;
using Vortex.Imaging.Tests.Codecs.Png;

namespace Vortex.Imaging.Tests.Codecs;

public sealed class FuzzTests
{
    // Far above what the samples need and far below what a lying header could ask for.
    private const long MostMemory = 8 << 20;
    private static readonly ImageLimits Limits = new() { MaxPixels = 1 << 16, MaxTextBytes = 1 << 16 };

    [Fact]
    public void Mutated_PNG_files_are_read_or_refused_and_nothing_else()
    {
        byte[][] seeds =
        [
            new SomePng { Width = 20, Height = 10 }.With("tEXt", "k\0text"u8.ToArray()).Build(),
            new SomePng { Width = 20, Height = 10, Color = 6, Depth = 16, Interlaced = true }.Build(),
            new SomePng { Width = 20, Height = 10, Color = 3, Depth = 4, Interlaced = true }.With("PLTE", new byte[48]).With("tRNS", 1, 2, 3).Build(),
            new SomePng { Color = 0, Depth = 2 }.With("tRNS", 0, 1).With("zTXt", [.. "z\0\0"u8, .. SomePng.Deflate(new byte[99])]).Build(),
            new SomePng { Color = 0, Depth = 16 }.With("eXIf", Exif.SomeExif.Block(6, "prompt:{}")).With("iTXt", "k\0\0\0\0\0x"u8.ToArray()).Build(),
        ];
        int decoded = 0;
        Random random = new(20240601);
        for (int round = 0; round < 12_000; round++)
        {
            byte[] file = Mutate(random, seeds[random.Next(seeds.Length)]);
            // Two thirds with the checksums put right, or nothing behind them would ever be reached.
            decoded += Survives(random.Next(3) == 0 ? file : WithRightChecksums(file)) ? 1 : 0;
        }

        // Some mutations are harmless and most are not; all of one kind would mean that the test tests nothing.
        Assert.InRange(decoded, 100, 11_900);
    }

    [Fact]
    public void Mutated_pixel_data_is_read_or_refused_and_nothing_else()
    {
        Random random = new(7);
        for (int round = 0; round < 3_000; round++)
        {
            SomePng png = new() { Width = 17, Height = 9, Interlaced = round % 2 == 0, Color = round % 3 == 0 ? 6 : 2 };
            byte[] raw = Mutate(random, png.Raw());
            byte[] compressed = random.Next(2) == 0 ? Mutate(random, SomePng.Deflate(raw)) : SomePng.Deflate(raw);
            Survives(png.Build(compressed));
        }
    }

    [Fact]
    public void Random_bytes_behind_any_magic_number_are_refused()
    {
        byte[][] starts =
        [
            [], [0x89, (byte)'P', (byte)'N', (byte)'G', 13, 10, 26, 10], [0xFF, 0xD8, 0xFF], [0xFF, 0xD8, 0xFF, 0xE1, 0, 200, .. "Exif\0\0II*\0"u8],
            [.. "RIFF\u0064\0\0\0WEBP"u8], [.. "RIFF\u0064\0\0\0WEBPVP8X\n\0\0\0"u8], [.. "GIF89a"u8], [.. "II*\0"u8],
        ];
        Random random = new(11);
        for (int round = 0; round < 4_000; round++)
        {
            byte[] noise = new byte[random.Next(300)];
            random.NextBytes(noise);
            Assert.False(Survives([.. starts[random.Next(starts.Length)], .. noise]));
        }
    }

    [Fact]
    public void Mutated_JPEG_files_are_read_or_refused_and_nothing_else()
    {
        Codec.RequireJpeg();
        byte[] colour = JpegEncoder.Encode(SomePixels.Smooth(40, 30, 3), 40, 30, 3, new JpegEncoderOptions { Text = [new("prompt", "{}")] });
        byte[] grey = JpegEncoder.Encode(SomePixels.Smooth(9, 9, 1), 9, 9, 1);
        MutateAll(new Random(12), [colour, grey], 4_000);
    }

    [Fact]
    public void Mutated_WebP_files_are_read_or_refused_and_nothing_else()
    {
        Codec.RequireWebP();
        byte[] lossy = WebPEncoder.Encode(SomePixels.Smooth(40, 30, 4), 40, 30, 4, new WebPEncoderOptions { Text = [new("prompt", "{}")] });
        byte[] lossless = WebPEncoder.Encode(SomePixels.Smooth(20, 30, 3), 20, 30, 3, new WebPEncoderOptions { Compression = WebPCompression.Lossless });
        byte[] animated = WebP.SomeWebP.Animation(lossless, 20, 30, 40, 40, 4, 6, alpha: false);
        MutateAll(new Random(13), [lossy, lossless, animated], 4_000);
    }

    private static void MutateAll(Random random, byte[][] seeds, int rounds)
    {
        int decoded = 0;
        for (int round = 0; round < rounds; round++)
        {
            decoded += Survives(Mutate(random, seeds[random.Next(seeds.Length)])) ? 1 : 0;
        }

        Assert.InRange(decoded, rounds / 100, rounds - (rounds / 100));
    }

    private static bool Survives(byte[] file)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        try
        {
            DecodedImage picture = ImageFile.Decode(file, Limits);
            Assert.InRange((long)picture.Width * picture.Height, 1, Limits.MaxPixels);
            return true;
        }
        catch (ImageFormatException failure)
        {
            Assert.StartsWith("image.", failure.Code, StringComparison.Ordinal);
            Assert.EndsWith(".", failure.Message, StringComparison.Ordinal);
            return false;
        }
        finally
        {
            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, MostMemory);
        }
    }

    private static byte[] Mutate(Random random, byte[] seed)
    {
        List<byte> bytes = [.. seed];
        for (int change = random.Next(1, 4); change > 0 && bytes.Count > 0; change--)
        {
            int at = random.Next(bytes.Count);
            switch (random.Next(6))
            {
                case 0:
                    bytes[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 1:
                    bytes[at] = (byte)random.Next(256);
                    break;
                case 2:
                    bytes.RemoveRange(at, Math.Min(random.Next(1, 8), bytes.Count - at));
                    break;
                case 3:
                    bytes.InsertRange(at, bytes.GetRange(at, Math.Min(random.Next(1, 30), bytes.Count - at)));
                    break;
                case 4:
                    bytes[at] = random.Next(2) == 0 ? (byte)0 : (byte)255;
                    break;
                default:
                    bytes.RemoveRange(at, random.Next(4) == 0 ? bytes.Count - at : 0);
                    break;
            }
        }

        return [.. bytes];
    }

    private static byte[] WithRightChecksums(byte[] file)
    {
        for (int at = 8; at + 12 <= file.Length;)
        {
            uint length = BinaryPrimitives.ReadUInt32BigEndian(file.AsSpan(at));
            if (length > file.Length - at - 12)
            {
                break;
            }

            string type = Encoding.Latin1.GetString(file.AsSpan(at + 4, 4));
            byte[] chunk = SomePng.Chunk("xxxx", file.AsSpan(at + 8, (int)length));
            if (type.All(char.IsAscii))
            {
                chunk = SomePng.Chunk(type, file.AsSpan(at + 8, (int)length));
            }

            chunk.CopyTo(file, at);
            at += chunk.Length;
        }

        return file;
    }
}
