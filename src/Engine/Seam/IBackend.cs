using JaccardKernels.Problems;

namespace JaccardKernels.Engine;

/// <summary>
/// The one seam between what is computed and where: device memory, and one method per operation, taking a problem and operands, outputs last.
/// Operands belong to the caller; nothing is allocated per call once an operation has run once at its size (a backend keeps scratch memory
/// that grows to the largest need). Calls are asynchronous where the device is; <see cref="Download"/> and <see cref="Synchronize"/> wait.
/// Activations and their gradients are overwritten; gradients of parameters (weights, bias, gamma, beta) accumulate.
/// Operands of a call must not overlap unless a method allows it. Results do not depend on the number of threads.
/// A backend is used by one thread at a time.
/// </summary>
public partial interface IBackend : IDisposable
{
    /// <summary>What this backend is.</summary>
    BackendInfo Info { get; }

    /// <summary>The operations that can be computed in several ways here, with those ways.</summary>
    IReadOnlyList<KernelLadder> Ladders => [];

    /// <summary>
    /// What matrix products and convolutions may trade for speed; fp32 unless set. A backend may compute an operation more exactly.
    /// </summary>
    /// <exception cref="NotSupportedException">This backend does not round factors.</exception>
    ProductMath ProductMath
    {
        get => ProductMath.Fp32;
        set
        {
            if (value > ProductMath.Fp32) throw new NotSupportedException($"{Info.Name} computes in fp32 only; {value} was asked for.");
        }
    }

    /// <summary>Allocates zeroed memory.</summary>
    /// <exception cref="InsufficientMemoryException">The device has less; the message gives both numbers.</exception>
    DeviceBuffer Allocate(long bytes);

    /// <summary>Copies to the device; source may be reused when the call returns.</summary>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    void Upload<T>(ReadOnlySpan<T> source, DeviceSpan<T> destination)
        where T : unmanaged;

    /// <summary>Waits for the work queued and copies from the device.</summary>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    void Download<T>(DeviceSpan<T> source, Span<T> destination)
        where T : unmanaged;

    /// <summary>Waits for all work queued.</summary>
    void Synchronize();

    /// <summary>
    /// Prepares uploads in two steps of at most <paramref name="bytes"/> bytes each, which travel beside the work queued. Where calls have finished
    /// when they return, the data is held until it is placed.
    /// </summary>
    /// <exception cref="InsufficientMemoryException">The host or the device has less; the message says how much was asked for.</exception>
    StagedUpload StageUpload(long bytes) => new HeldUpload(this, bytes);

    /// <summary>Prepares downloads in two steps, as <see cref="StageUpload"/> does uploads.</summary>
    /// <exception cref="InsufficientMemoryException">The host or the device has less; the message says how much was asked for.</exception>
    StagedDownload StageDownload(long bytes) => new HeldDownload(this, bytes);

    /// <summary>C = op(A) op(B) + bias, or C += when the problem accumulates. bias is empty when the problem has none.</summary>
    void Gemm(in GemmProblem problem, DeviceSpan<float> a, DeviceSpan<float> b, DeviceSpan<float> bias, DeviceSpan<float> c);

    /// <summary>y[Columns] += column sums of x[Rows,Columns].</summary>
    void ReduceColumns(in ReduceProblem problem, DeviceSpan<float> x, DeviceSpan<float> y);

    /// <summary>destination[i] = value.</summary>
    void Fill(in ElementwiseProblem problem, float value, DeviceSpan<float> destination);

    /// <summary>destination[i] = source[i].</summary>
    void Copy(in ElementwiseProblem problem, DeviceSpan<float> source, DeviceSpan<float> destination);
}
