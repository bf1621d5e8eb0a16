using Vortex.Tensors;

namespace Vortex.Diffusion.Sampling.Samplers;

/// <summary>A tensor that lives from one step to a later one: replacing it frees the one before.</summary>
internal sealed class Held : IDisposable
{
    private Tensor? _value;

    /// <summary>Gets or sets the tensor; whoever sets it gives it away.</summary>
    public Tensor? Value
    {
        get => _value;
        set
        {
            if (!ReferenceEquals(value, _value))
            {
                _value?.Dispose();
                _value = value?.Detach();
            }
        }
    }

    public void Dispose() => Value = null;
}

/// <summary>The last few tensors, newest last: adding one too many frees the oldest.</summary>
internal sealed class History(int capacity) : IDisposable
{
    private readonly List<Tensor> _tensors = [];

    public int Count => _tensors.Count;

    /// <summary>Gets a tensor by its age: 1 is the newest.</summary>
    public Tensor Back(int age) => _tensors[^age];

    public void Add(Tensor tensor)
    {
        _tensors.Add(tensor.Detach());
        if (_tensors.Count > capacity)
        {
            _tensors[0].Dispose();
            _tensors.RemoveAt(0);
        }
    }

    public void ReplaceNewest(Tensor tensor)
    {
        _tensors[^1].Dispose();
        _tensors[^1] = tensor.Detach();
    }

    public void Dispose() => _tensors.ForEach(tensor => tensor.Dispose());
}
