using JaccardKernels.Problems;

namespace JaccardKernels.Engine;

/// <summary>
/// Filters of a convolution laid out for many forward passes (see <see cref="IBackend.PrepareFilters"/>). This class keeps the slice they lie in, for
/// backends that read filters as they are; others derive from it what they lay out.
/// </summary>
public class PreparedFilters : IDisposable
{
    /// <summary>Filters of a problem.</summary>
    /// <param name="problem">The convolution.</param>
    /// <param name="values">[K,C/G,R,S]; to be kept as long as this object.</param>
    /// <exception cref="ArgumentException">The length differs from the problem's.</exception>
    public PreparedFilters(in ConvolutionProblem problem, DeviceSpan<float> values)
    {
        Guard.Length(values.Length, problem.LengthW);
        (Problem, Values) = (problem, values);
    }

    /// <summary>The convolution they are for.</summary>
    public ConvolutionProblem Problem { get; }

    /// <summary>The filters [K,C/G,R,S] themselves.</summary>
    public DeviceSpan<float> Values { get; }

    /// <summary>Lays them out again: to be called when <see cref="Values"/> have changed, before they are used again.</summary>
    public virtual void Refresh()
    {
    }

    /// <summary>Refuses another problem than that they were prepared for.</summary>
    /// <exception cref="ArgumentException">The problems differ.</exception>
    public void RequireFor(in ConvolutionProblem problem)
    {
        if (problem != Problem) throw new ArgumentException($"the filters were prepared for {Problem}, not for {problem}.", nameof(problem));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Frees what was laid out; called once or more.</summary>
    protected virtual void Dispose(bool disposing)
    {
    }
}
