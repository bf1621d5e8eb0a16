using System.Runtime.InteropServices;
using Vortex.Tensors.Shapes;

namespace Vortex.Tensors.Cpu;

// Matrix products.
public sealed unsafe partial class CpuBackend
{
    // Up to so many rows, a linear map is bound by reading its weights, and putting rows into panels does not pay.
    private const int FewRows = 4;

    /// <inheritdoc/>
    public Tensor MatMul(Tensor a, Tensor b)
    {
        Shape outer = OpShapes.MatMulOuter(a.Shape, b.Shape);
        (int m, int k, int n) = (a.Shape[-2], a.Shape[-1], b.Shape[-1]);
        CpuTensor result = Make(new Shape([.. outer, m, n]));
        if (k == 0)
        {
            Fill(result, 0);
            return result;
        }

        using CpuTensor left = MatrixOf(a, rowsOnly: true);
        using CpuTensor right = MatrixOf(b, rowsOnly: false);
        long[] leftSteps = ExpandedStrides(left, new Shape([.. outer, m, k]));
        long[] rightSteps = ExpandedStrides(right, new Shape([.. outer, k, n]));
        // Of a single column the step to the next one means nothing.
        bool turned = right.Strides[^1] != 1 && n != 1;
        for (long i = 0; i < outer.Count; i++)
        {
            (long from, long other) = (0, 0);
            long rest = i;
            for (int d = outer.Rank - 1; d >= 0; d--)
            {
                from += rest % outer[d] * leftSteps[d];
                other += rest % outer[d] * rightSteps[d];
                rest /= outer[d];
            }

            ProductJob job = new()
            {
                Kernels = _kernels,
                A = new StoredRows(left.Bytes + (from * sizeof(float)), DType.Float32, left.Strides[^2]),
                Rows = m,
                K = k,
                B = new StoredRows(right.Bytes + (other * sizeof(float)), DType.Float32, turned ? right.Strides[^1] : right.Strides[^2]),
                BIsColumns = !turned,
                Columns = n,
                Result = result.Floats + (i * m * n),
                ResultRow = n,
            };
            job.Run(_threads, _memory);
        }

        return result;
    }

    /// <inheritdoc/>
    public Tensor Linear(Tensor x, Tensor weight, Tensor? bias = null, Activation activation = Activation.None)
    {
        Shape shape = OpShapes.Linear(x.Shape, weight.Shape, bias?.Shape);
        (int n, int k) = (weight.Shape[0], weight.Shape[1]);
        int m = checked((int)new Shape(x.Shape.Span[..^1]).Count);
        CpuTensor result = Make(shape);
        using Dense rows = Floats(x);
        using CpuTensor matrix = Weights(weight);
        using Dense shift = Floats(bias);
        StoredRows weights = new(matrix.Bytes, matrix.DType, k);
        if (k == 0)
        {
            Fill(result, 0);
            Gemm.Finish(result.Floats, n, m, n, null, shift.Floats, activation);
        }
        else if (m <= FewRows)
        {
            FewRowsJob job = new() { X = rows.Floats, Weights = weights, Shift = shift.Floats, Result = result.Floats, M = m, N = n, K = k, Activation = activation };
            job.Run(_threads, _memory);
        }
        else
        {
            Multiply(new StoredRows((byte*)rows.Floats, DType.Float32, k), m, weights, n, k, shift.Floats, result.Floats, activation);
        }

        return result;
    }

    // Only the operand with fewer rows is put into panels: preparing the other would cost more than it brings.
    private void Multiply(StoredRows x, int m, StoredRows weights, int n, int k, float* shift, float* result, Activation activation)
    {
        bool turned = m < 512 && n > m;
        ProductJob job = new()
        {
            Kernels = _kernels,
            A = turned ? weights : x,
            Rows = turned ? n : m,
            K = k,
            B = turned ? x : weights,
            Columns = turned ? m : n,
            Result = result,
            ResultRow = n,
            Turned = turned,
            RowShift = turned ? shift : null,
            ColumnShift = turned ? null : shift,
            Activation = activation,
        };
        job.Run(_threads, _memory);
    }

    // Float32, with the last dimension (or for the second operand one of the last two) without gaps.
    private CpuTensor MatrixOf(Tensor tensor, bool rowsOnly)
    {
        CpuTensor own = Own(tensor);
        bool fits = own.Strides[^1] == 1 || own.Shape[-1] == 1 || (!rowsOnly && own.Strides[^2] == 1);
        if (own.DType != DType.Float32)
        {
            using CpuTensor dense = own.IsContiguous ? own.View(own.Shape, own.Strides, own.Offset) : Copy(own);
            return Converted(dense, DType.Float32);
        }

        return fits && (own.Strides[^1] == 1 || !rowsOnly) ? own.View(own.Shape, own.Strides, own.Offset) : Copy(own);
    }

    [StructLayout(LayoutKind.Auto)]
    private struct FewRowsJob
    {
        private const int Block = 16;

        public float* X;
        public StoredRows Weights;
        public float* Shift;
        public float* Result;
        public int M;
        public int N;
        public int K;
        public Activation Activation;
        private float* _rows;

        public void Run(CpuThreads threads, CpuMemory memory)
        {
            using Scratch rows = new(memory, (long)threads.Count * K * sizeof(float));
            _rows = rows.Floats;
            fixed (FewRowsJob* job = &this)
            {
                threads.Run((N + Block - 1) / Block, &Do, job);
            }

            Activations.Apply(Activation, Result, (long)M * N);
        }

        private static void Do(void* context, int index, int worker)
        {
            FewRowsJob* job = (FewRowsJob*)context;
            for (int n = index * Block, end = Math.Min(job->N, n + Block); n < end; n++)
            {
                float* row = job->_rows + ((long)worker * job->K);
                if (job->Weights.IsFloat)
                {
                    row = job->Weights.At(n, 0);
                }
                else
                {
                    job->Weights.Read(n, 1, 0, job->K, row, 0);
                }

                for (int m = 0; m < job->M; m++)
                {
                    job->Result[((long)m * job->N) + n] = PlainKernels.Dot(job->X + ((long)m * job->K), row, job->K) + (job->Shift is null ? 0 : job->Shift[n]);
                }
            }
        }
    }
}
