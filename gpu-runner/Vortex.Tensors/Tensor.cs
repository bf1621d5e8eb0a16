namespace Vortex.Tensors;

/// <summary>Values in a shape, on one backend. Ops never change their arguments unless their name ends in <c>InPlace</c> or <c>Into</c>.</summary>
/// <remarks>
/// Owned by the <see cref="TensorScope"/> it was made in, or else by whoever made it. Immutable facts may be read from any thread;
/// a tensor that is being written to belongs to one thread.
/// </remarks>
public abstract partial class Tensor : IDisposable
{
    /// <summary>Makes a tensor; the scope of this thread owns it.</summary>
    protected Tensor(ITensorBackend backend, DType type, Shape shape)
    {
        (Backend, DType, Shape) = (backend, type, shape);
        Owner = TensorScope.Register(this);
    }

    /// <summary>Gets what computes with it.</summary>
    public ITensorBackend Backend { get; }

    /// <summary>Gets the number format.</summary>
    public DType DType { get; }

    /// <summary>Gets the sizes.</summary>
    public Shape Shape { get; }

    /// <summary>Gets the number of values.</summary>
    public long Count => Shape.Count;

    /// <summary>Gets the number of dimensions.</summary>
    public int Rank => Shape.Rank;

    internal TensorScope? Owner { get; set; }

    /// <summary>Takes the tensor out of its scope: it then lives until it is disposed of or collected.</summary>
    public Tensor Detach()
    {
        Owner = null;
        return this;
    }

    /// <summary>Gives its share of the memory back. A second call does nothing.</summary>
    public void Dispose()
    {
        Release();
        GC.SuppressFinalize(this);
    }

    /// <summary>Returns the format and the shape, such as <c>Float32 [1, 4, 64, 64]</c>.</summary>
    public override string ToString() => $"{DType} {Shape}";

    /// <summary>Gives the backend's share of the memory back; may be called more than once.</summary>
    protected abstract void Release();
}
