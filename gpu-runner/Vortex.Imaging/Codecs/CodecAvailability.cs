namespace Vortex.Imaging.Codecs;

/// <summary>Whether one picture format can be read and written on this machine.</summary>
/// <param name="Format">The format.</param>
/// <param name="Name">The library that does it.</param>
/// <param name="Present">Whether it was found.</param>
/// <param name="Version">Its version where it tells one.</param>
/// <param name="HowToInstall">What to type or fetch on Debian and Ubuntu, macOS and Windows; empty where nothing is needed.</param>
public sealed record CodecAvailability(ImageFormat Format, string Name, bool Present, string? Version, string HowToInstall);
