using System.Diagnostics;
using System.Globalization;

namespace Vortex.Benchmarks;

/// <summary>PyTorch, and OpenBLAS behind it, in a Python process of its own that is asked for one figure at a time, set up as strongly as is known.</summary>
internal sealed class TensorPeer : IDisposable
{
    // The best of several repetitions: CPU time of the process with one thread, which neighbours do not disturb much, else wall time.
    private const string Script = """
        import ctypes, sys, time
        import torch
        torch.set_grad_enabled(False)
        threads = int(sys.argv[1])
        torch.set_num_threads(threads)
        clock = time.process_time if threads == 1 else time.perf_counter
        blas = None
        for name in ("libopenblas.so.0", "libblas.so.3"):
            try:
                blas = ctypes.CDLL(name); break
            except OSError:
                pass
        def linear(m, n, k):
            x = torch.rand(m, k); w = torch.rand(n, k); b = torch.rand(n)
            if blas is None or m == 1:
                return lambda: torch.nn.functional.linear(x, w, b)
            y = torch.zeros(m, n)
            i, f, p = ctypes.c_int, ctypes.c_float, ctypes.c_void_p
            return lambda: (x, w, blas.cblas_sgemm(i(101), i(111), i(112), i(m), i(n), i(k), f(1), p(x.data_ptr()), i(k), p(w.data_ptr()), i(k), f(0), p(y.data_ptr()), i(n)))
        def linear16(*sizes):
            return linear(*sizes)
        def conv(c, h, w, o, k, s):
            x = torch.rand(1, c, h, w); t = torch.rand(o, c, k, k); b = torch.rand(o)
            return lambda: torch.nn.functional.conv2d(x, t, b, s, k // 2)
        def attention(heads, n, m, d):
            q = torch.rand(heads, n, d); k = torch.rand(heads, m, d); v = torch.rand(heads, m, d)
            return lambda: torch.bmm(torch.baddbmm(torch.empty(heads, n, m), q, k.transpose(1, 2), beta=0, alpha=d ** -0.5).softmax(-1), v)
        def direct(*sizes):
            return conv(*sizes)
        def groupnorm(c, h, w, silu=False):
            x = torch.rand(1, c, h, w); g = torch.rand(c); b = torch.rand(c)
            if silu:
                return lambda: torch.nn.functional.silu(torch.nn.functional.group_norm(x, 32, g, b), inplace=True)
            return lambda: torch.nn.functional.group_norm(x, 32, g, b)
        def groupnormsilu(c, h, w):
            return groupnorm(c, h, w, True)
        def layernorm(r, c):
            x = torch.rand(r, c); g = torch.rand(c); b = torch.rand(c)
            return lambda: torch.nn.functional.layer_norm(x, (c,), g, b)
        def silu(n):
            x = torch.rand(n)
            return lambda: torch.nn.functional.silu(x)
        def softmax(r, c):
            x = torch.rand(r, c)
            return lambda: x.softmax(-1)
        def nearest(c, h, w):
            x = torch.rand(1, c, h, w)
            return lambda: torch.nn.functional.interpolate(x, scale_factor=2)
        def add(n):
            x = torch.rand(n); y = torch.rand(n)
            return lambda: x + y
        def randn(n):
            x = torch.empty(n)
            return lambda: (torch.manual_seed(1), x.normal_())
        def half(n):
            x = torch.rand(n).half()
            return lambda: x.float()
        made = {}
        print("ready", flush=True)
        for line in sys.stdin:
            op, *numbers = line.split()
            if line not in made:
                made = {line: globals()[op](*map(int, numbers))}
                made[line]()
            best, spent, runs = 1e9, 0, 0
            while runs < 3 or (spent < 0.1 and runs < 200):
                t = clock(); made[line](); t = clock() - t
                best = min(best, t); spent += t; runs += 1
            print(best * 1000, flush=True)
        """;

    private readonly Process _process;

    private TensorPeer(Process process) => _process = process;

    /// <summary>Starts it; null where Python or PyTorch is not installed.</summary>
    public static TensorPeer? Start(int threads) =>
        PythonPeer.Start(threads, "-c", Script, threads.ToString(CultureInfo.InvariantCulture)) is { } process
            ? new TensorPeer(process)
            : null;

    /// <summary>Returns the milliseconds of one op; null when it fails.</summary>
    public double? Ask(string op)
    {
        _process.StandardInput.WriteLine(op);
        _process.StandardInput.Flush();
        return double.TryParse(_process.StandardOutput.ReadLine(), CultureInfo.InvariantCulture, out double time) ? time : null;
    }

    public void Dispose()
    {
        _process.StandardInput.Close();
        _process.WaitForExit();
        _process.Dispose();
    }
}
