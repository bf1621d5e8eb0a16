namespace Vortex.Tensors;

/// <summary>Owns the tensors that the current thread makes until it is disposed, so that model code need not dispose each one.</summary>
/// <remarks>
/// Scopes nest. A tensor belongs to the innermost scope that was open when it was made, unless it was kept (it then belongs to the scope outside)
/// or detached (it then belongs to nobody and is freed by <see cref="Tensor.Dispose"/>, or by the garbage collector in the end).
/// A scope belongs to one thread, and must be disposed on it, inner ones first. Views count as tensors: memory goes when its last view does.
/// </remarks>
public sealed class TensorScope : IDisposable
{
    [ThreadStatic]
    private static TensorScope? t_current;

    private readonly TensorScope? _outer;
    private readonly List<Tensor> _tensors = [];
    private bool _disposed;

    private TensorScope(TensorScope? outer) => _outer = outer;

    /// <summary>Opens a scope on this thread.</summary>
    public static TensorScope Begin() => t_current = new TensorScope(t_current);

    /// <summary>Hands a tensor to the scope outside this one; with none outside it is detached.</summary>
    public Tensor Keep(Tensor tensor)
    {
        tensor.Owner = _outer;
        _outer?._tensors.Add(tensor);
        return tensor;
    }

    /// <summary>Disposes of what the scope still owns.</summary>
    public void Dispose()
    {
        if (_disposed)
        {
            return;
        }

        _disposed = true;
        if (t_current != this)
        {
            throw new InvalidOperationException("Scopes end on their own thread, inner ones first.");
        }

        t_current = _outer;
        foreach (Tensor tensor in _tensors)
        {
            if (tensor.Owner == this)
            {
                tensor.Dispose();
            }
        }
    }

    internal static TensorScope? Register(Tensor tensor)
    {
        t_current?._tensors.Add(tensor);
        return t_current;
    }
}
