using Vortex.Tensors;

namespace Vortex.Diffusion.Weights;

/// <summary>Where a network takes its weights from while it is being made: by key, below a prefix, with their shapes checked.</summary>
/// <remarks>
/// A missing or wrongly shaped weight does not stop the making: it is put down, and <see cref="ThrowIfIncomplete"/> names all of them at once.
/// Sets below a prefix share their list of problems with the set they came from.
/// </remarks>
public sealed class WeightSet
{
    private readonly IWeightSource _source;
    private readonly string _prefix;
    private readonly List<string> _problems;

    /// <summary>Starts at the top of a source.</summary>
    public WeightSet(IWeightSource source)
        : this(source, "", [])
    {
    }

    private WeightSet(IWeightSource source, string prefix, List<string> problems) => (_source, _prefix, _problems) = (source, prefix, problems);

    /// <summary>Gets what computes with the weights.</summary>
    public ITensorBackend Backend => _source.Backend;

    /// <summary>Gets what is missing or wrongly shaped so far, a line each.</summary>
    public IReadOnlyList<string> Problems => _problems;

    /// <summary>Returns the part below <paramref name="name"/> and a dot.</summary>
    public WeightSet Under(string name) => new(_source, $"{_prefix}{name}.", _problems);

    /// <summary>Returns the part below a numbered name.</summary>
    public WeightSet Under(int index) => Under(index.ToString(System.Globalization.CultureInfo.InvariantCulture));

    /// <summary>Says whether a weight is there.</summary>
    public bool Has(string name) => _source.ShapeOf(_prefix + name) is not null;

    /// <summary>Returns a weight's shape, or null where it is missing.</summary>
    public Shape? ShapeOf(string name) => _source.ShapeOf(_prefix + name);

    /// <summary>Says whether any weight lies below <paramref name="name"/> and a dot.</summary>
    public bool HasAnyUnder(string name) => _source.Names.Any(key => key.StartsWith($"{_prefix}{name}.", StringComparison.Ordinal));

    /// <summary>Returns a weight. Where it is missing or has another shape that is put down, and what is returned must not be computed with.</summary>
    /// <param name="name">The key below the prefix.</param>
    /// <param name="shape">The shape it must have.</param>
    public Tensor Get(string name, Shape shape)
    {
        string key = _prefix + name;
        if (_source.ShapeOf(key) is not { } found)
        {
            _problems.Add($"{key} {shape} is missing");
        }
        else if (found != shape && !(found.Count == shape.Count && IsSameBesideOnes(found, shape)))
        {
            _problems.Add($"{key} has shape {found}, not {shape}");
        }
        else
        {
            Tensor weight = _source.Load(key);
            return weight.Shape == shape ? weight : weight.Reshape(shape.Span).Detach();
        }

        // Holds no memory worth speaking of; nobody computes with it, since the making ends in ThrowIfIncomplete.
        return _source.Backend.Empty([0]).Detach();
    }

    /// <summary>Returns a weight of any shape, or null where it is missing.</summary>
    public Tensor? Find(string name) => Has(name) ? _source.Load(_prefix + name) : null;

    /// <summary>Returns a weight, or null where it is missing; another shape is put down.</summary>
    public Tensor? Find(string name, Shape shape) => Has(name) ? Get(name, shape) : null;

    /// <summary>Ends the making.</summary>
    /// <param name="what">What was made, such as <c>an SD1.5 UNet</c>.</param>
    /// <exception cref="DiffusionException">Weights are missing or wrongly shaped: <see cref="DiffusionCodes.WeightsMissing"/>, all of them listed.</exception>
    public void ThrowIfIncomplete(string what)
    {
        if (_problems.Count > 0)
        {
            throw new DiffusionException(DiffusionCodes.WeightsMissing, $"The file does not hold {what}: {string.Join("; ", _problems)}.");
        }
    }

    // A linear map is stored as a 1x1 convolution in some files, and the other way round.
    private static bool IsSameBesideOnes(Shape a, Shape b) => a.Where(size => size != 1).SequenceEqual(b.Where(size => size != 1));
}
