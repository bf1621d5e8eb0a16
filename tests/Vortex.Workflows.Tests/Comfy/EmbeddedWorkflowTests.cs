using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using Vortex.Testing;

namespace Vortex.Workflows.Tests.Comfy;

/// <summary>Workflows inside pictures and other media.</summary>
public sealed class EmbeddedWorkflowTests
{
    private const string Json = """{"nodes": [{"id": 1, "type": "ImageInvert"}], "links": [], "version": 0.4, "extra": {"名": "é"}}""";
    private const string Prompt = """{"1": {"class_type": "ImageInvert", "inputs": {}}}""";
    private static readonly byte[] s_signature = [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A];

    [Theory]
    [InlineData("tEXt")]
    [InlineData("zTXt")]
    [InlineData("iTXt")]
    [InlineData("iTXt deflated")]
    public void Found_in_every_kind_of_PNG_text(string kind)
    {
        byte[] file = Png(Text(kind, "workflow", Json));
        EmbeddedWorkflowResult? found = EmbeddedWorkflow.Find(file);
        Assert.Equal("png", found!.Container);
        Assert.Equal(Json, Encoding.UTF8.GetString(found.Workflow!.Value.Span));
        OpenedWorkflow opened = WorkflowFile.Open(file, "x/finished.png", Imported.Catalog);
        Assert.Equal((WorkflowSource.ComfyUi, true), (opened.Source, opened.IsEmbedded));
        Assert.Equal("finished", opened.Document!.Meta.Name);
    }

    [Fact]
    public void Graph_is_preferred_and_the_prompt_is_what_remains_when_the_graph_is_broken()
    {
        byte[] both = Png(Text("tEXt", "prompt", Prompt), Text("tEXt", "workflow", Json));
        Assert.Equal(WorkflowSource.ComfyUi, WorkflowFile.Open(both, null, Imported.Catalog).Source);
        byte[] broken = Png(Text("tEXt", "prompt", Prompt), Text("tEXt", "workflow", "{\"nodes\": ["));
        Assert.Equal(WorkflowSource.ComfyApi, WorkflowFile.Open(broken, null, Imported.Catalog).Source);
    }

    [Fact]
    public void Document_of_the_run_itself_comes_before_what_other_programs_read_and_what_is_broken_leaves_the_next()
    {
        const string Own = """{"vtxw_version": "1.0", "meta": {"name": "Mine"}, "nodes": [{"id": "x", "type": "ImageInvert", "inputs": {}, "ui": {"x": 7, "y": 8}}], "edges": []}""";
        OpenedWorkflow opened = WorkflowFile.Open(Png(Text("tEXt", "prompt", Prompt), Text("tEXt", "workflow", Json), Text("iTXt", "vtxw", Own)), "any.png", Imported.Catalog);
        Assert.Equal((WorkflowSource.Vtxw, true, "Mine", 7d), (opened.Source, opened.IsEmbedded, opened.Document!.Meta.Name, opened.Document.Nodes[0].Ui.X));
        OpenedWorkflow fallen = WorkflowFile.Open(Png(Text("tEXt", "prompt", Prompt), Text("tEXt", "workflow", "{\"nodes\": ["), Text("iTXt", "vtxw", "{\"vtxw_version\": \"1.0\"")), null, Imported.Catalog);
        Assert.Equal(WorkflowSource.ComfyApi, fallen.Source);
        OpenedWorkflow alone = WorkflowFile.Open(Png(Text("iTXt", "vtxw", Own)), null, Imported.Catalog);
        Assert.Equal("Mine", alone.Document!.Meta.Name);
    }

    [Fact]
    public void Picture_without_a_workflow_and_picture_with_parameters_only_say_so()
    {
        OpenedWorkflow nothing = WorkflowFile.Open(Png(), "a.png", Imported.Catalog);
        Assert.Equal(WorkflowFile.NoWorkflow, Assert.Single(nothing.Problems).Code);
        OpenedWorkflow text = WorkflowFile.Open(Png(Text("tEXt", "parameters", "a cat\nSteps: 20, Sampler: Euler")), "a.png", Imported.Catalog);
        Assert.Equal(ImportCodes.ParametersOnly, Assert.Single(text.Problems).Code);
        Assert.Single(text.Report!.Of(ImportCodes.ParametersOnly));
    }

    [Fact]
    public void Text_that_inflates_without_end_is_not_taken()
    {
        byte[] zeros = new byte[EmbeddedWorkflow.MaxText + 1];
        byte[] bomb = Text("zTXt", "workflow", zeros);
        Assert.True(bomb.Length < 100_000);
        byte[] file = Png([.. Enumerable.Repeat(bomb, 200), Text("tEXt", "prompt", Prompt)]);
        Assert.Null(EmbeddedWorkflow.Find(file)?.Workflow);
    }

