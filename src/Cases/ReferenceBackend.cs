using JaccardKernels.Engine;
using JaccardKernels.Problems;

namespace JaccardKernels.Cases;

/// <summary>
/// The specification as a backend: every operation in double precision by plain loops, rounded to float at the end. What the others are judged
/// by, and what they can be replaced by to tell a wrong kernel from a wrong network. Slow, and allocates on every call.
/// </summary>
public partial class ReferenceBackend : IBackend
{
    /// <inheritdoc/>
    public BackendInfo Info { get; } =
        new("reference", "specification", "double precision, plain loops, 1 thread", GC.GetGCMemoryInfo().TotalAvailableMemoryBytes);

    /// <inheritdoc/>
    public DeviceBuffer Allocate(long bytes) => new ReferenceBuffer(bytes);

    /// <inheritdoc/>
    public void Upload<T>(ReadOnlySpan<T> source, DeviceSpan<T> destination)
        where T : unmanaged
    {
        Guard.Length(source.Length, destination.Length);
        source.CopyTo(Span(destination));
    }

    /// <inheritdoc/>
    public void Download<T>(DeviceSpan<T> source, Span<T> destination)
        where T : unmanaged
    {
        Guard.Length(destination.Length, source.Length);
        Span(source).CopyTo(destination);
    }

    /// <inheritdoc/>
    public void Synchronize()
    {
    }

    /// <inheritdoc/>
    public void Dispose() => GC.SuppressFinalize(this);

    /// <inheritdoc/>
    public void Gemm(in GemmProblem problem, DeviceSpan<float> a, DeviceSpan<float> b, DeviceSpan<float> bias, DeviceSpan<float> c)
    {
        using var cValues = new RealValues(c);
        Reference.Gemm.Run(problem, RealValues.Read(a), RealValues.Read(b), RealValues.Read(bias), cValues.Span);
    }

    /// <inheritdoc/>
    public void ReduceColumns(in ReduceProblem problem, DeviceSpan<float> x, DeviceSpan<float> y)
    {
        using var yValues = new RealValues(y);
        Reference.ReduceColumns.Run(problem, RealValues.Read(x), yValues.Span);
    }

    /// <inheritdoc/>
    public void Copy(in ElementwiseProblem problem, DeviceSpan<float> source, DeviceSpan<float> destination)
    {
        using var destinationValues = new RealValues(destination);
        Reference.Copy.Run(problem, RealValues.Read(source), destinationValues.Span);
    }

    /// <inheritdoc/>
    public void Fill(in ElementwiseProblem problem, float value, DeviceSpan<float> destination)
    {
        using var destinationValues = new RealValues(destination);
        Reference.Fill.Run(problem, value, destinationValues.Span);
    }

    private static Span<T> Span<T>(DeviceSpan<T> operand)
        where T : unmanaged => operand.IsEmpty ? [] : ((ReferenceBuffer)operand.Buffer!).Span(operand);

    /// <summary>The doubles of a float operand that is written: read now, rounded and stored when disposed.</summary>
    private readonly struct RealValues(DeviceSpan<float> operand) : IDisposable
    {
        private readonly double[] _values = Read(operand);

        public Span<double> Span => _values;

        public static double[] Read(DeviceSpan<float> operand)
        {
            var values = new double[operand.Length];
            ReadOnlySpan<float> floats = Span(operand);
            for (int i = 0; i < values.Length; i++) values[i] = floats[i];
            return values;
        }

        public void Dispose()
        {
            Span<float> floats = Span(operand);
            for (int i = 0; i < floats.Length; i++) floats[i] = (float)_values[i];
        }
    }
}
