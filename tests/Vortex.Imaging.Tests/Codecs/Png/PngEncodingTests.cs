using System.Text;
using Vortex.Imaging.Codecs;
using Vortex.Imaging.Codecs.Png;

namespace Vortex.Imaging.Tests.Codecs.Png;

public sealed class PngEncodingTests
{
    [Fact]
    public void What_is_written_reads_back_the_same_at_every_level_size_and_channel_count()
    {
        Random random = new(3);
        foreach ((int width, int height) in new[] { (1, 1), (3, 2), (64, 5), (257, 300) })
        {
            for (int channels = 1; channels <= 4; channels++)
            {
                for (int level = 0; level <= 9; level += width > 200 ? 4 : 1)
                {
                    byte[] pixels = SomePixels.Textured(random, width, height, channels);
                    byte[] file = PngEncoder.Encode(pixels, width, height, channels, new PngEncoderOptions { CompressionLevel = level });
                    DecodedImage back = ImageFile.Decode(file);
                    Assert.Equal((width, height, channels), (back.Width, back.Height, back.Channels));
                    Assert.Equal(pixels, back.Pixels);
                }
            }
        }
    }

    [Theory]
    [InlineData("noise")]
    [InlineData("flat")]
    [InlineData("repeating")]
    public void Every_kind_of_picture_reads_back_whatever_strategy_it_leads_to(string kind)
    {
        byte[] pixels = new byte[512 * 300 * 3];
        Random random = new(9);
        byte[] tile = new byte[600];
        random.NextBytes(tile);
        for (int i = 0; i < pixels.Length; i++)
        {
            pixels[i] = kind switch { "flat" => 77, "repeating" => tile[i % tile.Length], _ => (byte)random.Next(256) };
        }

        byte[] file = PngEncoder.Encode(pixels, 512, 300, 3);
        Assert.Equal(pixels, ImageFile.Decode(file).Pixels);
        Assert.True(kind == "noise" || file.Length < pixels.Length / 50, $"{file.Length} bytes for {kind}");
    }

    [Fact]
    public void The_same_picture_gives_the_same_bytes()
    {
        byte[] pixels = SomePixels.Textured(new Random(4), 200, 150, 3);
        Assert.Equal(PngEncoder.Encode(pixels, 200, 150, 3), PngEncoder.Encode(pixels, 200, 150, 3));
    }

    [Fact]
    public void Floats_and_the_bytes_they_stand_for_give_the_same_file()
    {
        byte[] pixels = SomePixels.Textured(new Random(5), 300, 301, 3);
        float[] values = [.. pixels.Select(value => (value + 0.25f) / 255f), .. new float[pixels.Length]];
        ImageBatch batch = new(2, 301, 300, 3, values);
        Assert.Equal(PngEncoder.Encode(pixels, 300, 301, 3), PngEncoder.Encode(batch, 0));
    }

    [Fact]
    public void Text_survives_in_Latin_letters_and_in_all_others()
    {
        KeyValuePair<string, string>[] text =
        [
            new("prompt", """{"3": {"class_type": "KSampler"}}"""),
            new("Titel", "größer\nals"),
            new("workflow", "{\"title\": \"日本語 🙂\"}"),
            new("empty", ""),
        ];
        byte[] file = PngEncoder.Encode(new byte[3], 1, 1, 3, new PngEncoderOptions { Text = text });

        Assert.Equal(text.ToDictionary(), ImageFile.Decode(file).Metadata.Text.ToDictionary());
        string letters = Encoding.Latin1.GetString(file);
        Assert.Contains("tEXtprompt\0{", letters, StringComparison.Ordinal);
        Assert.Contains("iTXtworkflow\0\0\0\0\0{", letters, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData(" a")]
    [InlineData("a ")]
    [InlineData("a  b")]
    [InlineData("日")]
    [InlineData("a\nb")]
    [InlineData("0123456789012345678901234567890123456789012345678901234567890123456789012345678901")]
    public void A_keyword_that_PNG_forbids_is_refused(string keyword)
    {
        Assert.False(PngText.IsKeyword(keyword));
        Assert.Throws<ArgumentException>(() => PngEncoder.Encode(new byte[3], 1, 1, 3, new PngEncoderOptions { Text = [new(keyword, "x")] }));
    }

    [Fact]
    public void Wrong_shapes_levels_and_indices_are_refused()
    {
        Assert.Throws<ArgumentException>(() => PngEncoder.Encode(new byte[5], 1, 2, 3));
        Assert.Throws<ArgumentOutOfRangeException>(() => PngEncoder.Encode(new byte[5], 1, 1, 5));
        Assert.Throws<ArgumentOutOfRangeException>(() => PngEncoder.Encode(new byte[3], 1, 1, 3, new PngEncoderOptions { CompressionLevel = 10 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => PngEncoder.Encode(new ImageBatch(1, 1, 1, 3, new float[3]), 1));
    }

    [Fact]
    public void Cancel_stops_encoding()
    {
        using CancellationTokenSource source = new();
        source.Cancel();
        Assert.Throws<OperationCanceledException>(() => PngEncoder.Encode(new byte[300], 10, 10, 3, null, source.Token));
    }
}
