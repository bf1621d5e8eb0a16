using Vortex.Diffusion.Recipes;

namespace Vortex.Diffusion.Management;

/// <summary>Says where model files lie on this machine. Safe to use from several threads.</summary>
public interface IModelFiles
{
    /// <summary>Returns the path of a file with exactly that content, wherever it lies among the model folders.</summary>
    /// <exception cref="DiffusionException"><see cref="DiffusionCodes.FileGone"/>: no file has that content here any more.</exception>
    string PathOf(ModelFileRef file);

    /// <summary>Finds what a name means now, such as a textual inversion that a prompt names; null when there is none.</summary>
    /// <param name="folder">The model folder, such as <c>embeddings</c>.</param>
    /// <param name="name">A path below it with either slash; a name without extension finds the one file that has it.</param>
    ModelFileRef? Find(string folder, string name);

    /// <summary>Lists the files of a model folder: paths below it with slashes, ordered.</summary>
    IReadOnlyList<string> List(string folder);
}
