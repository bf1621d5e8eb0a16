using System.Text;
using Vortex.Imaging.Codecs;
using Vortex.Imaging.Codecs.Exif;
using Vortex.Imaging.Tests.Codecs.Png;

namespace Vortex.Imaging.Tests.Codecs.Exif;

public sealed class ExifTests
{
    [Fact]
    public void Json_behind_a_keyword_is_found_under_the_keyword_as_ComfyUI_writes_it()
    {
        ImageMetadata metadata = Read(ExifWriter.Write([new("prompt", "{\"a\": 1}"), new("workflow", "{\"b\": 2}"), new("extra", "[3]")]));
        Assert.Equal(
            new Dictionary<string, string> { ["prompt"] = "{\"a\": 1}", ["workflow"] = "{\"b\": 2}", ["extra"] = "[3]" },
            metadata.Text.ToDictionary());
    }

    [Theory]
    [InlineData("Canon EOS: 5")]
    [InlineData("no colon")]
    [InlineData("http://somewhere")]
    public void Any_other_string_is_found_under_the_name_of_its_tag(string text) =>
        Assert.Equal(text, Read(SomeExif.Block(1, text)).Text["Model"]);

    [Theory]
    [InlineData(1, 1)]
    [InlineData(8, 8)]
    [InlineData(0, 1)]
    [InlineData(9, 1)]
    public void An_orientation_out_of_range_counts_as_none(int stored, int expected) =>
        Assert.Equal(expected, Read(SomeExif.Block(stored, "x")).Orientation);

    [Fact]
    public void User_comments_are_read_in_their_character_codes()
    {
        Assert.Equal("steps: 20", Read(SomeExif.Comment([.. "ASCII\0\0\0steps: 20"u8])).Text["UserComment"]);
        Assert.Equal("größe", Read(SomeExif.Comment([.. "UNICODE\0"u8, .. Encoding.BigEndianUnicode.GetBytes("größe")])).Text["UserComment"]);
        Assert.Equal("größe", Read(SomeExif.Comment([.. "UNICODE\0"u8, .. Encoding.Unicode.GetBytes("größe")])).Text["UserComment"]);
    }

    [Fact]
    public void A_damaged_block_is_left_out_and_the_rest_stays()
    {
        byte[] block = SomeExif.Block(6, "text");
        for (int length = 0; length < block.Length; length++)
        {
            ImageMetadata cut = Read(block[..length]);
            Assert.True(cut.Orientation is 1 or 6);
        }

        Assert.Empty(Read([.. "rubbish, and more of it"u8]).Text);
    }

    [Fact]
    public void A_directory_that_names_itself_ends()
    {
        byte[] block = SomeExif.Comment([.. "ASCII\0\0\0x"u8]);
        // The EXIF directory is now the first one again.
        block[21] = 8;
        Assert.Empty(Read(block).Text);
    }

    [Fact]
    public void More_texts_than_tags_are_refused() =>
        Assert.Throws<ArgumentException>(() => ExifWriter.Write([.. Enumerable.Range(0, 9).Select(i => new KeyValuePair<string, string>($"k{i}", "{}"))]));

    [Fact]
    public void Exif_hidden_in_hexadecimal_text_is_read()
    {
        string digits = Convert.ToHexString(SomeExif.Block(6, "prompt:{}"));
        byte[] text = [.. "Raw profile type exif\0"u8, .. Encoding.ASCII.GetBytes($"\nexif\n      {digits.Length / 2}\n{digits[..40]}\n{digits[40..]}\n")];
        ImageMetadata metadata = ImageFile.Identify(new SomePng().With("tEXt", text).Build()).Metadata;
        Assert.Equal((6, "{}"), (metadata.Orientation, metadata.Text["prompt"]));
    }

    private static ImageMetadata Read(byte[] block) => ImageFile.Identify(new SomePng().With("eXIf", block).Build()).Metadata;
}
