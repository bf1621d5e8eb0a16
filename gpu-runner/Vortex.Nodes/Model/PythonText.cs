using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;

namespace Vortex.Nodes;

/// <summary>Values as text the way Python's <c>str()</c> and <c>json.dumps(indent=4)</c> write them, which ComfyUI shows to people.</summary>
public static class PythonText
{
    private static readonly JsonSerializerOptions s_indented = new()
    {
        WriteIndented = true,
        IndentSize = 4,
        NewLine = "\n",
        Encoder = JavaScriptEncoder.Create(UnicodeRanges.All),
    };

    /// <summary>Writes a runtime value; pictures and other large things as their kind and shape.</summary>
    public static string Of(object? value) => value switch
    {
        null => "None",
        string text => text,
        bool truth => truth ? "True" : "False",
        double number => Of(number),
        float number => Of((double)number),
        IFormattable number when value is long or ulong or int => number.ToString(null, CultureInfo.InvariantCulture),
        JsonElement json => JsonSerializer.Serialize(json, s_indented),
        NodeFile file => file.Name,
        _ => RuntimeValues.Describe(value),
    };

    /// <summary>Writes a number with the fewest digits that read back the same, always with a point or an exponent.</summary>
    public static string Of(double value)
    {
        if (double.IsNaN(value))
        {
            return "nan";
        }

        if (double.IsInfinity(value))
        {
            return value > 0 ? "inf" : "-inf";
        }

        string shortest = value.ToString("R", CultureInfo.InvariantCulture);
        int exponent = value == 0 ? 0 : Exponent(value);
        if (exponent is < -4 or >= 16)
        {
            return string.Create(CultureInfo.InvariantCulture, $"{Mantissa(shortest)}e{(exponent < 0 ? '-' : '+')}{Math.Abs(exponent):00}");
        }

        if (shortest.Contains('E', StringComparison.Ordinal))
        {
            // .NET writes an exponent from 1E+15 on, Python from 1e+16 on: put the digits out in full.
            string mantissa = Mantissa(shortest);
            string sign = mantissa.StartsWith('-') ? "-" : "";
            string digits = mantissa[sign.Length..].Replace(".", "", StringComparison.Ordinal).PadRight(exponent + 1, '0');
            shortest = digits.Length == exponent + 1 ? sign + digits : $"{sign}{digits[..(exponent + 1)]}.{digits[(exponent + 1)..]}";
        }

        return shortest.Contains('.', StringComparison.Ordinal) ? shortest : shortest + ".0";
    }

    private static int Exponent(double value)
    {
        string text = value.ToString("E16", CultureInfo.InvariantCulture);
        return int.Parse(text.AsSpan(text.IndexOf('E', StringComparison.Ordinal) + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
    }

    // The significant digits of a number in any notation, as d or d.ddd with its sign.
    private static string Mantissa(string number)
    {
        string sign = number.StartsWith('-') ? "-" : "";
        int end = number.IndexOf('E', StringComparison.Ordinal);
        string digits = (end < 0 ? number : number[..end]).Replace("-", "", StringComparison.Ordinal).Replace(".", "", StringComparison.Ordinal).Trim('0');
        return digits.Length <= 1 ? sign + digits : $"{sign}{digits[0]}.{digits[1..]}";
    }
}
