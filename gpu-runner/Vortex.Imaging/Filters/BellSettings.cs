namespace Vortex.Imaging.Filters;

/// <summary>What blurring and sharpening check alike.</summary>
internal static class BellSettings
{
    private const int MaxRadius = 31;

    internal static void Check(string radiusName, int radius, double sigma)
    {
        if (radius is < 0 or > MaxRadius)
        {
            throw ImagingException.OutOfRange(radiusName, radius, 0, MaxRadius);
        }

        if (!(sigma > 0 && double.IsFinite(sigma)))
        {
            throw new ImagingException(ImagingCodes.Setting, "sigma", FormattableString.Invariant($"'sigma' is {sigma}; it must be a number above 0."));
        }
    }
}
