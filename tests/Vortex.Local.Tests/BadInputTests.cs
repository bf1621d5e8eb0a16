using System.Buffers.Binary;
using System.Diagnostics;
using System.Text;
using Vortex.Imaging.Codecs.Png;

namespace Vortex.Local.Tests;

public sealed class BadInputTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("this is no JSON", "JSON")]
    [InlineData("", "neither JSON")]
    [InlineData("[1, 2, 3]", "workflow")]
    [InlineData("""{"1": {"class_type": "NoSuchNode", "inputs": {}}}""", "NoSuchNode")]
    [InlineData("""{"1": {"class_type": "SaveImage", "inputs": {"filename_prefix": "x"}}}""", "images")]
    [InlineData("""{"1": {"class_type": "ImageInvert", "inputs": {"image": ["2", 0]}}, "2": {"class_type": "ImageInvert", "inputs": {"image": ["1", 0]}}, "3": {"class_type": "PreviewImage", "inputs": {"images": ["1", 0]}}}""", "1 -> 2")]
    [InlineData("""{"1": {"class_type": "EmptyImage", "inputs": {"width": -5, "height": 8, "batch_size": 1, "color": 0}}, "2": {"class_type": "PreviewImage", "inputs": {"images": ["1", 0]}}}""", "width")]
    [InlineData("""{"1": {"class_type": "EmptyImage", "inputs": {"width": "wide", "height": 8, "batch_size": 1, "color": 0}}, "2": {"class_type": "PreviewImage", "inputs": {"images": ["1", 0]}}}""", "width")]
    [InlineData("""{"1": {"class_type": "LoadImage", "inputs": {"image": "missing.png"}}, "2": {"class_type": "PreviewImage", "inputs": {"images": ["1", 0]}}}""", "missing.png")]
    [InlineData("""{"1": {"class_type": "LoadImage", "inputs": {"image": "../secret.png"}}, "2": {"class_type": "PreviewImage", "inputs": {"images": ["1", 0]}}}""", "secret.png")]
    [InlineData("""{"1": {"class_type": "LoadImage", "inputs": {"image": "/etc/passwd"}}, "2": {"class_type": "PreviewImage", "inputs": {"images": ["1", 0]}}}""", "/etc/passwd")]
    public async Task Workflow_at_fault_is_named_before_anything_runs(string content, string named)
    {
        _folder.Write("secret.png", "outside");
        VortexCommand.Outcome outcome = await VortexCommand.RunAsync(
            _folder.File("data"), "run", _folder.Write("in/workflow.json", content), "--out", _folder.File("out"));
        Assert.True(outcome.Exit == 2, outcome.All);
        Assert.Contains(named, outcome.Errors, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("   at ", outcome.All, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_folder.File("out")));
    }

    [Theory]
    [InlineData("cut")]
    [InlineData("bomb")]
    [InlineData("text")]
    public async Task Picture_at_fault_fails_at_its_node(string fault)
    {
        byte[] picture = PngEncoder.Encode(new byte[64 * 64 * 3], 64, 64, 3);
        byte[] bad = fault switch
        {
            "cut" => picture[..(picture.Length / 2)],
            "bomb" => Bomb(picture),
            _ => Encoding.UTF8.GetBytes("not a picture"),
        };
        Directory.CreateDirectory(_folder.File("in"));
        await File.WriteAllBytesAsync(_folder.File("in/bad.png"), bad);
        string workflow = _folder.Write("in/w.json", """
            {"1": {"class_type": "LoadImage", "inputs": {"image": "bad.png"}}, "2": {"class_type": "SaveImage", "inputs": {"images": ["1", 0], "filename_prefix": "x"}}}
            """);
        VortexCommand.Outcome outcome = await VortexCommand.RunAsync(_folder.File("data"), "run", workflow, "--out", _folder.File("out"));
        Assert.True(outcome.Exit == 3, outcome.All);
        Assert.Contains("node 1", outcome.Errors, StringComparison.Ordinal);
        Assert.Contains("image", outcome.Errors, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_folder.File("out")));
    }

    [Fact]
    public async Task Document_beyond_the_limits_is_refused_quickly_and_by_name()
    {
        string huge = _folder.File("huge.json");
        await using (StreamWriter writer = new(huge))
        {
            await writer.WriteAsync("{\"vtxw_version\": \"1.0\", \"meta\": {\"name\": \"x\"}, \"edges\": [], \"nodes\": [");
            string node = "{\"id\": \"n\", \"type\": \"T\", \"inputs\": {}, \"ui\": {\"x\": 0, \"y\": 0}},";
            for (int i = 0; i < 1_600_000; i++)
            {
                await writer.WriteAsync(node);
            }

            await writer.WriteAsync("{}]}");
        }

        VortexCommand.Outcome outcome = await VortexCommand.RunAsync(_folder.File("data"), "validate", huge);
        Assert.True(outcome.Exit == 2, outcome.All);
        Assert.Contains("bytes", outcome.Output + outcome.Errors, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Full_disk_ends_the_command_with_a_sentence_and_leaves_nothing_half_written()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && Environment.UserName == "root", "Making a small disk needs Linux and root.");
        string disk = Directory.CreateDirectory(_folder.File("disk")).FullName;
        using (Process mount = Process.Start("mount", ["-t", "tmpfs", "-o", "size=1300k", "tmpfs", disk]))
        {
            await mount.WaitForExitAsync();
            Assert.SkipUnless(mount.ExitCode == 0, "A small disk cannot be mounted here.");
        }

        try
        {
            VortexCommand.Outcome outcome = await VortexCommand.RunAsync(Path.Combine(disk, "data"), "run", VortexCommand.Sample, "--out", _folder.File("out"));
            Assert.True(outcome.Exit == 3, outcome.All);
            Assert.Contains("full", outcome.Errors, StringComparison.Ordinal);
            Assert.False(Directory.Exists(_folder.File("out")));
        }
        finally
        {
            using Process unmount = Process.Start("umount", [disk]);
            await unmount.WaitForExitAsync();
        }
    }

    [Fact]
    public async Task Nesting_beyond_the_limit_is_refused()
    {
        string deep = _folder.Write("deep.json", string.Concat(Enumerable.Repeat("{\"a\":", 100_000)) + "1" + new string('}', 100_000));
        VortexCommand.Outcome outcome = await VortexCommand.RunAsync(_folder.File("data"), "validate", deep);
        Assert.True(outcome.Exit == 2, outcome.All);
    }

    [Theory]
    [InlineData("run")]
    [InlineData("run", "/nowhere/w.json")]
    [InlineData("no-such-command")]
    [InlineData("export", "w.json", "--format", "pdf")]
    [InlineData("nodes", "NoSuchNode")]
    [InlineData("up", "--port", "99999")]
    public async Task Command_line_at_fault_ends_with_2(params string[] arguments)
    {
        VortexCommand.Outcome outcome = await VortexCommand.RunAsync(_folder.File("data"), arguments);
        Assert.True(outcome.Exit == 2, outcome.All);
        Assert.DoesNotContain("   at ", outcome.All, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("run")]
    [InlineData("up")]
    [InlineData("import")]
    [InlineData("export")]
    [InlineData("validate")]
    [InlineData("nodes")]
    [InlineData("doctor")]
    [InlineData("test")]
    [InlineData("bench")]
    public async Task Every_command_explains_itself(string command)
    {
        VortexCommand.Outcome outcome = await VortexCommand.RunAsync(_folder.File("data"), command, "--help");
        Assert.Equal(0, outcome.Exit);
        Assert.Contains("Usage:", outcome.Output, StringComparison.Ordinal);
        Assert.Contains(command, outcome.Output, StringComparison.Ordinal);
    }

    // A header that promises a picture no machine holds, over the pixels of a small one.
    private static byte[] Bomb(byte[] picture)
    {
        byte[] bomb = [.. picture];
        BinaryPrimitives.WriteInt32BigEndian(bomb.AsSpan(16), 60_000);
        BinaryPrimitives.WriteInt32BigEndian(bomb.AsSpan(20), 60_000);
        BinaryPrimitives.WriteUInt32BigEndian(bomb.AsSpan(29), Crc32(bomb.AsSpan(12, 17)));
        return bomb;
    }

    private static uint Crc32(ReadOnlySpan<byte> bytes)
    {
        uint crc = uint.MaxValue;
        foreach (byte value in bytes)
        {
            crc ^= value;
            for (int i = 0; i < 8; i++)
            {
                crc = (crc & 1) == 1 ? (crc >> 1) ^ 0xEDB88320u : crc >> 1;
            }
        }

        return ~crc;
    }
}
