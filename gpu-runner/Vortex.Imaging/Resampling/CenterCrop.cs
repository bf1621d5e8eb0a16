using Vortex.Imaging.Rasters;

namespace Vortex.Imaging.Resampling;

/// <summary>The middle part of a picture that has the proportions of the size it will be given.</summary>
internal static class CenterCrop
{
    /// <summary>Returns the part to keep. Proportions are compared as doubles; half pixels go to the even side.</summary>
    internal static Window Of(int width, int height, int newWidth, int newHeight)
    {
        double aspect = (double)width / height;
        double newAspect = (double)newWidth / newHeight;
        int x = 0;
        int y = 0;
        if (aspect > newAspect)
        {
            x = (int)Math.Round((width - (width * (newAspect / aspect))) / 2, MidpointRounding.ToEven);
        }
        else if (aspect < newAspect)
        {
            y = (int)Math.Round((height - (height * (aspect / newAspect))) / 2, MidpointRounding.ToEven);
        }

        return new(x, y, width - (x * 2), height - (y * 2));
    }
}
