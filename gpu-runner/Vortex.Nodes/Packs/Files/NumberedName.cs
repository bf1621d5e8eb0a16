using System.Globalization;

namespace Vortex.Nodes.Packs.Files;

/// <summary>Names files of one prefix by number, as ComfyUI does: <c>prefix_00001_.ext</c>.</summary>
internal static class NumberedName
{
    /// <summary>Returns the next name.</summary>
    /// <param name="prefix">What <see cref="FileNamePrefix"/> made; files of one prefix are counted together.</param>
    /// <param name="extension">Without its dot.</param>
    /// <param name="context">Counts.</param>
    /// <param name="batchNumber">What %batch_num% stands for.</param>
    public static string Next(string prefix, string extension, NodeContext context, int batchNumber = 0)
    {
        string name = prefix.Replace("%batch_num%", batchNumber.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal);
        string number = context.NextNumber(prefix).ToString("00000", CultureInfo.InvariantCulture);
        string separator = name.Length == 0 || name.EndsWith('/') ? "" : "_";
        return $"{name}{separator}{number}_.{extension}";
    }
}
