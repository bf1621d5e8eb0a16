using System.Globalization;
using System.Text.RegularExpressions;
using Vortex.Diffusion.Weights;
using Vortex.Tensors;

namespace Vortex.Diffusion.Upscale;

/// <summary>What the weights of an ESRGAN are called: three layouts are around.</summary>
internal sealed partial record RrdbLayout
{
    private const int MaximumUps = 5;

    public required string First { get; init; }

    /// <summary>Gets the path of a block; numbers follow.</summary>
    public required string Body { get; init; }

    public required int Blocks { get; init; }

    /// <summary>Gets the name of the convolution after the blocks.</summary>
    public required string Trunk { get; init; }

    /// <summary>Gets the names of the convolutions after each doubling.</summary>
    public required string[] Ups { get; init; }

    public required string High { get; init; }

    public required string Last { get; init; }

    /// <summary>Gets how dense blocks are named: <c>rdb</c> or <c>RDB</c>.</summary>
    public required string Dense { get; init; }

    /// <summary>Gets what follows a convolution's name inside of dense blocks.</summary>
    public required string Suffix { get; init; }

    /// <summary>Returns the layout, or null where these are no weights of an ESRGAN.</summary>
    public static RrdbLayout? Find(IWeightSource source)
    {
        if (source.ShapeOf("conv_first.weight") is { Rank: 4 })
        {
            bool isNew = source.ShapeOf("conv_body.weight") is not null;
            string body = isNew ? "body" : "RRDB_trunk";
            string up = isNew ? "conv_up" : "upconv";
            string[] ups = [.. Enumerable.Range(1, MaximumUps).Select(i => $"{up}{i}").TakeWhile(name => source.ShapeOf($"{name}.weight") is not null)];
            int blocks = Count(source, body);
            return blocks == 0 ? null : new RrdbLayout
            {
                First = "conv_first",
                Body = body,
                Blocks = blocks,
                Trunk = isNew ? "conv_body" : "trunk_conv",
                Ups = ups,
                High = isNew ? "conv_hr" : "HRconv",
                Last = "conv_last",
                Dense = isNew ? "rdb" : "RDB",
                Suffix = "",
            };
        }

        // The oldest: a sequence in which resizing and activations have numbers too.
        int old = Count(source, "model.1.sub");
        if (source.ShapeOf("model.0.weight") is not { Rank: 4 } || old == 0)
        {
            return null;
        }

        int[] numbers = [.. source.Names.Select(name => Sequence().Match(name)).Where(match => match.Success)
            .Select(match => int.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture)).Where(number => number > 1).Order()];
        return numbers.Length < 2 ? null : new RrdbLayout
        {
            First = "model.0",
            Body = "model.1.sub",
            Blocks = old,
            Trunk = $"model.1.sub.{old}",
            Ups = [.. numbers[..^2].Select(number => $"model.{number}")],
            High = $"model.{numbers[^2]}",
            Last = $"model.{numbers[^1]}",
            Dense = "RDB",
            Suffix = ".0",
        };
    }

    private static int Count(IWeightSource source, string body)
    {
        int count = 0;
        while (source.ShapeOf($"{body}.{count}.rdb1.conv1.weight") is not null || source.ShapeOf($"{body}.{count}.RDB1.conv1.weight") is not null
            || source.ShapeOf($"{body}.{count}.RDB1.conv1.0.weight") is not null)
        {
            count++;
        }

        return count;
    }

    [GeneratedRegex(@"^model\.(\d{1,2})\.weight$")]
    private static partial Regex Sequence();
}
