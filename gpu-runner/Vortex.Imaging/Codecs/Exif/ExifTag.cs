namespace Vortex.Imaging.Codecs.Exif;

/// <summary>The EXIF tags that are looked at, by their number in the EXIF 2.3 standard.</summary>
internal static class ExifTag
{
    internal const ushort Make = 0x010F;
    internal const ushort Model = 0x0110;
    internal const ushort Orientation = 0x0112;
    internal const ushort ExifDirectory = 0x8769;
    internal const ushort UserComment = 0x9286;

    /// <summary>Returns the standard's name, or the number in hexadecimal.</summary>
    internal static string Name(ushort tag) => tag switch
    {
        0x010D => "DocumentName",
        0x010E => "ImageDescription",
        Make => "Make",
        Model => "Model",
        0x0131 => "Software",
        0x0132 => "DateTime",
        0x013B => "Artist",
        0x8298 => "Copyright",
        0x9003 => "DateTimeOriginal",
        0x9004 => "DateTimeDigitized",
        UserComment => "UserComment",
        _ => $"Exif:0x{tag:X4}",
    };
}
