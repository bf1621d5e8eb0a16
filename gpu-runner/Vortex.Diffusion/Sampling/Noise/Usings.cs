global using NormalSource = Vortex.Imaging.Noise.NormalSource;