    [Fact]
    public void File_cut_short_yields_what_was_whole()
    {
        byte[] whole = Png(Text("tEXt", "workflow", Json), Text("tEXt", "prompt", Prompt));
        for (int length = 0; length < whole.Length; length++)
        {
            EmbeddedWorkflowResult? found = EmbeddedWorkflow.Find(whole.AsMemory(0, length));
            Assert.True(found?.Workflow is null || found.Workflow.Value.Length == Encoding.UTF8.GetByteCount(Json));
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Found_in_the_EXIF_of_WebP_and_JPEG(bool isLittle)
    {
        byte[] exif = Exif(isLittle, (0x010F, "workflow:" + Json), (0x0110, "prompt:" + Prompt));
        byte[] webp = [.. "RIFF"u8, 0, 0, 0, 0, .. "WEBP"u8, .. "EXIF"u8, .. Little(exif.Length), .. exif];
        byte[] jpeg = [0xFF, 0xD8, 0xFF, 0xE1, .. Big16(exif.Length + 8), .. "Exif\0\0"u8, .. exif, 0xFF, 0xDA, 0, 2];
        foreach (byte[] file in (byte[][])[webp, jpeg])
        {
            EmbeddedWorkflowResult found = EmbeddedWorkflow.Find(file)!;
            Assert.Equal(Json, Encoding.UTF8.GetString(found.Workflow!.Value.Span));
            Assert.Equal(Prompt, Encoding.UTF8.GetString(found.Prompt!.Value.Span));
        }
    }

    [Theory]
    [InlineData("ASCII\0\0\0", "a cat, Steps: 20")]
    [InlineData("UNICODE\0", "a cat, Steps: 20 é")]
    public void Parameters_other_programs_write_into_the_comment_of_a_picture_are_told_apart(string mark, string text)
    {
        byte[] comment = [.. Encoding.ASCII.GetBytes(mark), .. mark.StartsWith('U') ? Encoding.Unicode.GetBytes(text) : Encoding.UTF8.GetBytes(text)];

        // A directory that leads to the EXIF directory, which holds the comment.
        byte[] exif =
        [
            .. "II"u8, 42, 0, .. Little(8), 1, 0, 0x69, 0x87, 4, 0, .. Little(1), .. Little(26), .. Little(0),
            1, 0, 0x86, 0x92, 7, 0, .. Little(comment.Length), .. Little(44), .. Little(0), .. comment,
        ];
        byte[] jpeg = [0xFF, 0xD8, 0xFF, 0xE1, .. Big16(exif.Length + 8), .. "Exif\0\0"u8, .. exif, 0xFF, 0xDA, 0, 2];
        EmbeddedWorkflowResult found = EmbeddedWorkflow.Find(jpeg)!;
        Assert.Equal(text, found.Parameters);
        Assert.Empty(found.Texts());
    }

    [Fact]
    public void Found_in_the_comments_of_FLAC_and_the_tags_of_MP4()
    {
        byte[] comment = [.. Little(4), .. "test"u8, .. Little(1), .. Little(7 + Prompt.Length), .. Encoding.UTF8.GetBytes("PROMPT=" + Prompt)];
        byte[] flac = [.. "fLaC"u8, 0x84, 0, .. Big16(comment.Length), .. comment];
        Assert.Equal(Prompt, Encoding.UTF8.GetString(EmbeddedWorkflow.Find(flac)!.Prompt!.Value.Span));

        byte[] keys = Box("keys", [0, 0, 0, 0, 0, 0, 0, 1, .. Box("mdta", "workflow"u8)]);
        byte[] item = Box("\0\0\0\u0001", Box("data", [0, 0, 0, 1, 0, 0, 0, 0, .. Encoding.UTF8.GetBytes(Json)]));
        byte[] meta = Box("meta", [0, 0, 0, 0, .. Box("hdlr", new byte[24]), .. keys, .. Box("ilst", item)]);
        byte[] mp4 = [.. Box("ftyp", "isom"u8), .. Box("moov", Box("udta", meta))];
        Assert.Equal(Json, Encoding.UTF8.GetString(EmbeddedWorkflow.Find(mp4)!.Workflow!.Value.Span));
    }

    [Fact]
    public void Every_published_picture_gives_what_it_holds()
    {
        string folder = Path.Combine(ReferenceData.Workflows(), "images");
        string[] without = [.. Directory.GetFiles(folder).Where(file => EmbeddedWorkflow.Find(File.ReadAllBytes(file))?.Workflow is null).Select(file => Path.GetFileName(file))];
        Assert.Equal(["christian-byrne__no_workflow.webp"], without);
    }

    [Fact]
    public void Any_damage_to_a_file_is_survived()
    {
        byte[] exif = Exif(true, (0x010F, "workflow:" + Json));
        byte[][] files =
        [
            Png(Text("zTXt", "workflow", Json), Text("iTXt deflated", "prompt", Prompt)),
            [.. "RIFF"u8, 0, 0, 0, 0, .. "WEBP"u8, .. "EXIF"u8, .. Little(exif.Length), .. exif],
            [.. "<svg><metadata><![CDATA["u8, .. Encoding.UTF8.GetBytes($$"""{"workflow": {{Json}}}"""), .. "]]></metadata></svg>"u8],
            [.. "glTF"u8, 2, 0, 0, 0, 0, 0, 0, 0, .. Little(Json.Length), .. "JSON"u8, .. Encoding.UTF8.GetBytes($$"""{"asset": {"extras": {"prompt": {{Prompt}} } } }""")],
            [0x1A, 0x45, 0xDF, 0xA3, 0x80, 0x12, 0x54, 0xC3, 0x67, 0x90, 0x73, 0x73, 0x8D, 0x67, 0xC8, 0x8A, 0x45, 0xA3, 0x83, 1, 2, 3, 0x44, 0x87, 0x81, 5],
            [.. Box("ftyp", "isom"u8), .. Box("moov", Box("meta", [0, 0, 0, 0, .. Box("keys", [0, 0, 0, 0, 0, 0, 0, 1, .. Box("mdta", "workflow"u8)])]))],
        ];
        Random random = new(20_251);
        foreach (byte[] file in files)
        {
            for (int round = 0; round < 1_500; round++)
            {
                byte[] damaged = [.. file];
                for (int change = random.Next(1, 6); change > 0; change--)
                {
                    damaged[random.Next(damaged.Length)] = (byte)random.Next(256);
                }

                EmbeddedWorkflow.Find(damaged.AsMemory(0, random.Next(damaged.Length + 1)));
            }
        }
    }

    private static byte[] Png(params byte[][] chunks) => [.. s_signature, .. Chunk("IHDR", new byte[13]), .. chunks.SelectMany(chunk => chunk), .. Chunk("IEND", [])];

    private static byte[] Text(string kind, string name, string text) => Text(kind, name, Encoding.UTF8.GetBytes(text));

    private static byte[] Text(string kind, string name, byte[] text)
    {
        byte[] key = [.. Encoding.ASCII.GetBytes(name), 0];
        return kind switch
        {
            "tEXt" => Chunk("tEXt", [.. key, .. text]),
            "zTXt" => Chunk("zTXt", [.. key, 0, .. Deflate(text)]),
            "iTXt" => Chunk("iTXt", [.. key, 0, 0, .. "en\0"u8, .. "x\0"u8, .. text]),
            _ => Chunk("iTXt", [.. key, 1, 0, 0, 0, .. Deflate(text)]),
        };
    }

    /// <summary>A chunk; its check sum is left at zero, which readers of text need not look at.</summary>
    private static byte[] Chunk(string type, byte[] data)
    {
        byte[] length = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(length, data.Length);
        return [.. length, .. Encoding.ASCII.GetBytes(type), .. data, 0, 0, 0, 0];
    }

    private static byte[] Deflate(byte[] data)
    {
        using MemoryStream result = new();
        using (ZLibStream stream = new(result, CompressionLevel.SmallestSize))
        {
            stream.Write(data);
        }

        return result.ToArray();
    }

    private static byte[] Exif(bool isLittle, params (int Tag, string Text)[] fields)
    {
        List<byte> head = [.. isLittle ? "II"u8 : "MM"u8, .. U16(42), .. U32(8), .. U16(fields.Length)];
        int at = 8 + 2 + (fields.Length * 12) + 4;
        List<byte> values = [];
        foreach ((int tag, string text) in fields)
        {
            byte[] value = [.. Encoding.UTF8.GetBytes(text), 0];
            head.AddRange([.. U16(tag), .. U16(2), .. U32(value.Length), .. U32(at + values.Count)]);
            values.AddRange(value);
        }

        return [.. head, .. U32(0), .. values];

        byte[] U16(int value) => isLittle ? [(byte)value, (byte)(value >> 8)] : [(byte)(value >> 8), (byte)value];

        byte[] U32(int value) => isLittle ? [.. U16(value), .. U16(value >> 16)] : [.. U16(value >> 16), .. U16(value)];
    }

    private static byte[] Box(string type, ReadOnlySpan<byte> content)
    {
        byte[] length = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(length, content.Length + 8);
        return [.. length, .. Encoding.Latin1.GetBytes(type), .. content];
    }

    private static byte[] Little(int value) => [(byte)value, (byte)(value >> 8), (byte)(value >> 16), (byte)(value >> 24)];

    private static byte[] Big16(int value) => [(byte)(value >> 8), (byte)value];
}
